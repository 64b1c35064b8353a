//! Background work that a request leaves, one row each. The stream delivers the row to `changes`; `reconcile` finds the
//! rows that the stream missed. All work is idempotent: safe to repeat, to run concurrently, and to resume after a
//! crash.

use std::fmt::Display;

use crate::store::error::Result;
use crate::store::table::{EXISTS, Key, Row, Store, UpdateExpression};

/// The partition of work rows.
const WORK: &str = "WORK";

/// How long the stream may take for a work row before `reconcile` does the work, in seconds.
pub(crate) const STREAM_HAS: i64 = 120;

/// The progress of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// All that can be done now is done.
    Done,
    /// The time was up. The work row was updated, so the stream delivers it again.
    Interrupted,
}

impl Key {
    /// The work row of this kind for this id.
    pub(crate) fn work(kind: &str, id: impl Display) -> Self {
        Self::new(WORK, format_args!("{kind}#{id}"))
    }

    /// A key before all work rows.
    pub(crate) fn first_work() -> Self {
        Self::new(WORK, "0")
    }
}

impl Store {
    /// Updates the row of unfinished work, so that the stream delivers it again.
    pub(crate) async fn interrupt<R: Row>(&self, key: &Key) -> Result<Progress> {
        let touched = UpdateExpression::default().set("waiting_since", self.now())?;
        self.update_row::<R>(key, &touched, EXISTS).await?;
        Ok(Progress::Interrupted)
    }
}

/// The partition of work rows.
pub(crate) fn work_partition() -> String {
    WORK.to_owned()
}
