//! Runs a handler as a Lambda function behind an HTTP API.
//!
//! The only place that checks tokens: no handler can skip the check. No part of the handler runs before it succeeds. So
//! a 401 takes one read unit, and its duration reveals nothing about the person.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::{BoxFuture, LocalBoxFuture, ready};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Error, Request, RequestExt, Response, service_fn};

use super::call::{self, Call};
use super::error::Result;
use super::log;
use super::params::Params;
use super::reply::Reply;
use crate::model::PersonId;
use crate::store::{ReadStore, Store, StoreError, Usage};

/// Whether this environment has not yet served a request.
static IS_COLD: AtomicBool = AtomicBool::new(true);

/// The time before the function's deadline that is kept for a time-out answer. At the deadline Lambda kills the
/// function, and the gateway would answer instead.
const RESERVE: Duration = Duration::from_secs(1);

/// A handler with its types erased, so that the code that runs it is compiled only once, not into each function.
type Handler = dyn Fn(PersonId, &Store, &Request) -> BoxFuture<'static, Result<Reply>> + Send + Sync;

/// Serves an endpoint that requires a token.
pub async fn serve<Q, B, S, F>(
    handler: impl Fn(Call<Q, B, S>) -> F + Send + Sync + 'static,
) -> Result<(), Error>
where
    Q: Params + Send,
    B: Params + Send,
    S: From<Store>,
    F: Future<Output = Result<Reply>> + Send + 'static,
{
    let nothing = async |_: &ReadStore| {};
    serve_with(nothing, move |call, _| handler(call)).await
}

/// Like `serve`, with a value prepared during init, where Lambda gives a full CPU.
pub async fn serve_with<P, Q, B, S, F>(
    prepare: impl AsyncFnOnce(&ReadStore) -> P,
    handler: impl Fn(Call<Q, B, S>, Arc<P>) -> F + Send + Sync + 'static,
) -> Result<(), Error>
where
    P: Send + Sync + 'static,
    Q: Params + Send,
    B: Params + Send,
    S: From<Store>,
    F: Future<Output = Result<Reply>> + Send + 'static,
{
    log::start();
    let store = Store::from_env().await?;
    let prepared = Arc::new(prepare(&store).await);
    let parse_and_handle = move |caller, store: &Store, request: &Request| -> BoxFuture<'static, _> {
        match Call::parse(caller, store.clone().into(), request) {
            Ok(call) => Box::pin(handler(call, Arc::clone(&prepared))),
            Err(error) => Box::pin(ready(Err(error))),
        }
    };
    run(store, Box::new(parse_and_handle)).await
}

fn run(store: Store, handler: Box<Handler>) -> LocalBoxFuture<'static, Result<(), Error>> {
    Box::pin(async move {
        let (store, handler) = (&store, &*handler);
        let respond = move |request: Request| async move {
            let caller = OnceLock::new();
            let reply = Box::pin(authorized(store, handler, &request, &caller));
            let reply = in_time(&request, reply);
            respond(&request, Some(store), &caller, reply).await
        };
        lambda_http::run(service_fn(respond)).await
    })
}

/// Serves an endpoint that needs neither a token nor the table.
pub async fn serve_public(handler: impl Fn(&Request) -> Result<Reply> + Send + Sync) -> Result<(), Error> {
    log::start();
    let handler = &handler;
    let respond = move |request: Request| async move {
        respond(&request, None, &OnceLock::new(), async { handler(&request) }).await
    };
    lambda_http::run(service_fn(respond)).await
}

/// Ends the handler when the function's time is almost up. A write in progress may or may not take effect, as with a
/// lost reply.
async fn in_time(request: &Request, handled: impl Future<Output = Result<Reply>> + Send) -> Result<Reply> {
    let deadline = request.lambda_context().deadline();
    // The deadline from `cargo lambda watch` is in the past and sets no limit.
    let Ok(left) = deadline.duration_since(SystemTime::now()) else {
        return handled.await;
    };
    let handled = tokio::time::timeout(left.saturating_sub(RESERVE), handled);
    handled
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable("the function's time is up".to_owned()).into()))
}

/// Runs the handler once the token has proved valid. Sets `caller` to the token's person.
async fn authorized(
    store: &Store,
    handler: &Handler,
    request: &Request,
    caller: &OnceLock<PersonId>,
) -> Result<Reply> {
    let token = call::token(request)?;
    store.authenticate(&token).await?;
    let caller = *caller.get_or_init(|| token.person());
    handler(caller, store, request).await
}

/// Renders the handler's result, and logs one line.
async fn respond(
    request: &Request,
    store: Option<&Store>,
    caller: &OnceLock<PersonId>,
    handled: impl Future<Output = Result<Reply>> + Send,
) -> Result<Response<Body>, Infallible> {
    let started = Instant::now();
    let request_id = request.lambda_context().request_id;
    let outcome = handled.await;
    let usage = store.map(|store| store.take_usage()).unwrap_or_default();
    log_line(request, caller.get(), &outcome, started.elapsed(), usage);
    let reply = outcome.unwrap_or_else(|error| error.into_reply(&request_id, &origin(request)));
    Ok(reply.into_response(&request_id))
}

/// The origin that the caller used, whether it is the deployment's own domain or the address that AWS gave. Whoever
/// writes another `Host` reaches no deployment.
fn origin(request: &Request) -> String {
    let uri = request.uri();
    let (scheme, authority) = (uri.scheme_str(), uri.authority());
    match (scheme, authority) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
        _ => String::new(),
    }
}

/// Logs one line per request. The line contains nothing that a caller sent, not even the path: it may contain a token
/// by mistake.
fn log_line(
    request: &Request,
    caller: Option<&PersonId>,
    outcome: &Result<Reply>,
    duration: Duration,
    usage: Usage,
) {
    let request_id = request.lambda_context_ref().map(|context| &*context.request_id);
    let method = log::method(request.method());
    let route = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.route_key.as_deref(),
        _ => None,
    };
    let person = caller.map(tracing::field::display);
    let cold_start = IS_COLD.swap(false, Ordering::Relaxed);
    let duration_ms = log::milliseconds(duration);
    let (status, code, cause) = match outcome {
        Ok(reply) => (reply.status(), None, None),
        Err(error) => (error.status(), Some(error.code()), error.cause()),
    };
    let status = status.as_u16();
    let Usage {
        calls,
        read_units,
        write_units,
    } = usage;
    macro_rules! line {
        ($level:ident, $message:literal) => {
            tracing::$level!(
                request_id,
                method,
                route,
                person,
                status,
                code,
                cause,
                duration_ms,
                cold_start,
                database.calls = calls,
                database.read_units = read_units,
                database.write_units = write_units,
                $message
            )
        };
    }
    if cause.is_some() {
        line!(error, "failed");
    } else {
        line!(info, "answered");
    }
}
