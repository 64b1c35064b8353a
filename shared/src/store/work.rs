//! Work that a request leaves for later, as a row of its own. The stream brings the row to `changes`, and `reconcile`
//! looks for those that it missed. All of it may be done twice, at once, or again after a crash.

use std::fmt::Display;

use crate::store::error::Result;
use crate::store::table::{EXISTS, Key, Row, Store, UpdateExpression};

/// The partition of rows that stand for work still to be done.
const WORK: &str = "WORK";

/// How long the stream has for a work row before `reconcile` takes it, in seconds.
pub(crate) const STREAM_HAS: i64 = 120;

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left that can be done now.
    Done,
    /// The time was up. The work row has been touched, so that the stream brings it again.
    Interrupted,
}

impl Key {
    /// Work of this kind on what has this id.
    pub(crate) fn work(kind: &str, id: impl Display) -> Self {
        Self::new(WORK, format_args!("{kind}#{id}"))
    }

    /// Before the keys of all work.
    pub(crate) fn first_work() -> Self {
        Self::new(WORK, "0")
    }
}

impl Store {
    /// Touches the row of work that is not done, so that the stream brings it again.
    pub(crate) async fn interrupt<R: Row>(&self, key: &Key) -> Result<Progress> {
        let touched = UpdateExpression::default().set("waiting_since", self.now())?;
        self.update_row::<R>(key, &touched, EXISTS).await?;
        Ok(Progress::Interrupted)
    }
}

/// The partition of rows that stand for work still to be done.
pub(crate) fn work_partition() -> String {
    WORK.to_owned()
}
