//! Uploading files, and sending them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::compare::without_activity;
use crate::failure::{Outcome, equal};
use crate::http::Request;
use crate::person::{Answers as _, Person, id, id_of};
use crate::tester::Tester;

/// Where attachments are.
pub(super) const PATH: &str = "/v1/attachments";

/// An image, three pixels wide and two high.
pub(super) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\0\0\0\0\xb8\x1f9\xc6\0\0\0\x0eIDATx\xdac\x10h\
    \xf8\xc0\0\xc4\0\nH\x03\x01fD\xc1\x1b\0\0\0\0IEND\xaeB`\x82";

/// Between the parts of an upload.
pub(super) const BOUNDARY: &str = "----conformance";

/// A part of an upload. `parameters` is what its disposition says behind `form-data`.
pub(super) fn part(parameters: &str, content_type: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; {parameters}\r\nContent-Type: {content_type}\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n"].concat()
}

/// An upload of these parts.
pub(super) fn multipart(parts: &[Vec<u8>]) -> Request {
    let end = format!("--{BOUNDARY}--\r\n");
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let body = [parts.concat(), end.into_bytes()].concat();
    Request::new("POST", PATH)
        .header("content-type", content_type)
        .body(body)
}

/// An upload of one file. Its name stands in quotation marks as it is here.
pub(super) fn file(filename: &str, content_type: &str, bytes: &[u8]) -> Request {
    let parameters = format!("name=\"file\"; filename=\"{filename}\"");
    multipart(&[part(&parameters, content_type, bytes)])
}

/// Uploads a file.
#[track_caller]
pub(super) fn upload(caller: &Person, filename: &str, bytes: &[u8]) -> Outcome<Value> {
    let request = file(filename, "application/octet-stream", bytes);
    caller.send(request).created(PATH)
}

/// Announces a file that will be sent to the storage.
#[track_caller]
pub(super) fn announce(caller: &Person, filename: &str, file_type: &str, size: usize) -> Outcome<Value> {
    let body = json!({"filename": filename, "file_type": file_type, "file_size": size});
    caller.post(PATH, &body).created(PATH)
}

/// Sends a file to the address that `upload` of an announced one has.
#[track_caller]
pub(super) fn store(tester: &Tester, announced: &Value, bytes: &[u8]) -> Outcome {
    let upload = &announced["upload"];
    let url = upload["url"].as_str().unwrap_or_default();
    let answer = tester.store(url, &upload["headers"], bytes)?;
    equal("the status of the storage", answer.status, 200)
}

/// Sends a message with these attachments.
#[track_caller]
pub(super) fn send(caller: &Person, conversation: &str, text: &str, attachments: &Value) -> Outcome<Value> {
    let message = json!({
        "conversation_id": id_of(conversation),
        "message": text,
        "attachments": attachments,
    });
    caller.post("/v1/messages", &message).created("/v1/messages")
}

/// The path of an attachment.
pub(super) fn at(attachment: &Value) -> String {
    format!("{PATH}/{}", id(attachment))
}

/// The ids of the attachments of a message, or of the items of a page.
pub(super) fn ids(items: &Value) -> Vec<String> {
    let items = items.as_array().into_iter().flatten();
    items.map(|item| id(item).to_owned()).collect()
}

/// An attachment without its links, and without what only its create shows.
pub(super) fn unlinked(attachment: &Value) -> Value {
    let mut attachment = without_activity(attachment.clone());
    if let Some(keys) = attachment.as_object_mut() {
        keys.remove("upload");
    }
    attachment
}

/// Asserts that `file_url` leads to these bytes.
#[track_caller]
pub(super) fn leads_to(tester: &Tester, attachment: &Value, bytes: &[u8]) -> Outcome {
    let file = tester.follow(attachment["file_url"].as_str().unwrap_or_default())?;
    equal("the status of the file", file.status, 200)?;
    equal("how many bytes it has", file.body.len(), bytes.len())?;
    equal("whether they are the same", file.body == bytes, true)
}

/// How many seconds a time lies ahead, by the clock here.
pub(super) fn ahead(time: &Value) -> f64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    time.as_f64().unwrap_or_default() - since_1970.as_secs_f64()
}
