//! Reading in a race.

use serde_json::{Value, json};

use crate::http::Answer;
use crate::races::at_once;
use crate::shape::assert_conversation;
use crate::world::{Person, at, id_of, two_people};

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
