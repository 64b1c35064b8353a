//! DynamoDB's error answers.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::Call;

/// The content type of everything that DynamoDB says.
pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// An error of this code.
pub(super) fn error(code: &str) -> Response {
    render(code, json!({}))
}

/// One of the ways in which DynamoDB throttles the call. `draw` is any number.
pub(super) fn throttled(call: &Call, draw: usize) -> Response {
    let plain = ["ThrottlingException", "ProvisionedThroughputExceededException"];
    match (call.operation.as_str(), draw % 4) {
        ("TransactWriteItems", 0) => cancelled(call, draw / 4, "ThrottlingError"),
        ("TransactWriteItems", 1) => cancelled(call, draw / 4, "ProvisionedThroughputExceeded"),
        (_, draw) => error(plain[draw % 2]),
    }
}

/// Another transaction is at work on this row of the call.
pub(super) fn conflict(call: &Call, row: usize) -> Response {
    if call.operation.starts_with("Transact") {
        cancelled(call, row, "TransactionConflict")
    } else {
        error("TransactionConflictException")
    }
}

/// The transaction is cancelled because of one row, counted from 0 and again from there after the last.
fn cancelled(call: &Call, row: usize, code: &str) -> Response {
    let rows = call.body["TransactItems"].as_array().map_or(1, Vec::len).max(1);
    let reasons: Vec<_> = (0..rows)
        .map(|number| json!({"Code": if number == row % rows { code } else { "None" }}))
        .collect();
    render(
        "TransactionCanceledException",
        json!({"CancellationReasons": reasons}),
    )
}

fn render(code: &str, mut body: Value) -> Response {
    body["__type"] = json!(format!("com.amazonaws.dynamodb.v20120810#{code}"));
    body["message"] = json!("on purpose");
    let status = match code {
        "InternalServerError" => StatusCode::INTERNAL_SERVER_ERROR,
        "ServiceUnavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    json(status, &body)
}

/// An answer with this body.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", CONTENT_TYPE)], body.to_string()).into_response()
}
