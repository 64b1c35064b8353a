//! The layer itself: an HTTP server that passes calls on to the database, or injects faults into them.

use std::future::pending;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::batch;
use super::call::Call;
use super::connection::Connection;
use super::environments::caller;
use super::fault::{Fault, Moment};
use super::injector::{Faults, Verdict};
use super::reply::{self, Reply, error};
use super::torn::Torn;
use super::view::View;
use crate::database::{self, Database};
use crate::logs::Logger;
use crate::server::{PATIENCE, Server};
use crate::template::Template;

/// The headers of a call that the database needs.
const FORWARDED: [&str; 4] = ["authorization", "content-type", "x-amz-date", "x-amz-target"];

/// How often a lagging index looks for changes.
const FOLLOW_PERIOD: Duration = Duration::from_millis(10);

/// A running layer. It ends when it is dropped.
pub(crate) struct Layer {
    url: String,
    _server: Server,
    _follower: JoinSet<()>,
}

struct Service {
    faults: Faults,
    logger: Logger,
    upstream: String,
    http: reqwest::Client,
    /// The copy of the table that queries of indexes read, if indexes lag.
    lagging: Option<View>,
    /// The copy of the table that other reads see, if transactions become visible row by row.
    torn: Option<Torn>,
}

impl Layer {
    /// Starts a layer in front of the database.
    pub(crate) async fn start(
        faults: Faults,
        template: &Template,
        database: &Database,
        logger: Logger,
    ) -> Result<Self> {
        let lagging = match faults.index_lag() {
            Some(_) => Some(View::open(template, database).await?),
            None => None,
        };
        let torn = match faults.torn_transactions() {
            Some(_) => Some(Torn::new(View::open(template, database).await?)),
            None => None,
        };
        let service = Arc::new(Service {
            faults,
            logger,
            upstream: database.url().to_owned(),
            http: reqwest::Client::builder().no_proxy().build()?,
            lagging,
            torn,
        });
        let mut follower = JoinSet::new();
        follower.spawn(Arc::clone(&service).follow());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .fallback(handle)
            // The limit is the database's own.
            .layer(DefaultBodyLimit::disable())
            .with_state(service);
        let router = database::restrict(router, address, database.credentials());
        Ok(Self {
            url: format!("http://{address}"),
            _server: Server::start_with(listener, router, PATIENCE, |stream, _| Connection::of(stream)),
            _follower: follower,
        })
    }

    /// The endpoint that speaks DynamoDB's protocol.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

async fn handle(
    State(service): State<Arc<Service>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(body) = serde_json::from_slice(&body) else {
        return reply::render(&error("SerializationException"));
    };
    let call = read_call(&service.faults, &headers, body);
    let verdict = service.faults.judge(&call);
    service.announce(&call, &verdict);
    // A call that has reached the database is done, even if nobody waits for it any more.
    let answered = tokio::spawn(async move { service.answer(call, verdict, &headers, &connection).await });
    match answered.await {
        Ok(Some(answer)) => reply::render(&answer),
        // Its connection is broken, or will be.
        Ok(None) => pending().await,
        Err(_) => reply::render(&error("InternalServerError")),
    }
}

/// Reads from a request who calls what, and counts the call.
fn read_call(faults: &Faults, headers: &HeaderMap, body: Value) -> Call {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // `local` gives each function an app id, which the SDK puts into its user agent.
    let user_agent = text("user-agent").unwrap_or_default();
    let app_id = user_agent.split(' ').find_map(|part| part.strip_prefix("app/"));
    let (function, environment) = app_id.map(caller).unzip();
    let environment = environment.flatten();
    let operation = text("x-amz-target").and_then(|target| target.rsplit('.').next());
    Call {
        function: function.map(str::to_owned),
        environment,
        number: environment.map_or(0, |id| faults.count_call(id)),
        operation: operation.unwrap_or_default().to_owned(),
        body,
    }
}

impl Service {
    /// Logs the faults of a call, so that nobody takes them for a bug.
    fn announce(&self, call: &Call, verdict: &Verdict) {
        let about = call.function.as_deref().unwrap_or("faults");
        let delay = Some(verdict.delay)
            .filter(|delay| !delay.is_zero())
            .map(Fault::Delay);
        for fault in delay.iter().chain(&verdict.fault) {
            let text = format!(
                "injected fault: {fault}, {} (call {})",
                call.operation, call.number
            );
            self.logger.notice(about, &text);
        }
    }

    /// Does what the verdict says. There may be no answer.
    async fn answer(
        &self,
        mut call: Call,
        verdict: Verdict,
        headers: &HeaderMap,
        connection: &Connection,
    ) -> Option<Reply> {
        tokio::time::sleep(verdict.delay).await;
        Some(match verdict.fault {
            Some(Fault::Throttle) if verdict.is_done => error("ThrottlingException"),
            Some(Fault::Throttle) => reply::throttled(&call, verdict.draw),
            Some(Fault::Conflict(row)) => reply::conflict(&call, row.unwrap_or(verdict.draw)),
            Some(Fault::Internal) => error("InternalServerError"),
            Some(Fault::Refuse(code)) => error(&code),
            Some(Fault::LoseReply) => {
                let (status, _) = self.pass_on(&call, headers).await;
                if status.is_success() {
                    self.faults.note_unanswered(&call);
                }
                connection.break_off();
                return None;
            }
            Some(Fault::Unprocessed) => {
                let kept = 1 + verdict.draw % (batch::len(&call.body) - 1);
                let rest = batch::cut(&mut call.body, kept);
                let (status, mut reply) = self.pass_on(&call, headers).await;
                batch::return_rest(&call.operation, &mut reply, rest);
                (status, reply)
            }
            Some(Fault::Kill(moment)) => {
                if moment == Moment::After {
                    self.pass_on(&call, headers).await;
                }
                if let Some(environment) = call.environment {
                    self.faults.kill(environment);
                }
                return None;
            }
            Some(Fault::Delay(_) | Fault::StreamTwice | Fault::StreamLate(_)) | None => {
                self.pass_on(&call, headers).await
            }
        })
    }

    /// Passes the call on to the database, or to a copy of the table that is behind it.
    async fn pass_on(&self, call: &Call, headers: &HeaderMap) -> Reply {
        self.route(call, headers).await.unwrap_or_else(|error| {
            // The database is in this process: it can only be gone because the machine stops.
            let text = format!("the database does not answer: {error:#}");
            self.logger.notice("faults", &text);
            (StatusCode::SERVICE_UNAVAILABLE, Value::Null)
        })
    }

    async fn route(&self, call: &Call, headers: &HeaderMap) -> Result<Reply> {
        let ask = self.ask(&self.upstream, call, headers);
        if !self.faults.is_armed() {
            return ask.await;
        }
        let is_of_index = !call.body["IndexName"].is_null();
        if let Some(lagging) = self.lagging.as_ref().filter(|_| is_of_index) {
            self.faults.count("index_lag");
            self.show_old(lagging).await?;
            return self.ask(lagging.url(), call, headers).await;
        }
        let (Some(torn), Some(window)) = (&self.torn, self.faults.torn_transactions()) else {
            return ask.await;
        };
        match call.operation.as_str() {
            "TransactWriteItems" => {
                self.faults.count("torn_transactions");
                torn.transact(call, window, self.faults.draw(), ask).await
            }
            "PutItem" | "UpdateItem" | "DeleteItem" => torn.write(call, ask).await,
            "GetItem" | "BatchGetItem" | "Query" | "Scan" | "TransactGetItems" => {
                self.ask(torn.read().await?, call, headers).await
            }
            _ => ask.await,
        }
    }

    /// Notes the time of each change, so that it is shown in time.
    async fn follow(self: Arc<Self>) {
        let Some(lagging) = &self.lagging else { return };
        loop {
            if let Err(error) = self.show_old(lagging).await {
                let text = format!("the index can't follow: {error:#}");
                self.logger.notice("faults", &text);
            }
            tokio::time::sleep(FOLLOW_PERIOD).await;
        }
    }

    async fn show_old(&self, lagging: &View) -> Result<()> {
        let lag = self.faults.index_lag().unwrap_or_default();
        lagging.catch_up(|change| change.age() >= lag).await
    }

    async fn ask(&self, url: &str, call: &Call, headers: &HeaderMap) -> Result<Reply> {
        let mut request = self.http.post(url).body(call.body.to_string());
        for name in FORWARDED {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await?;
        let status = answer.status();
        let reply = serde_json::from_slice(&answer.bytes().await?).context("its answer is not JSON")?;
        Ok((status, reply))
    }
}
