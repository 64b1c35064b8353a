//! Lambda's Invoke API, as `cargo lambda invoke` and `aws lambda invoke --endpoint-url` call it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use serde_json::value::RawValue;

use crate::guard::{self, Pages};
use crate::runtime::{InvokeError, Runtime};

/// The service. `address` is where it listens.
pub(crate) fn service(runtime: Arc<Runtime>, address: SocketAddr) -> Router {
    let service = Router::new()
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        // The runtime knows the limit and answers as Lambda does.
        .layer(DefaultBodyLimit::disable())
        .with_state(runtime);
    guard::keep_strangers_out(service, address, Pages::Refused, refuse_page)
}

/// The answer to web pages. They are refused because a function that issues tokens can be called here.
fn refuse_page() -> Response {
    error(StatusCode::FORBIDDEN, "AccessDeniedException", guard::REFUSAL)
}

async fn invoke(
    State(runtime): State<Arc<Runtime>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    payload: Bytes,
) -> Response {
    if !runtime.contains(&name) {
        return refusal(InvokeError::NotFound, &name);
    }
    let payload = if payload.is_empty() {
        Bytes::from_static(b"{}")
    } else {
        payload
    };
    if let Err(problem) = serde_json::from_slice::<&RawValue>(&payload) {
        let message = format!("Could not parse request body into json: {problem}");
        return error(
            StatusCode::BAD_REQUEST,
            "InvalidRequestContentException",
            &message,
        );
    }
    match header(&headers, "x-amz-invocation-type") {
        None | Some("RequestResponse") => {
            let wants_log = header(&headers, "x-amz-log-type") == Some("Tail");
            request_response(&runtime, &name, payload, wants_log).await
        }
        Some("Event") => {
            // Lambda would try a failed invocation twice more; here the failure is in the log.
            tokio::spawn(async move { runtime.invoke(&name, payload).await.map(drop) });
            StatusCode::ACCEPTED.into_response()
        }
        Some("DryRun") => StatusCode::NO_CONTENT.into_response(),
        Some(other) => {
            let message = format!("The invocation type {other} is none of RequestResponse, Event, DryRun.");
            error(
                StatusCode::BAD_REQUEST,
                "InvalidParameterValueException",
                &message,
            )
        }
    }
}

async fn request_response(runtime: &Runtime, name: &str, payload: Bytes, wants_log: bool) -> Response {
    let answer = match runtime.invoke(name, payload).await {
        Ok(answer) => answer,
        Err(error) => return refusal(error, name),
    };
    let mut headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-amz-executed-version", "$LATEST".to_owned()),
    ];
    if wants_log {
        headers.push(("x-amz-log-result", BASE64_STANDARD.encode(answer.log_tail)));
    }
    let body = answer.outcome.unwrap_or_else(|error| {
        headers.push(("x-amz-function-error", "Unhandled".to_owned()));
        error.payload()
    });
    let mut response = body.into_response();
    response.headers_mut().clear();
    (axum::response::AppendHeaders(headers), response).into_response()
}

fn refusal(problem: InvokeError, name: &str) -> Response {
    let (status, error_type, message) = match problem {
        InvokeError::NotFound => (
            StatusCode::NOT_FOUND,
            "ResourceNotFoundException",
            format!("Function not found: {name}"),
        ),
        InvokeError::PayloadTooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestTooLargeException",
            "Request must be smaller than 6291556 bytes for the InvokeFunction operation".to_owned(),
        ),
        InvokeError::Throttled => (
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            "Rate Exceeded.".to_owned(),
        ),
        InvokeError::Stopped => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "ServiceException",
            problem.to_string(),
        ),
    };
    error(status, error_type, &message)
}

fn error(status: StatusCode, error_type: &'static str, message: &str) -> Response {
    let headers = [
        ("content-type", "application/json"),
        ("x-amzn-errortype", error_type),
    ];
    let caller = if status.is_server_error() {
        "Service"
    } else {
        "User"
    };
    (
        status,
        headers,
        json!({"Type": caller, "Message": message, "message": message}).to_string(),
    )
        .into_response()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
