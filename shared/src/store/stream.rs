//! What the stream brings.

use tokio::time::Instant;

use super::work::{Progress, STREAM_HAS, work_partition};
use crate::model::{Position, Timestamp};
use crate::store::conversations::purge::PurgeWork;
use crate::store::error::Result;
use crate::store::people::retirement::RetirementWork;
use crate::store::table::{Item, Key, Range, Store, decode, is_kind};

/// What is still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Purge(PurgeWork),
    Retirement(RetirementWork),
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
        let all = Range::all_of(work_partition())
            .from(Position::Before(Key::first_work()))
            .limit(1000);
        let latest = self.now().plus(-STREAM_HAS);
        let has_waited =
            |work: &Result<Work>| work.as_ref().map_or(true, |work| work.waiting_since() <= latest);
        let rows = self.items_in(all).await?.into_iter();
        Ok(rows.map(Work::read).filter(has_waited).collect())
    }
}
