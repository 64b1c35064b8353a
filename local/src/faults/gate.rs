//! Gates at which calls wait.

use std::sync::Arc;

use tokio::sync::watch;

/// A gate that holds calls until it is opened. Its clones are the same gate.
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<State>>);

#[derive(Debug, Default)]
struct State {
    is_reached: bool,
    is_open: bool,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::default()))
    }

    /// Waits until a call waits at the gate, or has passed it.
    pub async fn reached(&self) {
        // It never fails: this gate keeps the sender.
        let _ = self.0.subscribe().wait_for(|state| state.is_reached).await;
    }

    /// Lets all calls pass, also those that come later.
    pub fn open(&self) {
        self.0.send_modify(|state| state.is_open = true);
    }

    /// Waits until the gate is open.
    pub(super) async fn pass(&self) {
        self.0.send_modify(|state| state.is_reached = true);
        let _ = self.0.subscribe().wait_for(|state| state.is_open).await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether it is the same gate.
impl PartialEq for Gate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Gate {}
