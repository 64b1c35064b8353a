//! Work from the table's stream: records for `changes`, and overdue work for `reconcile`.

use tokio::time::Instant;

use super::work::{Progress, STREAM_HAS, work_partition};
use crate::model::{AttachmentId, Position, Timestamp};
use crate::store::attachments::rows::{AttachmentRow, ReleaseWork};
use crate::store::bucket::Bucket;
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
    /// An attachment was changed: sent, as a rule.
    Attachment(ChangedAttachment),
    /// A request has left work, or work was interrupted.
    Work(Work),
}

/// An attachment that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedAttachment {
    id: AttachmentId,
    is_sent: bool,
}

/// Work that a request left for later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Remove the rows of a deleted conversation.
    Purge(PurgeWork),
    /// Release attachments that a message has lost.
    Release(ReleaseWork),
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
        if is_kind::<AttachmentRow>(&row) {
            let row: AttachmentRow = decode(row)?;
            return Ok(Self::Attachment(ChangedAttachment {
                id: row.file.attachment_id,
                is_sent: row.message_id.is_some(),
            }));
        }
        Work::from_row(row).map(Self::Work)
    }
}

impl Work {
    fn from_row(row: Item) -> Result<Self> {
        if is_kind::<RetirementWork>(&row) {
            decode(row).map(Self::Retirement)
        } else if is_kind::<ReleaseWork>(&row) {
            decode(row).map(Self::Release)
        } else {
            decode(row).map(Self::Purge)
        }
    }

    /// Whether the stream should have done the work. A retirement always waits for one more check by `reconcile`.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        matches!(self, Self::Purge(_) | Self::Release(_))
    }

    fn waiting_since(&self) -> Timestamp {
        match self {
            Self::Purge(work) => work.waiting_since,
            Self::Release(work) => work.waiting_since,
            Self::Retirement(work) => work.waiting_since,
        }
    }
}

impl Store {
    /// Does the work until it is done or the time is up.
    pub async fn work(&self, work: &Work, bucket: &Bucket, until: Instant) -> Result<Progress> {
        match work {
            Work::Purge(work) => self.purge(work, bucket, until).await,
            Work::Release(work) => self.release_all(work, bucket).await,
            Work::Retirement(work) => self.retire(work, until).await,
        }
    }

    /// Forgets that an attachment was an upload that is not sent, if it is sent now.
    pub async fn on_attachment_changed(&self, attachment: ChangedAttachment) -> Result<()> {
        if attachment.is_sent {
            self.forget_upload(attachment.id).await?;
        }
        Ok(())
    }
}

impl ReadStore {
    /// Work that has waited longer than the stream is allowed, or all of it; oldest purges first. A row that can't be
    /// decoded is its own error, so it does not block the others.
    pub async fn waiting_work(&self, all: bool) -> Result<Vec<Result<Work>>> {
        let range = Range::all_of(work_partition())
            .from(Position::Before(Key::first_work()))
            .limit(1000);
        let latest = self.now().plus(if all { 0 } else { -STREAM_HAS });
        let has_waited =
            |work: &Result<Work>| work.as_ref().map_or(true, |work| work.waiting_since() <= latest);
        let rows = self.items_in(range).await?.into_iter();
        Ok(rows.map(Work::from_row).filter(has_waited).collect())
    }
}
