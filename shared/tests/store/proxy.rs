//! A proxy between store and database. It records every call, and can delay or break calls.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio::task::JoinHandle;

/// A recorded call of the store.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The operation, such as `Query`.
    pub(crate) operation: String,
    /// The request's body.
    pub(crate) request: Value,
    /// The capacity units that the database counted for it.
    pub(crate) units: f64,
}

/// An action that happens during a call.
pub(crate) type Happening = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A change of the answer to a call.
pub(crate) type Change = Box<dyn FnOnce(&mut Value) + Send>;

/// The treatment of a call.
pub(crate) enum Verdict {
    /// Pass the call on.
    Pass,
    /// Pass the call to the database at this URL instead.
    Redirect(String),
    /// Execute the call, and lose the answer.
    LoseReply,
    /// Answer with this error, without calling the database.
    Refuse(&'static str),
    /// Answer that the transaction is cancelled for these reasons, without calling the database.
    Cancel(Vec<&'static str>),
    /// Execute only the first key of a `BatchGetItem`, or the first request of a `BatchWriteItem`.
    FirstOnly,
    /// Hold the answer back until enough other calls reach the same barrier.
    Meet(Arc<Barrier>),
    /// Run the action, then pass the call on.
    Before(Happening),
    /// Pass the call on, and hold the answer back until the action has run.
    Then(Happening),
    /// Pass the call on, and change the answer.
    Alter(Change),
}

type Rule = Box<dyn FnMut(&str, &Value) -> Verdict + Send>;

struct Shared {
    upstream: String,
    http: reqwest::Client,
    rule: Mutex<Rule>,
    seen: Mutex<Vec<Seen>>,
}

/// A running proxy. Dropping it stops it.
pub(crate) struct Proxy {
    pub(crate) url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Proxy {
    /// A proxy in front of `upstream`. `rule` decides on every call by its operation and request.
    pub(crate) async fn start(
        upstream: &str,
        rule: impl FnMut(&str, &Value) -> Verdict + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            http: reqwest::Client::new(),
            rule: Mutex::new(Box::new(rule)),
            seen: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(handle).with_state(shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, server }
    }

    /// A proxy that only records.
    pub(crate) async fn watching(upstream: &str) -> Self {
        Self::start(upstream, |_, _| Verdict::Pass).await
    }

    /// The calls since the last `take_seen`, in order.
    pub(crate) fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.shared.seen.lock().unwrap())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A rule that answers the calls of a round trip only when all of them are in progress. `[2, 3]` means two round trips,
/// of two calls and of three. A store that waits for an answer in between hangs.
pub(crate) fn trips(sizes: &[usize]) -> impl FnMut(&str, &Value) -> Verdict + Send + 'static {
    let meet = |size: &usize| std::iter::repeat_n(Arc::new(Barrier::new(*size)), *size);
    let mut barriers = sizes.iter().flat_map(meet).collect::<Vec<_>>().into_iter();
    move |_, _| barriers.next().map_or(Verdict::Pass, Verdict::Meet)
}

/// A rule with one verdict for each call of `operation`. Further calls pass.
pub(crate) fn script(
    operation: &'static str,
    verdicts: impl IntoIterator<Item = Verdict, IntoIter: Send + 'static>,
) -> impl FnMut(&str, &Value) -> Verdict + Send + 'static {
    let mut verdicts = verdicts.into_iter();
    move |called, _| {
        if called == operation {
            verdicts.next().unwrap_or(Verdict::Pass)
        } else {
            Verdict::Pass
        }
    }
}

/// Combines two rules for different operations.
pub(crate) fn both(
    mut one: impl FnMut(&str, &Value) -> Verdict + Send + 'static,
    mut other: impl FnMut(&str, &Value) -> Verdict + Send + 'static,
) -> impl FnMut(&str, &Value) -> Verdict + Send + 'static {
    move |operation, request| match one(operation, request) {
        Verdict::Pass => other(operation, request),
        verdict => verdict,
    }
}

async fn handle(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap().to_owned();
    let mut request: Value = serde_json::from_slice(&body).unwrap();
    let verdict = (shared.rule.lock().unwrap())(&operation, &request);
    let mut upstream = shared.upstream.clone();
    let mut left_over = None;
    let mut is_lost = false;
    let mut then: Option<Happening> = None;
    let mut alter: Option<Change> = None;
    match verdict {
        Verdict::Pass => {}
        Verdict::Redirect(url) => upstream = url,
        Verdict::LoseReply => is_lost = true,
        Verdict::Refuse(code) => return error(code, &json!({})),
        Verdict::Cancel(reasons) => {
            let reasons: Vec<_> = reasons.iter().map(|code| json!({ "Code": code })).collect();
            return error(
                "TransactionCanceledException",
                &json!({ "CancellationReasons": reasons }),
            );
        }
        Verdict::FirstOnly => left_over = leave_first(&mut request),
        Verdict::Meet(barrier) => then = Some(Box::pin(async move { _ = barrier.wait().await })),
        Verdict::Before(happening) => happening.await,
        Verdict::Then(happening) => then = Some(happening),
        Verdict::Alter(change) => alter = Some(change),
    }
    request["ReturnConsumedCapacity"] = json!("TOTAL");
    let answer = shared
        .http
        .post(upstream)
        .headers(forwarded(&headers))
        .body(request.to_string())
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let mut reply: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let units = units(&reply["ConsumedCapacity"]);
    let left = if operation == "BatchWriteItem" {
        "UnprocessedItems"
    } else {
        "UnprocessedKeys"
    };
    shared.seen.lock().unwrap().push(Seen {
        operation,
        request,
        units,
    });
    if is_lost {
        // To the SDK, a status without an error looks like a broken connection: a retryable failure.
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if let Some(left_over) = left_over {
        reply[left] = left_over;
    }
    if let Some(alter) = alter {
        alter(&mut reply);
    }
    if let Some(then) = then {
        then.await;
    }
    (
        status,
        [("content-type", "application/x-amz-json-1.0")],
        reply.to_string(),
    )
        .into_response()
}

fn error(code: &str, details: &Value) -> Response {
    let mut body =
        json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "injected" });
    body.as_object_mut()
        .unwrap()
        .extend(details.as_object().unwrap().clone());
    let status = if code == "InternalServerError" {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::BAD_REQUEST
    };
    (
        status,
        [("content-type", "application/x-amz-json-1.0")],
        body.to_string(),
    )
        .into_response()
}

/// Truncates a batch to its first key or request. Returns the rest in the database's format.
fn leave_first(request: &mut Value) -> Option<Value> {
    let mut left_over = request["RequestItems"].clone();
    let mut left = 0;
    for table in request["RequestItems"].as_object_mut()?.values_mut() {
        listed(table)?.truncate(1);
    }
    for table in left_over.as_object_mut()?.values_mut() {
        let list = listed(table)?;
        list.drain(..1);
        left += list.len();
    }
    (left > 0).then_some(left_over)
}

/// The items of a batch for a table: requests to write, or keys to read.
fn listed(table: &mut Value) -> Option<&mut Vec<Value>> {
    if table.is_array() {
        table.as_array_mut()
    } else {
        table["Keys"].as_array_mut()
    }
}

fn forwarded(headers: &HeaderMap) -> HeaderMap {
    let names = ["x-amz-target", "content-type", "authorization", "x-amz-date"];
    names
        .iter()
        .filter_map(|name| Some((name.parse().ok()?, headers.get(*name)?.clone())))
        .collect()
}

/// The sum over the tables in a reply.
fn units(consumed: &Value) -> f64 {
    match consumed {
        Value::Array(tables) => tables.iter().map(units).sum(),
        table => table["CapacityUnits"].as_f64().unwrap_or_default(),
    }
}
