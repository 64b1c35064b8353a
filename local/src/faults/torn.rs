//! Transactions whose rows become visible one by one.
//!
//! DynamoDB isolates a transaction from reads of single rows only. A read of several rows, with one call or with
//! several, may see some of them before the transaction and others after it:
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation>. This
//! ends when the transaction is answered. Until then nobody else can write its rows.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use tokio::sync::RwLock;

use super::call::Call;
use super::reply::{self, Reply};
use super::view::{RowKey, View};

/// The table as readers see it, and the transactions that they see in part.
pub(super) struct Torn {
    view: View,
    /// A transaction holds it from when its rows are hidden until it has committed, so that no other write slips in
    /// between and is hidden with it.
    gate: RwLock<()>,
    rows: Mutex<Rows>,
}

#[derive(Default)]
struct Rows {
    /// The rows of the transactions that are under way. Nobody else writes them.
    locked: HashSet<RowKey>,
    /// The rows whose change is not visible yet.
    hidden: HashSet<RowKey>,
    /// The client tokens of the transactions that are under way.
    tokens: HashSet<String>,
}

impl Torn {
    pub(super) fn new(view: View) -> Self {
        Self {
            view,
            gate: RwLock::default(),
            rows: Mutex::default(),
        }
    }

    /// The table as it can be read now.
    pub(super) async fn read(&self) -> Result<&View> {
        self.view
            .catch_up(|change| !self.rows().hidden.contains(&change.row))
            .await?;
        Ok(&self.view)
    }

    /// Commits a transaction, and shows its rows one by one in this time.
    pub(super) async fn transact(
        &self,
        call: &Call,
        window: Duration,
        draw: u64,
        commit: impl Future<Output = Result<Reply>>,
    ) -> Result<Reply> {
        let rows = self.rows_of(call);
        let gate = self.gate.write().await;
        let token = call.client_token().map(str::to_owned);
        if token
            .as_ref()
            .is_some_and(|token| self.rows().tokens.contains(token))
        {
            return Ok(reply::error("TransactionInProgressException"));
        }
        if let Some(conflict) = self.conflict(call, &rows) {
            return Ok(conflict);
        }
        self.read().await?;
        {
            let mut state = self.rows();
            state.tokens.extend(token.clone());
            state.locked.extend(rows.iter().cloned());
            state.hidden.extend(rows.iter().cloned());
        }
        let reply = commit.await;
        drop(gate);
        if reply.as_ref().is_ok_and(|(status, _)| status.is_success()) {
            self.reveal(rows.clone(), window, draw).await;
        }
        let mut state = self.rows();
        for row in &rows {
            state.hidden.remove(row);
            state.locked.remove(row);
        }
        if let Some(token) = &token {
            state.tokens.remove(token);
        }
        reply
    }

    /// Writes a single row, unless a transaction is at work on it.
    pub(super) async fn write(
        &self,
        call: &Call,
        write: impl Future<Output = Result<Reply>>,
    ) -> Result<Reply> {
        let _gate = self.gate.read().await;
        let key = ["Key", "Item"].map(|name| &call.body[name]);
        let rows = key.into_iter().filter(|key| key.is_object());
        let rows: Vec<_> = rows.map(|key| self.view.keys().row(key)).collect();
        match self.conflict(call, &rows) {
            Some(conflict) => Ok(conflict),
            None => write.await,
        }
    }

    /// Shows one row after the other, in a random order and with random pauses.
    async fn reveal(&self, mut rows: Vec<RowKey>, window: Duration, draw: u64) {
        let mut random = StdRng::seed_from_u64(draw);
        rows.shuffle(&mut random);
        let mut left = window;
        for row in rows {
            let pause = left.mul_f64(random.random_range(0.2..0.6));
            left -= pause;
            tokio::time::sleep(pause).await;
            self.rows().hidden.remove(&row);
        }
    }

    /// The answer to a write of a row that a transaction is at work on.
    fn conflict(&self, call: &Call, rows: &[RowKey]) -> Option<Reply> {
        let state = self.rows();
        let row = rows.iter().position(|row| state.locked.contains(row))?;
        Some(reply::conflict(call, row))
    }

    /// Every row of a transaction. Rows that it only checks have no change that could be hidden.
    fn rows_of(&self, call: &Call) -> Vec<RowKey> {
        let items = call.body["TransactItems"].as_array();
        let parts = items.into_iter().flatten().filter_map(Value::as_object);
        let parts = parts.flat_map(|item| item.values());
        parts
            .map(|part| {
                let key = if part["Key"].is_object() {
                    &part["Key"]
                } else {
                    &part["Item"]
                };
                self.view.keys().row(key)
            })
            .collect()
    }

    /// The rows are valid between any two of their operations, so a panic elsewhere does no harm.
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
