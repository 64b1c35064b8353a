//! Work that a request leaves for later, as a row of its own. The stream brings the row to `changes`, and `reconcile`
//! looks for those that it missed. All of it may be done twice, at once, or again after a crash.

use tokio::time::Instant;

use super::changes::Changes;
use super::error::Result;
use super::keys::{self, Key};
use super::purge::PurgeWork;
use super::retirement::RetirementWork;
use super::rows::{Range, Row, decode, is_kind};
use super::transaction::EXISTS;
use super::{Item, Store};
use crate::model::{Position, Timestamp};

/// How long the stream has for a work row before `reconcile` takes it, in seconds.
pub(super) const STREAM_HAS: i64 = 120;

/// What is still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Purge(PurgeWork),
    Retirement(RetirementWork),
}

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is left that can be done now.
    Done,
    /// The time was up. The work row has been touched, so that the stream brings it again.
    Interrupted,
}

impl Work {
    /// The work in a stream record's new image.
    pub fn from_image(image: serde_dynamo::Item) -> Result<Self> {
        Self::read(image.into())
    }

    fn read(row: Item) -> Result<Self> {
        let kind = if is_kind::<RetirementWork>(&row) {
            Kind::Retirement(decode(row)?)
        } else {
            Kind::Purge(decode(row)?)
        };
        Ok(Self(kind))
    }

    /// Whether the stream should have done it. A retirement waits to be looked at once more.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        matches!(self.0, Kind::Purge(_))
    }

    fn waiting_since(&self) -> Timestamp {
        match &self.0 {
            Kind::Purge(work) => work.waiting_since,
            Kind::Retirement(work) => work.waiting_since,
        }
    }
}

impl Store {
    /// Does the work, until the time is up.
    pub async fn work(&self, work: &Work, until: Instant) -> Result<Progress> {
        match &work.0 {
            Kind::Purge(work) => self.purge(work, until).await,
            Kind::Retirement(work) => self.retire(work, until).await,
        }
    }

    /// Work that has waited for longer than the stream has for it, the oldest purges first. A row that cannot be read is
    /// an error of its own, so that it keeps nothing else waiting.
    pub async fn waiting_work(&self) -> Result<Vec<Result<Work>>> {
        let all = Range::all_of(keys::work_partition())
            .from(Position::Before(Key::first_work()))
            .limit(1000);
        let latest = self.now().plus(-STREAM_HAS);
        let has_waited =
            |work: &Result<Work>| work.as_ref().map_or(true, |work| work.waiting_since() <= latest);
        let rows = self.items_in(all).await?.into_iter();
        Ok(rows.map(Work::read).filter(has_waited).collect())
    }

    /// Touches the row of work that is not done, so that the stream brings it again.
    pub(super) async fn interrupt<R: Row>(&self, key: &Key) -> Result<Progress> {
        let touched = Changes::default().set("waiting_since", self.now())?;
        self.update_row::<R>(key, &touched, EXISTS).await?;
        Ok(Progress::Interrupted)
    }
}
