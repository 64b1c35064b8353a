//! Every operation with a valid request, and how cases send what is not valid.

use serde_json::{Value, json};

use crate::encoding::Encoding;
use crate::failure::Outcome;
use crate::http::Exchange;
use crate::http::Request;
use crate::person::{Person, at, id_of};
use crate::tester::{NOBODY, Tester};

/// Sends a form that is written already.
#[track_caller]
pub(super) fn form(caller: &Person, method: &str, path: &str, body: impl AsRef<[u8]>) -> Outcome<Exchange> {
    caller.send(Request::new(method, path).form(body))
}

/// Sends JSON that is written already.
#[track_caller]
pub(super) fn json_text(
    caller: &Person,
    method: &str,
    path: &str,
    body: impl AsRef<[u8]>,
) -> Outcome<Exchange> {
    let request = Request::new(method, path).header("content-type", Encoding::Json.content_type());
    caller.send(request.body(body))
}

/// Kate's conversation with Kevin, a message of hers in it, his entry and a group of hers: what has to stay as it is.
pub(super) fn stage(tester: &Tester) -> Outcome<[String; 4]> {
    let conversation = tester.pair()?;
    let message = at(&tester.kate.say(&conversation, "Hello")?);
    let group = tester.kate.gather(&[&tester.kevin])?;
    Ok([conversation, message, tester.kevin.entry(), group])
}

/// Valid parameters for the body of an operation; an empty object where it takes none.
pub(super) fn valid_body(
    tester: &Tester,
    [conversation, _, contact, _]: &[String; 4],
    method: &str,
    path: &str,
) -> Value {
    match (method, path) {
        ("POST", "/v1/attachments") => json!({"filename": "House.txt", "file_size": 1}),
        ("PUT", "/v1/attachments/{id}") => json!({"filename": "Hotel.txt"}),
        ("POST", "/v1/contacts") => tester.kevin.card(),
        ("PUT", "/v1/contacts/{id}") => json!({"display_name": "Kev"}),
        ("POST", "/v1/conversations") => json!({"contact_id": id_of(contact)}),
        ("PUT", "/v1/conversations/{id}") => json!({"is_muted": true}),
        ("POST", "/v1/conversations/{id}/read") => json!({"message_id": null}),
        ("POST", "/v1/groups") | ("PUT", "/v1/groups/{id}") => json!({"name": "Paris"}),
        ("POST", "/v1/messages") => json!({"conversation_id": id_of(conversation), "message": "Hi"}),
        ("PUT", "/v1/messages/{id}") => json!({"message": "Changed"}),
        ("PUT", "/v1/me") => json!({"avatar_url": "https://example.com/x.png"}),
        _ => json!({}),
    }
}

/// The paths of every operation with ids that name something and what the query must have, and valid parameters for
/// its body.
pub(super) fn every_operation(tester: &Tester, paths: &[String; 4]) -> Vec<(String, String, Value)> {
    let [conversation, message, contact, group] = paths;
    let operations = tester.operations().into_iter();
    operations
        .map(|(method, path)| {
            let id = match path.split('/').nth(2) {
                Some("contacts") => id_of(contact),
                Some("conversations") => id_of(conversation),
                Some("groups") => id_of(group),
                Some("messages") => id_of(message),
                _ => NOBODY,
            };
            let body = valid_body(tester, paths, &method, &path);
            let mut path = path.replace("{id}", id).replace("{name}", "heart");
            if path.ends_with("/search") {
                path.push_str("?query=x");
            }
            (method, path, body)
        })
        .collect()
}
