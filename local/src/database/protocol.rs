//! DynamoDB's protocol in front of the embedded database.
//!
//! dynoxide's own server answers every web page, signed or not, and nothing can be put in front of it but another port.
//! So only its operations are used.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html>

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use uuid::Uuid;

/// DynamoDB's limit of a request.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The service.
pub(super) fn service(database: Database) -> Router {
    Router::new()
        .route("/", post(handle))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(database)
}

/// A call blocks, but not for long: handing it to another thread would take more time than most calls do.
async fn handle(State(database): State<Database>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    let (status, answer) = answer(&database, target.unwrap_or_default(), &body);
    render(status, answer)
}

/// Does what `target` names, such as `DynamoDB_20120810.GetItem`.
pub(crate) fn answer(database: &Database, target: &str, body: &[u8]) -> (StatusCode, String) {
    match call(database, target, body) {
        Some(Ok(answer)) => (StatusCode::OK, answer),
        Some(Err(error)) => {
            let status = StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::BAD_REQUEST);
            (status, error.to_json())
        }
        None => (
            StatusCode::BAD_REQUEST,
            json!({"__type": "com.amazon.coral.service#UnknownOperationException"}).to_string(),
        ),
    }
}

/// An answer in DynamoDB's form.
pub(super) fn render(status: StatusCode, body: String) -> Response {
    let headers = [
        ("content-type", "application/x-amz-json-1.0".to_owned()),
        ("x-amzn-requestid", Uuid::new_v4().to_string()),
    ];
    (status, headers, body).into_response()
}

/// Reads the request, calls the method of the same name, and writes its result. `None` if there is no such method.
macro_rules! operations {
    ($database:ident, $operation:ident, $body:ident: $($name:literal $method:ident,)*) => {
        match $operation {
            $($name => Some(read($body).and_then(|request| $database.$method(request)).and_then(|answer| write(&answer))),)*
            _ => None,
        }
    };
}

fn call(database: &Database, target: &str, body: &[u8]) -> Option<dynoxide::Result<String>> {
    let (_version, operation) = target.split_once('.')?;
    operations! { database, operation, body:
        "BatchExecuteStatement" batch_execute_statement,
        "BatchGetItem" batch_get_item,
        "BatchWriteItem" batch_write_item,
        "CreateTable" create_table,
        "DeleteItem" delete_item,
        "DeleteTable" delete_table,
        "DescribeStream" describe_stream,
        "DescribeTable" describe_table,
        "DescribeTimeToLive" describe_time_to_live,
        "ExecuteStatement" execute_statement,
        "ExecuteTransaction" execute_transaction,
        "GetItem" get_item,
        "GetRecords" get_records,
        "GetShardIterator" get_shard_iterator,
        "ListStreams" list_streams,
        "ListTables" list_tables,
        "PutItem" put_item,
        "Query" query,
        "Scan" scan,
        "TransactGetItems" transact_get_items,
        "TransactWriteItems" transact_write_items,
        "UpdateItem" update_item,
        "UpdateTable" update_table,
        "UpdateTimeToLive" update_time_to_live,
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> dynoxide::Result<T> {
    serde_json::from_slice(body).map_err(|error| refusal(&error))
}

fn write(answer: &impl Serialize) -> dynoxide::Result<String> {
    serde_json::to_string(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// DynamoDB's error for a request that cannot be read. dynoxide's types begin the message of an error with its kind.
fn refusal(error: &serde_json::Error) -> DynoxideError {
    let message = error.to_string();
    // DynamoDB names no place in the JSON.
    let message = message
        .rsplit_once(" at line ")
        .map_or(&*message, |(message, _place)| message);
    match message.split_once(':') {
        Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", message)) => {
            DynoxideError::SerializationException(message.to_owned())
        }
        Some(("VALIDATION" | "VALIDATION_AS_READ" | "VALIDATION_REQUEST", message)) => {
            DynoxideError::ValidationException(message.to_owned())
        }
        _ if error.is_data() => DynoxideError::ValidationException(message.to_owned()),
        _ => DynoxideError::SerializationException(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(target: &str, body: &str) -> String {
        let database = Database::memory().unwrap();
        match call(&database, target, body.as_bytes()) {
            Some(Ok(answer)) => answer,
            Some(Err(error)) => error.to_json(),
            None => "unknown".to_owned(),
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_as_by_dynamodb() {
        let item = |value: &str| format!(r#"{{"TableName": "T", "Item": {{"a": {value}}}}}"#);
        for (target, body, expected) in [
            ("DynamoDB_20120810.ListTables", "{}", r#"{"TableNames":[]}"#),
            ("DynamoDB_20120810.Undo", "{}", "unknown"),
            ("ListTables", "{}", "unknown"),
            ("DynamoDB_20120810.GetItem", "{", "#SerializationException"),
            ("DynamoDB_20120810.GetItem", "{}", "#ValidationException"),
            ("DynamoDB_20120810.PutItem", &item("{}"), "#ValidationException"),
            (
                "DynamoDB_20120810.PutItem",
                &item(r#"{"SS": []}"#),
                "#ValidationException",
            ),
        ] {
            let outcome = outcome(target, body);
            assert!(outcome.contains(expected), "{target} {body}: {outcome}");
            assert!(
                !outcome.contains("VALIDATION") && !outcome.contains(" at line "),
                "{outcome}"
            );
        }
    }
}
