//! Lambda's Invoke API, as `cargo lambda invoke` and `aws lambda invoke --endpoint-url` call it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use serde_json::value::RawValue;

use crate::runtime::{InvokeError, Runtime};

/// The service. `address` is where it listens.
pub(crate) fn service(runtime: Arc<Runtime>, address: SocketAddr) -> Router {
    Router::new()
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        // The runtime knows the limit and answers as Lambda does.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(address.port(), refuse_strangers))
        .with_state(runtime)
}

/// A function that issues tokens can be reached here, so only programs of this machine may call: no web page, whether
/// from another origin or through a name that resolves to 127.0.0.1.
async fn refuse_strangers(State(port): State<u16>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
    let is_own = host.is_some_and(|host| own.iter().any(|own| own.eq_ignore_ascii_case(host)));
    if !is_own || headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site") {
        return error(
            StatusCode::FORBIDDEN,
            "AccessDeniedException",
            "Only programs of this machine may call.",
        );
    }
    next.run(request).await
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
            // Lambda would try a failed one twice more; here its failure is in the log.
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
