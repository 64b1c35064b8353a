//! Lambda's Runtime API. Every environment has its own, on its own port.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::aws;
use crate::guard::{self, Pages};
use crate::server::Server;

/// One request to a function.
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) payload: Bytes,
    pub(super) deadline: SystemTime,
}

/// A message of the process to its environment.
pub(super) enum Report {
    /// It asks for an invocation.
    Ready,
    /// It has been given one.
    Taken,
    /// It has answered.
    Answer(Bytes),
    /// Its answer, of so many bytes, is too large.
    Oversized(usize),
    /// It has failed in handling it.
    Error(Bytes),
    /// It can't get ready.
    InitError(Bytes),
}

/// The environment's end of its Runtime API. Dropping it closes the port.
pub(super) struct RuntimeApi {
    pub(super) address: SocketAddr,
    pub(super) invocations: mpsc::Sender<Invocation>,
    pub(super) reports: mpsc::UnboundedReceiver<Report>,
    _server: Server,
}

struct Shared {
    function_arn: String,
    invocations: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    reports: mpsc::UnboundedSender<Report>,
    /// The request that the process handles now.
    current: Mutex<Option<String>>,
}

impl RuntimeApi {
    pub(super) async fn start(function: &str) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (invocations, pending) = mpsc::channel(1);
        let (sender, reports) = mpsc::unbounded_channel();
        let shared = Shared {
            function_arn: aws::function_arn(function),
            invocations: tokio::sync::Mutex::new(pending),
            reports: sender,
            current: Mutex::new(None),
        };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            // The handler checks the limit, since it can report it.
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::new(shared));
        // A stranger that asks for the next request takes it away from the process, with the token in it.
        let router = guard::keep_strangers_out(router, address, Pages::Refused, refuse_page);
        Ok(Self {
            address,
            invocations,
            reports,
            _server: Server::start(listener, router),
        })
    }
}

impl Shared {
    fn report(&self, report: Report) {
        // It fails only while the environment is being dropped, which also kills the process.
        let _ = self.reports.send(report);
    }

    /// Takes the current request if it has this id, so that it is answered once.
    fn finish(&self, id: &str) -> bool {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.take_if(|request_id| request_id == id).is_some()
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    shared.report(Report::Ready);
    let Some(invocation) = shared.invocations.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    *shared.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(invocation.request_id.clone());
    shared.report(Report::Taken);
    let deadline = invocation
        .deadline
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", shared.function_arn.clone()),
        ("lambda-runtime-trace-id", trace_id(deadline)),
    ];
    (headers, invocation.payload).into_response()
}

async fn response(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    if !shared.finish(&id) {
        return unknown_request();
    }
    if body.len() > aws::PAYLOAD_LIMIT {
        shared.report(Report::Oversized(body.len()));
        return answer(
            StatusCode::PAYLOAD_TOO_LARGE,
            r#"{"errorType":"RequestEntityTooLarge"}"#,
        );
    }
    shared.report(Report::Answer(body));
    accepted()
}

async fn error(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> Response {
    if !shared.finish(&id) {
        return unknown_request();
    }
    shared.report(Report::Error(body));
    accepted()
}

async fn init_error(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    shared.report(Report::InitError(body));
    accepted()
}

fn accepted() -> Response {
    answer(StatusCode::ACCEPTED, r#"{"status":"OK"}"#)
}

fn unknown_request() -> Response {
    answer(
        StatusCode::BAD_REQUEST,
        r#"{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}"#,
    )
}

fn refuse_page() -> Response {
    (StatusCode::FORBIDDEN, guard::REFUSAL).into_response()
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    (status, [("content-type", "application/json")], body).into_response()
}

/// An X-Ray trace header that is not sampled.
fn trace_id(time: Duration) -> String {
    let random = Uuid::new_v4().simple().to_string();
    let parent = &Uuid::new_v4().simple().to_string()[..16];
    format!(
        "Root=1-{:08x}-{};Parent={parent};Sampled=0",
        time.as_secs(),
        &random[..24]
    )
}
