//! DynamoDB's error answers.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::call::Call;

/// DynamoDB's answer to a call.
pub(super) type Reply = (StatusCode, Value);

/// An error of this code.
pub(super) fn error(code: &str) -> Reply {
    with_details(code, json!({}))
}

/// One of the ways in which DynamoDB throttles the call. `draw` chooses it.
pub(super) fn throttled(call: &Call, draw: usize) -> Reply {
    let plain = ["ThrottlingException", "ProvisionedThroughputExceededException"];
    match (call.operation.as_str(), draw % 4) {
        ("TransactWriteItems", 0) => cancelled(call, draw / 4, "ThrottlingError"),
        ("TransactWriteItems", 1) => cancelled(call, draw / 4, "ProvisionedThroughputExceeded"),
        (_, draw) => error(plain[draw % 2]),
    }
}

/// Another transaction is at work on this row of the call.
pub(super) fn conflict(call: &Call, row: usize) -> Reply {
    if call.operation.starts_with("Transact") {
        cancelled(call, row, "TransactionConflict")
    } else {
        error("TransactionConflictException")
    }
}

/// The transaction is cancelled because of one row, counted from 0 and modulo the number of rows.
fn cancelled(call: &Call, row: usize, code: &str) -> Reply {
    let rows = call.body["TransactItems"].as_array().map_or(1, Vec::len).max(1);
    let reasons: Vec<_> = (0..rows)
        .map(|number| json!({"Code": if number == row % rows { code } else { "None" }}))
        .collect();
    with_details(
        "TransactionCanceledException",
        json!({"CancellationReasons": reasons}),
    )
}

fn with_details(code: &str, mut body: Value) -> Reply {
    body["__type"] = json!(format!("com.amazonaws.dynamodb.v20120810#{code}"));
    body["message"] = json!("injected fault");
    let status = match code {
        "InternalServerError" => StatusCode::INTERNAL_SERVER_ERROR,
        "ServiceUnavailable" => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    (status, body)
}

/// The reply as an answer over HTTP.
pub(super) fn render((status, body): &Reply) -> Response {
    let content_type = [("content-type", "application/x-amz-json-1.0")];
    (*status, content_type, body.to_string()).into_response()
}
