//! What the layer does with a call: passes it on to the database, or injects faults into it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::batch;
use super::call::Call;
use super::environments::caller;
use super::fault::{Fault, Moment};
use super::injector::{Faults, Verdict};
use super::reply::{self, Reply, error};
use super::torn::Torn;
use super::view::View;
use crate::database::{Database, protocol};
use crate::logs::Logger;
use crate::template::Template;

/// How often a lagging index looks for changes.
const FOLLOW_PERIOD: Duration = Duration::from_millis(10);

pub(super) struct Service {
    faults: Faults,
    logger: Logger,
    database: dynoxide::Database,
    /// The copy of the table that queries of indexes read, if indexes lag.
    lagging: Option<View>,
    /// The copy of the table that other reads see, if transactions become visible row by row.
    torn: Option<Torn>,
}

impl Service {
    pub(super) fn new(faults: Faults, database: &Database, logger: Logger) -> Self {
        Self {
            faults,
            logger,
            database: database.handle().clone(),
            lagging: None,
            torn: None,
        }
    }

    /// With the copies of the table that the faults need.
    pub(super) async fn with_views(self, template: &Template, database: &Database) -> Result<Self> {
        let lagging = match self.faults.index_lag() {
            Some(_) => Some(View::open(template, database).await?),
            None => None,
        };
        let torn = match self.faults.torn_transactions() {
            Some(_) => Some(Torn::new(View::open(template, database).await?)),
            None => None,
        };
        Ok(Self {
            lagging,
            torn,
            ..self
        })
    }

    /// Reads a call, counts it, and decides on it. `None` if it can't be read.
    pub(super) fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Option<(Call, Verdict)> {
        let call = read_call(&self.faults, headers, serde_json::from_slice(body).ok()?);
        let verdict = self.faults.judge(&call);
        self.announce(&call, &verdict);
        Some((call, verdict))
    }

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

    /// Does what the verdict says. There is no answer if the reply is lost or the process is killed.
    pub(super) async fn answer(&self, mut call: Call, verdict: Verdict) -> Option<Reply> {
        tokio::time::sleep(verdict.delay).await;
        for gate in &verdict.gates {
            gate.pass().await;
        }
        if let Some(omission) = &verdict.omission {
            omission.apply(&mut call);
        }
        Some(match verdict.fault {
            Some(Fault::Throttle) if verdict.is_done => error("ThrottlingException"),
            Some(Fault::Throttle) => reply::throttled(&call, verdict.draw),
            Some(Fault::Conflict(row)) => reply::conflict(&call, row.unwrap_or(verdict.draw)),
            Some(Fault::Internal) => error("InternalServerError"),
            Some(Fault::Refuse(code)) => error(&code),
            Some(Fault::LoseReply) => {
                let (status, _) = self.pass_on(&call).await;
                if status.is_success() {
                    self.faults.note_unanswered(&call);
                }
                return None;
            }
            Some(Fault::Unprocessed) => {
                let kept = 1 + verdict.draw % (batch::len(&call.body) - 1);
                let rest = batch::cut(&mut call.body, kept);
                let (status, mut reply) = self.pass_on(&call).await;
                batch::return_rest(&call.operation, &mut reply, rest);
                (status, reply)
            }
            Some(Fault::Kill(moment)) => {
                if moment == Moment::After {
                    self.pass_on(&call).await;
                }
                if let Some(environment) = call.environment {
                    self.faults.kill(environment);
                }
                return None;
            }
            Some(Fault::Delay(_) | Fault::Hold(_) | Fault::StreamTwice | Fault::StreamLate(_)) | None => {
                self.pass_on(&call).await
            }
        })
    }

    /// Passes the call on to the database, or to a copy of the table that is behind it.
    async fn pass_on(&self, call: &Call) -> Reply {
        self.route(call).await.unwrap_or_else(|error| {
            let text = format!("the database does not answer: {error:#}");
            self.logger.notice("faults", &text);
            (StatusCode::SERVICE_UNAVAILABLE, Value::Null)
        })
    }

    async fn route(&self, call: &Call) -> Result<Reply> {
        let ask = async { ask(&self.database, call) };
        if !self.faults.is_armed() {
            return ask.await;
        }
        let is_of_index = !call.body["IndexName"].is_null();
        if let Some(lagging) = self.lagging.as_ref().filter(|_| is_of_index) {
            self.faults.count("index_lag");
            self.show_old(lagging).await?;
            return ask_copy(lagging, call);
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
                ask_copy(torn.read().await?, call)
            }
            _ => ask.await,
        }
    }

    /// Notes the time of each change, so that it is shown in time.
    pub(super) async fn follow(self: Arc<Self>) {
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

fn ask_copy(view: &View, call: &Call) -> Result<Reply> {
    ask(view.handle(), call)
}

fn ask(database: &dynoxide::Database, call: &Call) -> Result<Reply> {
    let target = format!("DynamoDB_20120810.{}", call.operation);
    let (status, body) = protocol::answer(database, &target, call.body.to_string().as_bytes());
    let reply = serde_json::from_str(&body).context("its answer is not JSON")?;
    Ok((status, reply))
}
