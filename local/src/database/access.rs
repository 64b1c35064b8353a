//! Decides who may call DynamoDB, for the database itself and for the layer that injects faults.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::json;

use super::protocol::render;
use crate::credentials::Credentials;
use crate::guard::{self, Pages};

/// Admits programs that name the key of this start, and no web pages. So programs that mean another machine are
/// refused. The signature is not verified: everybody who has seen a link to S3 knows the key's id.
pub(crate) fn restrict(service: Router, address: SocketAddr, credentials: &Credentials) -> Router {
    let service = service.layer(from_fn_with_state(credentials.clone(), check));
    guard::keep_strangers_out(service, address, Pages::Refused, || {
        refuse("AccessDeniedException", guard::REFUSAL)
    })
}

async fn check(State(credentials): State<Credentials>, request: Request, next: Next) -> Response {
    if key_id(request.headers()) == Some(credentials.access_key_id()) {
        next.run(request).await
    } else {
        refuse(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    }
}

/// The id of the key that a request is signed with:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>.
fn key_id(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (_algorithm, parts) = authorization.split_once(' ')?;
    let credential = parts
        .split(',')
        .find_map(|part| part.trim().strip_prefix("Credential="))?;
    credential.split('/').next()
}

fn refuse(code: &str, message: &str) -> Response {
    let body = json!({"__type": format!("com.amazon.coral.service#{code}"), "message": message});
    render(StatusCode::FORBIDDEN, body.to_string())
}
