//! Thirty-two people who write into one group at once, while the database throttles, conflicts and loses replies.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use local::{Fault, Rule};
use serde_json::{Value, json};

use crate::http::Request;
use crate::races::at_once;
use crate::world::{Machine, Person, id_of, text};

const PEOPLE: usize = 32;
const EACH: usize = 50;

/// A message that was acknowledged.
struct Sent {
    id: String,
    words: String,
    /// Moments of one clock that ticks with every event of the test.
    began: usize,
    answered: usize,
}

/// Everything in the conversation after a place, oldest first.
fn after(reader: &Person<'_>, conversation: &str, place: &str) -> Vec<(String, String)> {
    let id = id_of(conversation);
    let path = format!("/v1/messages?conversation_id={id}&mark_read=false&limit=100&ending_before={place}");
    loop {
        let answer = reader.send(Request::new("GET", path.as_str()));
        if answer.status == 503 {
            assert!(answer.header("retry-after").is_some());
            continue;
        }
        let page = answer.expect(200);
        let found = page["data"].as_array().unwrap().iter().rev();
        return found
            .map(|message| (text(&message["id"]), text(&message["message"])))
            .collect();
    }
}

/// What was answered before something else was begun has the smaller id.
fn assert_in_order(sent: &[Sent]) {
    let mut by_begin: Vec<_> = sent.iter().collect();
    by_begin.sort_by_key(|sent| sent.began);
    let mut by_answer: Vec<_> = sent.iter().collect();
    by_answer.sort_by_key(|sent| sent.answered);
    let mut answered = by_answer.into_iter().peekable();
    let mut newest = "";
    for sent in by_begin {
        while let Some(earlier) = answered.next_if(|earlier| earlier.answered < sent.began) {
            newest = newest.max(&earlier.id);
        }
        assert!(newest < sent.id.as_str(), "{newest}, then {}", sent.id);
    }
}

#[test]
fn everybody_writes_at_once_and_what_was_acknowledged_is_there_once_in_order() {
    // Fewer functions than people: what races is enough, and a small computer still answers each call in time.
    let (faults, machine) = Machine::with_faults(|options| options.max_concurrency = 4);
    let people: Vec<_> = (0..PEOPLE).map(|_| machine.person("crowd")).collect();
    let reader = machine.person("crowd.reader");
    let (owner, others) = people.split_first().unwrap();
    owner.meet(&reader);
    for other in others {
        owner.meet(other);
    }
    let members: Vec<_> = others.iter().chain([&reader]).collect();
    let group = owner.group(&members);
    let conversation = owner.get(&format!("/v1/groups/{group}")).expect(200)["conversation_id"].clone();
    let conversation = format!("/v1/conversations/{}", text(&conversation));
    let first = text(&owner.say(&conversation, "Here we go")["id"]);

    for fault in [Fault::Conflict(None), Fault::Throttle, Fault::LoseReply] {
        faults.add(Rule::new(fault.clone()).of("messages-create").percent(5.0));
        faults.add(Rule::new(fault).of("messages-list").percent(1.0));
    }
    let (moment, left) = (AtomicUsize::new(0), AtomicUsize::new(PEOPLE));
    let tick = || moment.fetch_add(1, Ordering::SeqCst);
    let (sent, busy) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    let seen = Mutex::new(Vec::new());
    let started = Instant::now();
    at_once(PEOPLE + 1, |number| {
        let Some(person) = people.get(number) else {
            let mut place = first.clone();
            loop {
                let is_last = left.load(Ordering::SeqCst) == 0;
                let found = after(&reader, &conversation, &place);
                place = found.last().map_or(place, |(id, _)| id.clone());
                let is_empty = found.is_empty();
                seen.lock().unwrap().extend(found);
                if is_last && is_empty {
                    return;
                }
                // Like somebody who looks again and again. What is seen does not depend on how often.
                std::thread::sleep(Duration::from_millis(50));
            }
        };
        for turn in 0..EACH {
            let words = format!("{number}.{turn}");
            let body = json!({"conversation_id": id_of(&conversation), "message": words});
            let request = Request::new("POST", "/v1/messages").header("idempotency-key", &words);
            let request = request.json(&body);
            let began = tick();
            let answer = loop {
                let answer = person.send(request.clone());
                if answer.status == 503 {
                    assert!(answer.header("retry-after").is_some(), "{answer:?}");
                    busy.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                break answer.expect_created("/v1/messages");
            };
            sent.lock().unwrap().push(Sent {
                id: text(&answer["id"]),
                words,
                began,
                answered: tick(),
            });
        }
        left.fetch_sub(1, Ordering::SeqCst);
    });
    let took = started.elapsed();
    let injected = faults.injected();
    faults.clear();
    let (sent, seen) = (sent.into_inner().unwrap(), seen.into_inner().unwrap());

    // Past the test harness, which keeps the output of a test that passes to itself.
    writeln!(
        std::io::stderr().lock(),
        "{} messages of {PEOPLE} people in {took:?}, {busy:?} answers were 503, on purpose went wrong: {injected:?}",
        sent.len()
    )
    .unwrap();
    assert!(
        injected.values().sum::<usize>() > PEOPLE * EACH / 20,
        "{injected:?}"
    );

    // Each is there once.
    let by_id: BTreeMap<_, _> = sent
        .iter()
        .map(|sent| (sent.id.clone(), sent.words.clone()))
        .collect();
    assert_eq!(by_id.len(), PEOPLE * EACH);
    let words: BTreeSet<_> = by_id.values().collect();
    assert_eq!(words.len(), PEOPLE * EACH, "no key was used for two messages");
    // The reader saw each once, in order, meanwhile.
    assert_eq!(seen, Vec::from_iter(by_id));
    assert_in_order(&sent);
    // Everybody has what the others sent unread, and the table fits together.
    machine.settle();
    for (person, own) in people.iter().map(|person| (person, EACH)).chain([(&reader, 0)]) {
        let side = person.get(&conversation).expect(200);
        let all = PEOPLE * EACH + 1;
        let own = own + usize::from(person.id == owner.id);
        assert_eq!(side["unread_count"], json!(all - own), "{}", person.username);
    }
    let first_of_all = owner.get("/v1/conversations?limit=1").expect(200);
    assert_eq!(first_of_all["data"][0]["id"], Value::from(id_of(&conversation)));
    machine.assert_consistent();
}
