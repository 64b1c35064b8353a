//! The exact shape of every resource: which keys there are, and what each may hold.

use serde_json::Value;

type Check = fn(&Value) -> bool;

const CONVERSATION: [(&str, Check); 11] = [
    ("archived_at", time_or_null),
    ("contact_id", id_or_null),
    ("created_at", is_time),
    ("group_id", id_or_null),
    ("id", is_id),
    ("is_muted", Value::is_boolean),
    ("is_pinned", Value::is_boolean),
    ("last_active_at", time_or_null),
    ("last_opened_at", time_or_null),
    ("pinned_message_id", id_or_null),
    ("unread_count", Value::is_u64),
];

const PERSON: [(&str, Check); 6] = [
    ("avatar_url", text_or_null),
    ("created_at", is_time),
    ("id", is_id),
    ("last_active_at", time_or_null),
    ("phone_number", text_or_null),
    ("username", Value::is_string),
];

const MESSAGE: [(&str, Check); 9] = [
    ("attachments", is_empty_list),
    ("contact", Value::is_object),
    ("conversation_id", is_id),
    ("created_at", is_time),
    ("id", is_id),
    ("message", Value::is_string),
    ("reactions", Value::is_array),
    ("read_at", time_or_null),
    ("updated_at", time_or_null),
];

const TOKEN: [(&str, Check); 5] = [
    ("created_at", is_time),
    ("expires_at", time_or_null),
    ("id", is_id),
    ("name", text_or_null),
    ("revoked_at", time_or_null),
];

#[track_caller]
pub(crate) fn assert_conversation(value: &Value) {
    assert_shape(value, &CONVERSATION);
    let parties = [&value["contact_id"], &value["group_id"]];
    assert_eq!(parties.iter().filter(|id| id.is_string()).count(), 1, "{value}");
}

#[track_caller]
pub(crate) fn assert_person(value: &Value) {
    assert_shape(value, &PERSON);
}

#[track_caller]
pub(crate) fn assert_message(value: &Value) {
    assert_shape(value, &MESSAGE);
    assert_person(&value["contact"]);
    for reaction in value["reactions"].as_array().unwrap() {
        let names = reaction.as_object().unwrap();
        assert_eq!(names.len(), 1, "{value}");
        let usernames = names.values().flat_map(|usernames| usernames.as_array().unwrap());
        assert!(usernames.clone().count() > 0, "{value}");
        assert!(usernames.into_iter().all(Value::is_string), "{value}");
    }
}

#[track_caller]
pub(crate) fn assert_token(value: &Value) {
    assert_shape(value, &TOKEN);
}

/// A page and every item in it.
#[track_caller]
pub(crate) fn assert_page(value: &Value, assert_item: fn(&Value)) {
    assert_shape(
        value,
        &[
            ("data", Value::is_array),
            ("has_more", Value::is_boolean),
            ("next_cursor", text_or_null),
        ],
    );
    value["data"].as_array().unwrap().iter().for_each(assert_item);
}

#[track_caller]
fn assert_shape(value: &Value, shape: &[(&str, Check)]) {
    let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let expected: Vec<_> = shape.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, expected, "{value}");
    for (key, holds) in shape {
        assert!(holds(&value[key]), "{key} in {value}");
    }
}

pub(crate) fn is_id(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whole Unix seconds: later than this project, and not in milliseconds.
fn is_time(value: &Value) -> bool {
    value
        .as_i64()
        .is_some_and(|time| (1_700_000_000..100_000_000_000).contains(&time))
}

fn is_empty_list(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

fn id_or_null(value: &Value) -> bool {
    value.is_null() || is_id(value)
}

fn time_or_null(value: &Value) -> bool {
    value.is_null() || value.is_i64()
}

fn text_or_null(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| !text.is_empty())
}
