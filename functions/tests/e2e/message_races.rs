//! Many senders at once: what was sent is there once, in an order that a reader can follow.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use local::{Fault, Rule};
use serde_json::{Value, json};

use crate::encoding::BOTH;
use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::world::{Machine, Person, at, eventually, id_of, text, two_people};

fn keyed(caller: &Person<'_>, conversation: &str, key: &str, words: &str, number: usize) -> Answer {
    let message = json!({"conversation_id": id_of(conversation), "message": words});
    let request = Request::new("POST", "/v1/messages").header("idempotency-key", key);
    caller.send(request.encoded(BOTH[number % 2], &message))
}

/// All messages of the conversation, newest first, in the largest pages there are.
fn all(caller: &Person<'_>, conversation: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let id = id_of(conversation);
        let path = format!("/v1/messages?conversation_id={id}&mark_read=false&limit=100{cursor}");
        let page = caller.get(&path).expect(200);
        found.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else {
            return found;
        };
        cursor = format!("&starting_after={next}");
    }
}

#[test]
fn a_hundred_sends_with_one_key_are_one_message() {
    let (kate, kevin, conversation) = two_people("send.key");
    let answers = at_once(100, |number| keyed(&kate, &conversation, "once", "Hello", number));
    let messages: HashSet<_> = answers
        .iter()
        .map(|answer| text(&answer.expect_created("/v1/messages")["id"]))
        .collect();
    assert_eq!(messages.len(), 1);
    let first = answers
        .iter()
        .filter(|answer| answer.header("idempotent-replayed").is_none());
    assert_eq!(first.count(), 1);
    assert_eq!(all(&kevin, &conversation).len(), 1);
    assert_eq!(kevin.get(&conversation).expect(200)["unread_count"], 1);
}

#[test]
fn a_key_stands_for_the_message_as_it_is_now() {
    let (kate, kevin, conversation) = two_people("send.replay");
    let send = |number| keyed(&kate, &conversation, "k", "Hello", number);
    let first = send(0);
    let path = at(&first.expect_created("/v1/messages"));
    assert_eq!(first.header("idempotent-replayed"), None);
    kate.put(&path, &json!({"message": "Changed"})).expect(200);
    kevin
        .put(&path, &json!({"reactions": {"heart": [kevin.username]}}))
        .expect(200);
    kevin
        .post(&format!("{conversation}/read"), &json!({}))
        .expect(200);
    kate.machine.settle();
    let now = kevin.get(&path).expect(200);
    for number in 0..2 {
        let again = send(number);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.expect_created("/v1/messages"), now);
    }
    assert_eq!(all(&kate, &conversation).len(), 1);
    // Other words, another conversation, and attachments are other requests; another caller's key is another key.
    keyed(&kate, &conversation, "k", "Hello!", 0).refused(422, "idempotency_key_reused", None);
    let other = kate.meet(&crate::world::person("send.replay.other"));
    keyed(&kate, &other, "k", "Hello", 1).refused(422, "idempotency_key_reused", None);
    let theirs = keyed(&kevin, &conversation, "k", "Hello", 0);
    assert_eq!(theirs.header("idempotent-replayed"), None);
    assert_ne!(at(&theirs.expect_created("/v1/messages")), path);
    // What was refused is not kept, and what was deleted does not come back.
    keyed(&kate, &conversation, "k2", "", 0).refused(400, "parameter_invalid", Some("message"));
    keyed(&kate, &conversation, "k2", "Now it can", 0).expect_created("/v1/messages");
    kate.delete(&path).expect(204);
    for number in 0..2 {
        send(number).refused(404, "resource_missing", None);
    }
    assert_eq!(all(&kate, &conversation).len(), 2);
}

/// Counts down at the end of a sender, however it ends.
struct End<'a>(&'a AtomicUsize);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What the log says of a request.
fn cause(machine: &Machine, answer: &Answer) -> String {
    let id = answer.header("x-request-id").unwrap_or_default();
    let mut log = machine.local.captured_logs();
    log.retain(|line| line.contains(id));
    log.join("\n")
}

#[test]
fn a_reader_who_follows_sees_each_of_many_sends_once_and_in_order() {
    const SENDERS: usize = 16;
    const EACH: usize = 50;
    // Fewer functions than senders: what races is enough, and a small computer still answers each call in time.
    let machine = Machine::start(|options| options.max_concurrency = 4);
    let (kate, kevin) = (machine.person("storm"), machine.person("storm.other"));
    let conversation = kate.meet(&kevin);
    let first = text(&kate.say(&conversation, "The first")["id"]);
    let left = AtomicUsize::new(2 * SENDERS);
    let follow = || {
        let mut seen = vec![first.clone()];
        loop {
            let is_last = left.load(Ordering::SeqCst) == 0;
            let (id, place) = (id_of(&conversation), seen.last().unwrap());
            let path =
                format!("/v1/messages?conversation_id={id}&mark_read=false&limit=100&ending_before={place}");
            let page = kevin.get(&path).expect(200);
            let found = page["data"].as_array().unwrap().iter().rev();
            let found: Vec<_> = found.map(|message| text(&message["id"])).collect();
            let is_empty = found.is_empty();
            seen.extend(found);
            if is_last && is_empty {
                return seen;
            }
            // Like somebody who looks again and again. What is seen does not depend on how often.
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let results = at_once(2 * SENDERS + 1, |number| {
        if number == 2 * SENDERS {
            return follow();
        }
        let _end = End(&left);
        let sender = if number % 2 == 0 { &kate } else { &kevin };
        let say = |count: usize| {
            let body =
                json!({"conversation_id": id_of(&conversation), "message": format!("{number}: {count}")});
            let answer = sender.post("/v1/messages", &body);
            assert!(answer.status == 201, "{answer:?}\n{}", cause(&machine, &answer));
            text(&answer.json()["id"])
        };
        let sent: Vec<_> = (0..EACH).map(say).collect();
        sent
    });
    let (seen, sent) = results.split_last().unwrap();
    for own in sent {
        assert!(
            own.is_sorted(),
            "each sender's are in the order of sending: {own:?}"
        );
    }
    let sent: BTreeSet<_> = sent.iter().flatten().chain([&first]).cloned().collect();
    assert_eq!(sent.len(), 2 * SENDERS * EACH + 1, "none was sent twice");
    assert!(
        seen.is_sorted_by(|one, other| one < other),
        "each once, and in order"
    );
    let missed: Vec<_> = sent.iter().filter(|id| !seen.contains(id)).collect();
    assert!(
        missed.is_empty() && seen.len() == sent.len(),
        "of {}: {missed:?}",
        sent.len()
    );
    let unread = |one: &Person<'_>| one.get(&conversation).expect(200)["unread_count"].clone();
    assert_eq!(
        [unread(&kate), unread(&kevin)],
        [json!(SENDERS * EACH), json!(SENDERS * EACH + 1)]
    );
}

#[test]
fn a_message_whose_reply_was_lost_is_sent_once() {
    let (faults, machine) = Machine::with_faults(|_| ());
    let (kate, kevin) = (machine.person("send.lost"), machine.person("send.lost.other"));
    let conversation = kate.meet(&kevin);
    // The database does it, and the function hears of a failure.
    let lose = |times: usize| faults.set(Rule::new(Fault::LoseReply).on("TransactWriteItems").times(times));
    // The SDK asks again, with the same token and without one of the caller's.
    lose(1);
    kate.say(&conversation, "One");
    assert_eq!(all(&kevin, &conversation).len(), 1);
    // When all replies are lost, the caller hears of a failure, and the key finds what was sent.
    lose(4);
    let send = || keyed(&kate, &conversation, "k", "Two", 0);
    send().refused(503, "service_unavailable", None);
    faults.clear();
    for _ in 0..2 {
        let again = send();
        again.expect_created("/v1/messages");
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
    }
    let words: Vec<_> = all(&kevin, &conversation)
        .iter()
        .map(|message| text(&message["message"]))
        .collect();
    assert_eq!(words, ["Two", "One"]);
    // The same for what changes a message and deletes it.
    let message = at(&all(&kate, &conversation)[0]);
    lose(1);
    kate.send(Request::new("PUT", format!("{message}/reactions/heart")))
        .expect(200);
    lose(1);
    kevin
        .post(&format!("{conversation}/read"), &json!({}))
        .expect(200);
    lose(1);
    let deleted = kate.delete(&message);
    assert_eq!(deleted.status, 204, "{deleted:?}");
    assert_eq!(kevin.get(&conversation).expect(200)["unread_count"], 0);
}

#[test]
fn a_send_that_races_the_end_of_its_conversation_leaves_nothing() {
    let (kate, kevin, _) = two_people("send.end");
    for before_the_end in [0, 2, 5, 9] {
        let conversation = kate
            .post("/v1/conversations", &json!({"contact_id": kevin.id}))
            .json();
        let conversation = format!("/v1/conversations/{}", text(&conversation["id"]));
        let id = id_of(&conversation);
        let answered = AtomicUsize::new(0);
        let answers = at_once(12, |number| {
            let sender = if number % 2 == 0 { &kate } else { &kevin };
            if number == 11 {
                eventually("some are sent", || {
                    (answered.load(Ordering::SeqCst) >= before_the_end).then_some(())
                });
                return kate.delete(&conversation);
            }
            let message = json!({"conversation_id": id, "message": "On the edge"});
            let answer = sender.post("/v1/messages", &message);
            answered.fetch_add(1, Ordering::SeqCst);
            answer
        });
        for answer in &answers[..11] {
            match answer.status {
                201 => _ = answer.expect_created("/v1/messages"),
                _ => _ = answer.refused(404, "resource_missing", Some("conversation_id")),
            }
        }
        answers[11].expect(204);
        for answer in answers.iter().filter(|answer| answer.status == 201) {
            let path = answer.header("location").unwrap();
            kevin.get(path).refused(404, "resource_missing", None);
        }
        kate.machine.settle();
        assert_eq!(kate.machine.rows_with(id), Vec::<Value>::new());
    }
}

#[test]
fn a_message_deleted_and_changed_at_once_is_gone() {
    let (kate, kevin, conversation) = two_people("send.delete");
    for _ in 0..3 {
        let message = at(&kate.say(&conversation, "Here and gone"));
        let answers = at_once(12, |number| match number % 4 {
            0 => kate.delete(&message),
            1 => kevin.send(Request::new("PUT", format!("{message}/reactions/n{number}"))),
            2 => kate.put(&message, &json!({"message": format!("Number {number}")})),
            _ => kevin.get(&format!("/v1/messages?conversation_id={}", id_of(&conversation))),
        });
        let deleted = answers.iter().filter(|answer| answer.status == 204);
        assert_eq!(deleted.count(), 1, "it is deleted once");
        for answer in &answers {
            assert!([200, 204, 404].contains(&answer.status), "{answer:?}");
        }
        kevin.get(&message).refused(404, "resource_missing", None);
        assert_eq!(kevin.get(&conversation).expect(200)["unread_count"], 0);
    }
    assert_eq!(all(&kate, &conversation), Vec::<Value>::new());
}
