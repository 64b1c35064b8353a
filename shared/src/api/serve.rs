//! Runs a handler as a Lambda function behind an HTTP API.
//!
//! The one place where tokens are checked: no handler can skip it. A token names its person, so a read runs *beside*
//! the check and is answered only if both hold; a write runs after it.

use std::convert::Infallible;
use std::time::Instant;

use lambda_http::{Body, Error, Request, RequestExt, Response, service_fn};

use super::call::{self, Call};
use super::error::Result;
use super::params::Params;
use super::reply::Reply;
use crate::store::Store;

/// When the token is checked.
#[derive(Clone, Copy)]
enum Check {
    /// While the handler reads.
    Beside,
    /// Before the handler begins.
    Before,
}

/// Serves an endpoint that only reads.
pub async fn read<Q, B, F>(handler: impl Fn(Call<Q, B>) -> F + Send + Sync) -> Result<(), Error>
where
    Q: Params + Send,
    B: Params + Send,
    F: Future<Output = Result<Reply>> + Send,
{
    serve(Check::Beside, handler).await
}

/// Serves an endpoint that writes.
pub async fn write<Q, B, F>(handler: impl Fn(Call<Q, B>) -> F + Send + Sync) -> Result<(), Error>
where
    Q: Params + Send,
    B: Params + Send,
    F: Future<Output = Result<Reply>> + Send,
{
    serve(Check::Before, handler).await
}

/// Serves an endpoint that needs neither a caller nor the table.
pub async fn answer(handler: impl Fn(&Request) -> Result<Reply> + Send + Sync) -> Result<(), Error> {
    lambda_http::tracing::init_default_subscriber();
    let handler = &handler;
    let respond = async move |request: Request| respond(&request, async { handler(&request) }).await;
    lambda_http::run(service_fn(respond)).await
}

async fn serve<Q, B, F>(check: Check, handler: impl Fn(Call<Q, B>) -> F + Send + Sync) -> Result<(), Error>
where
    Q: Params + Send,
    B: Params + Send,
    F: Future<Output = Result<Reply>> + Send,
{
    lambda_http::tracing::init_default_subscriber();
    let store = Store::from_env().await?;
    let (store, handler) = (&store, &handler);
    let respond = move |request: Request| async move {
        respond(&request, authorized(check, store, handler, &request)).await
    };
    lambda_http::run(service_fn(respond)).await
}

/// Lets the handler answer if the token holds.
async fn authorized<Q, B, F>(
    check: Check,
    store: &Store,
    handler: &(impl Fn(Call<Q, B>) -> F + Send + Sync),
    request: &Request,
) -> Result<Reply>
where
    Q: Params + Send,
    B: Params + Send,
    F: Future<Output = Result<Reply>> + Send,
{
    let token = call::token(request)?;
    let reply = async { handler(Call::parse(token.person(), store.clone(), request)?).await };
    match check {
        Check::Before => {
            store.authenticate(&token).await?;
            reply.await
        }
        Check::Beside => {
            let (checked, reply) = tokio::join!(store.authenticate(&token), reply);
            checked?;
            reply
        }
    }
}

/// Renders what the handler says, and logs one line.
async fn respond(
    request: &Request,
    handled: impl Future<Output = Result<Reply>> + Send,
) -> Result<Response<Body>, Infallible> {
    let started = Instant::now();
    let request_id = request.lambda_context().request_id;
    let outcome = handled.await;
    log(request, &request_id, &outcome, started);
    let reply = outcome.unwrap_or_else(|error| error.into_reply(&request_id));
    Ok(reply.into_response(&request_id))
}

/// One line a request. Nothing that a caller sent is in it but the method and the path.
fn log(request: &Request, request_id: &str, outcome: &Result<Reply>, started: Instant) {
    let (method, path) = (request.method().as_str(), request.uri().path());
    let (status, code, cause) = match outcome {
        Ok(reply) => (reply.status(), None, None),
        Err(error) => (error.status(), Some(error.code()), error.cause()),
    };
    let status = status.as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    if let Some(cause) = cause {
        tracing::error!(request_id, method, path, status, code, micros, cause, "failed");
    } else {
        tracing::info!(request_id, method, path, status, code, micros, "answered");
    }
}
