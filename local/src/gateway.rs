//! The HTTP API in front of the functions, as API Gateway would be.

mod event;
mod response;
mod router;

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use tokio::time::timeout;
use uuid::Uuid;

use crate::aws;
use crate::logs::Logger;
use crate::runtime::{Cause, InvokeError, Runtime};
use crate::template::Function;
use event::Event;
use response::message;
use router::Router;

/// API Gateway's limit of a request's body:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// A body over the limit is read to here, so that its sender sees the answer and not a broken connection.
const DRAIN_LIMIT: usize = 10 * BODY_LIMIT;

/// API Gateway's limit of an integration, from the same page.
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

struct Gateway {
    router: Router,
    runtime: Arc<Runtime>,
    logger: Logger,
}

/// The service that answers every request.
pub(crate) fn service(functions: &[Function], runtime: Arc<Runtime>, logger: Logger) -> axum::Router {
    let gateway = Gateway {
        router: Router::new(functions),
        runtime,
        logger,
    };
    axum::Router::new().fallback(handle).with_state(Arc::new(gateway))
}

async fn handle(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let mut response = gateway.answer(request, client, &request_id).await;
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("apigw-requestid", value);
    }
    response
}

impl Gateway {
    async fn answer(&self, request: Request, client: SocketAddr, request_id: &str) -> Response {
        let (parts, body) = request.into_parts();
        if !is_addressed(&parts.headers) {
            return message(StatusCode::BAD_REQUEST, "Bad Request");
        }
        let Some(route) = self.router.find(parts.method.as_str(), parts.uri.path()) else {
            return message(StatusCode::NOT_FOUND, "Not Found");
        };
        let body = match read(body).await {
            Ok(Some(body)) => body,
            Ok(None) => return too_large(),
            Err(_) => return message(StatusCode::BAD_REQUEST, "Bad Request"),
        };
        let event = Event::new(&parts, &body, &route, request_id, client);
        let Ok(event) = serde_json::to_vec(&event) else {
            return internal_error();
        };
        let invocation = self.runtime.invoke(route.function, event.into());
        let answer = match timeout(INTEGRATION_TIMEOUT, invocation).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(InvokeError::PayloadTooLarge)) => return too_large(),
            Ok(Err(InvokeError::NotFound)) => return internal_error(),
            Ok(Err(InvokeError::Throttled | InvokeError::Stopped)) => return unavailable(),
            Err(_) => {
                self.logger.notice(
                    route.function,
                    "took longer than the gateway waits, which is 30 s",
                );
                return unavailable();
            }
        };
        match answer.outcome {
            Ok(body) => response::from_answer(&body).unwrap_or_else(|error| {
                self.logger
                    .notice(route.function, &format!("its answer is malformed: {error:#}"));
                internal_error()
            }),
            // On AWS this is a 500 like every other failure. Here it is told apart, since whoever develops wants to.
            Err(error) if error.cause == Cause::Crash => message(StatusCode::BAD_GATEWAY, "Bad Gateway"),
            Err(_) => internal_error(),
        }
    }
}

/// Whether the host is one. API Gateway finds an API by it, so a function never meets another; `lambda_http`, which
/// makes a URL of it, relies on that.
fn is_addressed(headers: &HeaderMap) -> bool {
    headers
        .get(HOST)
        .is_none_or(|host| Authority::try_from(host.as_bytes()).is_ok())
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html>
fn internal_error() -> Response {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// Lambda's throttling, and an integration over its time, reach the caller as this.
fn unavailable() -> Response {
    message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
}

fn too_large() -> Response {
    message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
}

/// Reads a body, or finds it too large.
async fn read(mut body: Body) -> Result<Option<Bytes>, axum::Error> {
    let mut content = Vec::new();
    let mut length = 0;
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        if length <= BODY_LIMIT {
            content.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            break;
        } else {
            content = Vec::new();
        }
    }
    Ok((length <= BODY_LIMIT).then(|| content.into()))
}

// What a function gets is limited by Lambda before API Gateway's own limit can matter for it.
const _: () = assert!(aws::PAYLOAD_LIMIT < BODY_LIMIT);
