//! Reading: what opens a conversation, what that marks, and what is left unread.

use serde_json::{Value, json};

use crate::encoding::in_both;
use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::routes::NOBODY;
use crate::shape::assert_conversation;
use crate::world::{Person, at, eventually, id_of, now, text, two_people};

fn unread(caller: &Person<'_>, conversation: &str) -> u64 {
    let conversation = caller.get(conversation).expect(200);
    assert_conversation(&conversation);
    conversation["unread_count"].as_u64().unwrap()
}

fn list(caller: &Person<'_>, conversation: &str, query: &str) -> Vec<Value> {
    let path = format!("/v1/messages?conversation_id={}&{query}", id_of(conversation));
    let page = caller.get(&path).expect(200);
    page["data"].as_array().unwrap().clone()
}

fn read(caller: &Person<'_>, conversation: &str, body: &Value) -> Answer {
    caller.post(&format!("{conversation}/read"), body)
}

/// When the messages of the conversation were read, oldest first; nobody opens it by this.
fn read_times(caller: &Person<'_>, conversation: &str) -> Vec<Option<i64>> {
    let messages = list(caller, conversation, "limit=100&mark_read=false");
    let times = messages.iter().rev().map(|message| message["read_at"].as_i64());
    times.collect()
}

/// Waits until the clock shows another second than `time`.
fn pass(time: Option<i64>) {
    eventually("a second passes", || (Some(now()) > time).then_some(()));
}

#[test]
fn what_opens_nothing_marks_nothing() {
    let (kate, kevin, conversation) = two_people("read.not");
    let sent: Vec<_> = (0..4)
        .map(|number| kate.say(&conversation, &format!("Number {number}")))
        .collect();
    kate.machine.settle();
    let ids: Vec<_> = sent.iter().map(|message| text(&message["id"])).collect();
    let before = [&kate, &kevin].map(|one| one.get(&conversation).expect(200));
    assert_eq!(
        before.each_ref().map(|it| it["unread_count"].clone()),
        [json!(0), json!(4)]
    );
    let id = id_of(&conversation);
    for path in [
        "/v1/messages".to_owned(),
        "/v1/messages?mark_read=true".to_owned(),
        format!("/v1/messages?starting_after={}", ids[3]),
        format!("/v1/messages?ending_before={}", ids[0]),
        at(&sent[3]),
        format!("/v1/messages?conversation_id={id}&mark_read=false"),
        // Older pages, and such that end before the newest message.
        format!("/v1/messages?conversation_id={id}&starting_after={}", ids[3]),
        format!(
            "/v1/messages?conversation_id={id}&starting_after={}&mark_read=true",
            ids[2]
        ),
        format!(
            "/v1/messages?conversation_id={id}&ending_before={}&limit=2",
            ids[0]
        ),
        format!(
            "/v1/messages?conversation_id={id}&ending_before={}&mark_read=false",
            ids[0]
        ),
        "/v1/conversations".to_owned(),
        conversation.clone(),
    ] {
        let answer = kevin.get(&path).expect(200);
        assert!(!answer.to_string().contains("\"read_at\":1"), "{path}: {answer}");
        assert_eq!(kevin.get(&conversation).expect(200), before[1], "{path}");
    }
    for query in ["mark_read=", "mark_read=1", "mark_read=True", "mark_read"] {
        kevin
            .get(&format!("/v1/messages?conversation_id={id}&{query}"))
            .refused(400, "parameter_invalid", Some("mark_read"));
    }
    // Sending marks nothing, and who sent something has not read it in the name of others.
    kevin.say(&conversation, "And back");
    assert_eq!(
        [unread(&kate, &conversation), unread(&kevin, &conversation)],
        [1, 4]
    );
    assert_eq!(
        kevin.get(&conversation).expect(200)["last_opened_at"],
        Value::Null
    );
    list(&kate, &conversation, "");
    let times = read_times(&kate, &conversation);
    assert_eq!(
        times[..4],
        [None; 4],
        "who reads one's own messages has not read them"
    );
    assert!(times[4].is_some());
}

#[test]
fn a_list_without_a_cursor_opens() {
    let (kate, kevin, conversation) = two_people("read.list");
    for number in 0..3 {
        kate.say(&conversation, &format!("Number {number}"));
    }
    let since = now();
    // However short the page is, all before its messages is read too. The answer says so already.
    let page = list(&kevin, &conversation, "limit=1");
    let read_at = page[0]["read_at"].as_i64().unwrap();
    assert!((since..=now()).contains(&read_at), "{page:?}");
    for one in [&kate, &kevin] {
        assert_eq!(read_times(one, &conversation), [Some(read_at); 3]);
        assert_eq!(one.get(&at(&page[0])).expect(200)["read_at"], json!(read_at));
    }
    let opened = kevin.get(&conversation).expect(200);
    assert_eq!(
        [&opened["unread_count"], &opened["last_opened_at"]],
        [&json!(0), &json!(read_at)]
    );
    assert_eq!(kate.get(&conversation).expect(200)["last_opened_at"], Value::Null);

    // It is opened again, and what was read stays read since then.
    pass(Some(read_at));
    kate.say(&conversation, "One more");
    let page = list(&kevin, &conversation, "mark_read=true");
    let later = page[0]["read_at"].as_i64().unwrap();
    assert!(later > read_at);
    assert_eq!(
        read_times(&kate, &conversation),
        [Some(read_at), Some(read_at), Some(read_at), Some(later)]
    );
    pass(Some(later));
    list(&kevin, &conversation, "");
    let opened = kevin.get(&conversation).expect(200)["last_opened_at"].as_i64();
    assert!(opened > Some(later), "with nothing unread, too");
    assert_eq!(read_times(&kate, &conversation)[3], Some(later));
}

#[test]
fn a_page_back_that_reaches_the_newest_opens() {
    let (kate, kevin, conversation) = two_people("read.back");
    let sent: Vec<_> = (0..4)
        .map(|number| kate.say(&conversation, &format!("Number {number}")))
        .collect();
    let first = text(&sent[0]["id"]);
    assert_eq!(
        list(&kevin, &conversation, &format!("ending_before={first}&limit=2")).len(),
        2
    );
    assert_eq!(unread(&kevin, &conversation), 4, "it ended before the newest");
    // Exactly as long as what is left.
    let page = list(&kevin, &conversation, &format!("ending_before={first}&limit=3"));
    assert!(page.iter().all(|message| message["read_at"].is_i64()), "{page:?}");
    assert_eq!(unread(&kevin, &conversation), 0);
    assert!(
        read_times(&kate, &conversation).iter().all(Option::is_some),
        "with what was before the page"
    );
    // With nothing after it, it reaches the newest as well.
    let opened = kevin.get(&conversation).expect(200)["last_opened_at"].as_i64();
    pass(opened);
    let newest = text(&sent[3]["id"]);
    assert_eq!(
        list(&kevin, &conversation, &format!("ending_before={newest}")),
        Vec::<Value>::new()
    );
    assert!(kevin.get(&conversation).expect(200)["last_opened_at"].as_i64() > opened);
}

#[test]
fn marking_goes_forward_only() {
    let (kate, kevin, conversation) = two_people("read.post");
    // In an empty conversation there is nothing to mark, and it is opened all the same.
    let answer = in_both(|encoding| {
        kevin.post_in(
            encoding,
            &format!("{conversation}/read"),
            &json!({"message_id": null}),
        )
    });
    let opened = answer.expect(200);
    assert_conversation(&opened);
    assert!(
        opened["last_opened_at"].is_i64() && opened["id"] == id_of(&conversation),
        "{opened}"
    );
    assert_eq!(answer.header("location"), None);

    let sent: Vec<_> = (0..4)
        .map(|number| {
            let who = if number == 2 { &kevin } else { &kate };
            who.say(&conversation, &format!("Number {number}"))
        })
        .collect();
    let up_to = |number: usize| {
        let answer = read(&kevin, &conversation, &json!({"message_id": sent[number]["id"]}));
        answer.expect(200)["unread_count"].as_u64().unwrap()
    };
    let times = || {
        read_times(&kate, &conversation)
            .iter()
            .map(Option::is_some)
            .collect::<Vec<_>>()
    };
    assert_eq!(unread(&kevin, &conversation), 3);
    assert_eq!((up_to(1), times()), (1, vec![true, true, false, false]));
    let since = read_times(&kate, &conversation)[1];
    pass(since);
    // Back, to the same place, and to one's own message right after it.
    for number in [0, 1, 2] {
        assert_eq!((up_to(number), times()), (1, vec![true, true, false, false]));
        assert_eq!(
            read_times(&kate, &conversation)[..2],
            [since; 2],
            "it never changes"
        );
    }
    assert_eq!((up_to(3), times()), (0, vec![true, true, false, true]));
    assert_eq!((up_to(0), unread(&kate, &conversation)), (0, 1));
    let all = read(&kate, &conversation, &json!({})).expect(200);
    assert_eq!((&all["unread_count"], times()), (&json!(0), vec![true; 4]));
    // Without any body, as `curl -X POST` sends it.
    kate.send(Request::new("POST", format!("{conversation}/read")))
        .expect(200);
}

#[test]
fn only_a_message_of_this_conversation_can_be_read_up_to() {
    let (kate, kevin, conversation) = two_people("read.which");
    kate.say(&conversation, "Hello");
    let deleted = kate.say(&conversation, "A slip");
    kate.delete(&at(&deleted)).expect(204);
    let other = kevin.meet(&crate::world::person("read.which.other"));
    let elsewhere = kevin.say(&other, "Elsewhere");
    let before = kevin.get(&conversation).expect(200);
    let path = format!("{conversation}/read");
    for id in [
        &elsewhere["id"],
        &deleted["id"],
        &json!(NOBODY),
        &json!(id_of(&conversation)),
        &json!(kevin.id),
    ] {
        let answer = in_both(|encoding| kevin.post_in(encoding, &path, &json!({"message_id": id})));
        answer.refused(404, "resource_missing", Some("message_id"));
    }
    for bad in ["x", "0000-00000000000", "00000000000000000"] {
        let answer = in_both(|encoding| kevin.post_in(encoding, &path, &json!({"message_id": bad})));
        answer.refused(400, "parameter_invalid", Some("message_id"));
    }
    assert_eq!(kevin.get(&conversation).expect(200), before, "nothing was done");
}

#[test]
fn what_is_deleted_is_not_unread() {
    let (kate, kevin, conversation) = two_people("read.deleted");
    let sent: Vec<_> = (0..5)
        .map(|number| at(&kate.say(&conversation, &format!("Number {number}"))))
        .collect();
    let delete = |number: usize| {
        kate.delete(&sent[number]).expect(204);
        unread(&kevin, &conversation)
    };
    assert_eq!(delete(1), 4);
    // Up to one after which two are left, with a deleted one before it.
    read(&kevin, &conversation, &json!({"message_id": id_of(&sent[2])})).expect(200);
    assert_eq!(unread(&kevin, &conversation), 2);
    assert_eq!(delete(0), 2, "one that was read");
    assert_eq!(delete(4), 1, "the newest");
    read(&kevin, &conversation, &json!({})).expect(200);
    assert_eq!(unread(&kevin, &conversation), 0);
    assert_eq!(delete(3), 0);
    assert_eq!(delete(2), 0);
    let last = kate.say(&conversation, "The last");
    assert_eq!(unread(&kevin, &conversation), 1);
    list(&kevin, &conversation, "");
    assert!(kate.get(&at(&last)).expect(200)["read_at"].is_i64());
    assert_eq!(unread(&kevin, &conversation), 0);
    // All that was unread is deleted, and the list that is empty opens.
    kate.delete(&at(&last)).expect(204);
    let last = kate.say(&conversation, "The very last");
    kate.delete(&at(&last)).expect(204);
    assert_eq!(
        (list(&kevin, &conversation, ""), unread(&kevin, &conversation)),
        (vec![], 0)
    );
    kate.say(&conversation, "And on");
    assert_eq!(unread(&kevin, &conversation), 1);
}

#[test]
fn a_key_marks_once() {
    let (kate, kevin, conversation) = two_people("read.key");
    let first = kate.say(&conversation, "Hello");
    let keyed = |path: &str, body: Value| {
        let request = Request::new("POST", format!("{path}/read")).header("idempotency-key", "k");
        kevin.send(request.json(&body))
    };
    let answer = keyed(&conversation, json!({}));
    assert_eq!(answer.expect(200)["unread_count"], 0);
    assert_eq!(answer.header("idempotent-replayed"), None);
    kate.say(&conversation, "Hello again");
    for body in [json!({}), json!({"message_id": null})] {
        let answer = keyed(&conversation, body);
        assert_eq!(answer.header("idempotent-replayed"), Some("true"));
        assert_eq!(
            answer.expect(200),
            kevin.get(&conversation).expect(200),
            "as it is now"
        );
        assert_eq!(
            unread(&kevin, &conversation),
            1,
            "nothing is marked a second time"
        );
    }
    // Another message, and another conversation, are other requests.
    keyed(&conversation, json!({"message_id": first["id"]})).refused(422, "idempotency_key_reused", None);
    let other = kevin.meet(&crate::world::person("read.key.other"));
    keyed(&other, json!({})).refused(422, "idempotency_key_reused", None);
    assert_eq!(kevin.get(&other).expect(200)["last_opened_at"], Value::Null);
    // The conversation is what counts, whatever becomes of its messages.
    kate.delete(&at(&first)).expect(204);
    keyed(&conversation, json!({})).expect(200);
    kate.delete(&conversation).expect(204);
    keyed(&conversation, json!({})).refused(404, "resource_missing", None);
}

#[test]
fn who_reads_while_others_send_and_delete_has_an_exact_count() {
    let (kate, kevin, conversation) = two_people("read.race");
    let answers = at_once(12, |number| match number % 4 {
        0 => (0..4)
            .map(|_| {
                kevin.get(&format!(
                    "/v1/messages?conversation_id={}&limit=2",
                    id_of(&conversation)
                ))
            })
            .collect::<Vec<_>>(),
        1 => (0..4).map(|_| read(&kevin, &conversation, &json!({}))).collect(),
        2 => (0..4)
            .flat_map(|_| {
                let message = at(&kate.say(&conversation, "A slip"));
                [kate.delete(&message)]
            })
            .collect(),
        _ => (0..4)
            .map(|_| kate.get(&at(&kate.say(&conversation, "Hello"))))
            .collect(),
    });
    for answer in answers.iter().flatten() {
        assert!([200, 204].contains(&answer.status), "{answer:?}");
    }
    let unmarked = read_times(&kevin, &conversation)
        .iter()
        .filter(|time| time.is_none())
        .count();
    assert_eq!(unread(&kevin, &conversation), unmarked as u64);
    assert_eq!(read_times(&kate, &conversation).len(), 12);
    read(&kevin, &conversation, &json!({})).expect(200);
    assert_eq!(unread(&kevin, &conversation), 0);
    assert!(read_times(&kate, &conversation).iter().all(Option::is_some));
}
