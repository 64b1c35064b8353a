//! The environments that make calls: counts their calls, and kills their processes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Every environment that runs.
#[derive(Debug, Default)]
pub(super) struct Environments {
    running: Mutex<HashMap<u64, Running>>,
    last: AtomicU64,
}

#[derive(Debug)]
struct Running {
    kill: Arc<Notify>,
    /// How many calls its invocation has made; `None` between two invocations.
    calls: Option<usize>,
}

/// An environment's place among them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    all: Arc<Environments>,
    id: u64,
    kill: Arc<Notify>,
}

impl Environments {
    pub(super) fn enter(self: &Arc<Self>) -> Seat {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let kill = Arc::<Notify>::default();
        let running = Running {
            kill: Arc::clone(&kill),
            calls: None,
        };
        self.lock().insert(id, running);
        Seat {
            all: Arc::clone(self),
            id,
            kill,
        }
    }

    /// Counts a call, and returns its number in its invocation, from 1; 0 if there is no invocation.
    pub(super) fn count_call(&self, id: u64) -> usize {
        let mut running = self.lock();
        let Some(calls) = running.get_mut(&id).and_then(|running| running.calls.as_mut()) else {
            return 0;
        };
        *calls += 1;
        *calls
    }

    pub(super) fn kill(&self, id: u64) {
        if let Some(running) = self.lock().get(&id) {
            running.kill.notify_one();
        }
    }

    /// The table is valid between any two of its operations, so a panic elsewhere does no harm.
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The app id that the SDK of the process sends with its calls. A function's name has no full stop.
    pub(crate) fn app_id(&self, function: &str) -> String {
        format!("{function}.{}", self.id)
    }

    /// An invocation begins.
    pub(crate) fn begin(&self) {
        self.set_calls(Some(0));
    }

    /// No invocation is being handled any more.
    pub(crate) fn end(&self) {
        self.set_calls(None);
    }

    /// Waits until the process is to be killed.
    pub(crate) async fn killed(&self) {
        self.kill.notified().await;
    }

    fn set_calls(&self, calls: Option<usize>) {
        if let Some(running) = self.all.lock().get_mut(&self.id) {
            running.calls = calls;
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.all.lock().remove(&self.id);
    }
}

/// Splits an app id into the function and the environment, if it has one.
pub(super) fn caller(app_id: &str) -> (&str, Option<u64>) {
    match app_id.rsplit_once('.') {
        Some((function, id)) => match id.parse() {
            Ok(id) => (function, Some(id)),
            Err(_) => (app_id, None),
        },
        None => (app_id, None),
    }
}
