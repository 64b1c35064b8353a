//! Work from the table's stream: records for `changes`, and overdue work for `reconcile`.

use tokio::time::Instant;

use super::work::{Progress, STREAM_HAS, work_partition};
use crate::model::{Position, Timestamp};
use crate::store::conversations::purge::PurgeWork;
use crate::store::conversations::rows::MessageRow;
use crate::store::error::Result;
use crate::store::messages::on_message_sent::SentMessage;
use crate::store::people::retirement::RetirementWork;
use crate::store::table::{Item, Key, Range, ReadStore, Store, decode, is_kind};

/// A written row, by its kind. The event filter in `template.yaml` passes no other kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamRecord {
    /// A message was sent.
    Message(SentMessage),
    /// A request has left work, or work was interrupted.
    Work(Work),
}

/// Work that a request left for later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Remove the rows of a deleted conversation.
    Purge(PurgeWork),
    /// Remove a retired person from conversations and groups.
    Retirement(RetirementWork),
}

impl StreamRecord {
    /// Decodes the new image of a stream record.
    pub fn from_image(image: serde_dynamo::Item) -> Result<Self> {
        let row: Item = image.into();
        if is_kind::<MessageRow>(&row) {
            return Ok(Self::Message(decode::<MessageRow>(row)?.into()));
        }
        Work::from_row(row).map(Self::Work)
    }
}

impl Work {
    fn from_row(row: Item) -> Result<Self> {
        if is_kind::<RetirementWork>(&row) {
            decode(row).map(Self::Retirement)
        } else {
            decode(row).map(Self::Purge)
        }
    }

    /// Whether the stream should have done the work. A retirement always waits for one more check by `reconcile`.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        matches!(self, Self::Purge(_))
    }

    fn waiting_since(&self) -> Timestamp {
        match self {
            Self::Purge(work) => work.waiting_since,
            Self::Retirement(work) => work.waiting_since,
        }
    }
}

impl Store {
    /// Does the work until it is done or the time is up.
    pub async fn work(&self, work: &Work, until: Instant) -> Result<Progress> {
        match work {
            Work::Purge(work) => self.purge(work, until).await,
            Work::Retirement(work) => self.retire(work, until).await,
        }
    }
}

impl ReadStore {
    /// Work that has waited longer than the stream is allowed, oldest purges first. A row that can't be decoded is its
    /// own error, so it does not block the others.
    pub async fn waiting_work(&self) -> Result<Vec<Result<Work>>> {
        let all = Range::all_of(work_partition())
            .from(Position::Before(Key::first_work()))
            .limit(1000);
        let latest = self.now().plus(-STREAM_HAS);
        let has_waited =
            |work: &Result<Work>| work.as_ref().map_or(true, |work| work.waiting_since() <= latest);
        let rows = self.items_in(all).await?.into_iter();
        Ok(rows.map(Work::from_row).filter(has_waited).collect())
    }
}
