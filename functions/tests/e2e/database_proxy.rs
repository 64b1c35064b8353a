//! Stands between the functions and their database: sees every call, and makes some of them fail.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::http::{Request, send_bytes};
use crate::world::{Machine, start_task, wait_for};

/// What goes wrong instead of a call.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Only this operation; without it, every one.
    pub(crate) operation: Option<&'static str>,
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// After so many calls that go well.
    pub(crate) after: usize,
    /// Whether the database does what it is asked before the caller is told that it failed.
    pub(crate) is_done: bool,
    /// How many calls fail.
    pub(crate) times: usize,
    /// How long the caller waits for it.
    pub(crate) delay: Duration,
}

impl Fault {
    /// Every call fails with this error of DynamoDB.
    pub(crate) fn everything(status: u16, code: &str) -> Self {
        Self {
            operation: None,
            status,
            body: json!({"__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": "on purpose"}),
            after: 0,
            is_done: false,
            times: usize::MAX,
            delay: Duration::ZERO,
        }
    }

    /// Every transaction is cancelled for the sake of another one on its row of that number, counted from 0.
    pub(crate) fn conflict_on_row(row: usize) -> Self {
        let mut reasons = vec![json!({"Code": "None"}); row];
        reasons.push(json!({"Code": "TransactionConflict"}));
        let mut fault = Self {
            operation: Some("TransactWriteItems"),
            ..Self::everything(400, "TransactionCanceledException")
        };
        fault.body["CancellationReasons"] = json!(reasons);
        fault
    }

    /// Whether this call is one of those that fail.
    fn strikes(&mut self, operation: &str) -> bool {
        if self.operation.is_some_and(|own| own != operation) || self.times == 0 {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        self.times -= 1;
        true
    }
}

/// A call that was made.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The name of the function that made it: `local` gives it to the SDK, which puts it into its user agent.
    pub(crate) function: Option<String>,
    /// Such as `GetItem`.
    pub(crate) operation: String,
    pub(crate) body: Value,
}

impl Call {
    fn new(headers: &HeaderMap, body: &[u8]) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let user_agent = text("user-agent").unwrap_or_default();
        let function = user_agent.split(' ').find_map(|part| part.strip_prefix("app/"));
        let operation = text("x-amz-target").and_then(|target| target.rsplit('.').next());
        Self {
            function: function.map(str::to_owned),
            operation: operation.unwrap_or_default().to_owned(),
            body: serde_json::from_slice(body).unwrap(),
        }
    }
}

#[derive(Default)]
struct Shared {
    database: Mutex<Option<std::net::SocketAddr>>,
    fault: Mutex<Option<Fault>>,
    calls: Mutex<Vec<Call>>,
}

/// A running proxy. Until it is connected, every call fails.
pub(crate) struct DatabaseProxy {
    /// The endpoint for the functions.
    pub(crate) url: String,
    shared: Arc<Shared>,
}

impl DatabaseProxy {
    pub(crate) fn start() -> Self {
        let listener = wait_for(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::<Shared>::default();
        let service = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        start_task(async { axum::serve(listener, service).await });
        Self { url, shared }
    }

    /// A machine whose functions reach their database through a new proxy.
    pub(crate) fn with_machine(adjust: impl FnOnce(&mut local::Options)) -> (Self, Machine) {
        let proxy = Self::start();
        let machine = Machine::start(|options| {
            options.database_endpoint = Some(proxy.url.clone());
            adjust(options);
        });
        proxy.connect_to(&machine);
        (proxy, machine)
    }

    /// Passes calls on to the machine's database.
    fn connect_to(&self, machine: &Machine) {
        let address = machine
            .local
            .database_url()
            .strip_prefix("http://")
            .unwrap()
            .parse()
            .unwrap();
        *self.shared.database.lock().unwrap() = Some(address);
    }

    pub(crate) fn set_fault(&self, fault: Option<Fault>) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// Every call so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.calls.lock().unwrap().clone()
    }
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let call = Call::new(&headers, &body);
    let operation = call.operation.clone();
    shared.calls.lock().unwrap().push(call);
    let fault = shared
        .fault
        .lock()
        .unwrap()
        .as_mut()
        .and_then(|fault| fault.strikes(&operation).then(|| fault.clone()));
    let database = *shared.database.lock().unwrap();
    match (fault, database) {
        (Some(fault), Some(database)) if fault.is_done => {
            pass_on(database, &headers, body).await;
            failure(&fault)
        }
        (Some(fault), _) => {
            tokio::time::sleep(fault.delay).await;
            failure(&fault)
        }
        (None, Some(database)) => pass_on(database, &headers, body).await,
        (None, None) => failure(&Fault::everything(500, "InternalServerError")),
    }
}

fn failure(fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.status).unwrap();
    (
        status,
        [("content-type", "application/x-amz-json-1.0")],
        fault.body.to_string(),
    )
        .into_response()
}

async fn pass_on(database: std::net::SocketAddr, headers: &HeaderMap, body: Bytes) -> Response {
    let mut request = Request::new("POST", "/");
    for name in ["authorization", "content-type", "x-amz-date", "x-amz-target"] {
        request = request.header(name, &headers[name]);
    }
    // The client of the tests blocks.
    let send = move || send_bytes(database, &request.body(&body).to_bytes(database));
    let answer = tokio::task::spawn_blocking(send).await.unwrap();
    let status = StatusCode::from_u16(answer.status).unwrap();
    (
        status,
        [("content-type", "application/x-amz-json-1.0")],
        answer.body,
    )
        .into_response()
}
