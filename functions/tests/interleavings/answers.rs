//! What callers are told while another write runs: each part of it is as in one of the two orders, or as it is in the
//! end, since most answers show what was read after the write.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::doing::Doing;
use crate::rows::Answer;
use crate::scene::given;
use crate::stage::Stage;

/// The parts of an answer by their places in it.
type Parts = BTreeMap<String, String>;

/// What an answer tells that none of these answers to the same write does.
pub(crate) fn strange(answer: &Answer, known: &[&Answer]) -> Vec<String> {
    let known: Vec<_> = known
        .iter()
        .filter(|known| known.status == answer.status)
        .map(|known| parts(&known.body))
        .collect();
    let is_known =
        |(place, part): &(String, String)| known.iter().any(|known| known.get(place) == Some(part));
    // A list that opens a conversation which ends meanwhile marks nothing as read, and says so.
    let is_unmarked = |place: &str, part: &str| place.ends_with(".read_at") && part == "null";
    let strange = parts(&answer.body).into_iter();
    let strange = strange.filter(|part| !is_known(part) && !is_unmarked(&part.0, &part.1));
    strange
        .map(|(place, part)| format!("{place} of the answer is {part}, as in neither order"))
        .collect()
}

/// What a caller is told who asks for a conversation or a contact now, if that is what they were told of.
pub(crate) async fn ask_again(stage: &Stage, doing: Doing, answer: &Answer) -> Option<Answer> {
    let (store, me) = (stage.machine.store("view"), stage.scene.id(doing.who));
    let id = answer.body.get("id")?.clone();
    let body = if answer.body.get("unread_count").is_some() {
        serde_json::to_value(store.conversation(me, given(id)).await.ok()?)
    } else if answer.body.get("display_name").is_some() {
        serde_json::to_value(store.contact(me, given(id)).await.ok()?)
    } else {
        return None;
    };
    Some(Answer {
        status: answer.status,
        body: body.unwrap(),
    })
}

/// Its parts, without what is drawn or tells the time.
fn parts(body: &Value) -> Parts {
    let mut parts = Parts::new();
    add(body, "", &mut parts);
    parts
}

fn add(value: &Value, place: &str, parts: &mut Parts) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                add(value, &format!("{place}.{name}"), parts);
            }
        }
        Value::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                add(value, &format!("{place}[{number}]"), parts);
            }
        }
        Value::String(text) if text.len() >= 16 && !text.contains(' ') => {}
        Value::Number(number) if number.as_u64().is_some_and(|number| number > 1_000_000_000) => {
            parts.insert(place.to_owned(), "a time".to_owned());
        }
        plain => {
            parts.insert(place.to_owned(), plain.to_string());
        }
    }
}
