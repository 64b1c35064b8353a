//! Purging: removes the rows of what was deleted, in the background, however many they are.
//!
//! A delete marks its conversation and leaves a work row. The stream brings the work row to `changes`; `reconcile`
//! looks for those that it missed. Doing it twice, at once, or again after a crash changes nothing.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, TryStreamExt};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::batch::{ROWS_PER_BATCH, delete};
use super::changes::Changes;
use super::error::{Result, StoreError};
use super::keys::{self, Key};
use super::messages::MessageRow;
use super::read_times::ReadMarkRow;
use super::rows::{Range, Row, decode};
use super::transaction::{Backoff, Condition, EXISTS};
use super::{Item, Store};
use crate::model::{Conversation, Id, Millis, Position, Timestamp};

/// How many of them run side by side.
const AT_ONCE: usize = 4;
/// How long the stream has for a work row before `reconcile` takes it, in seconds.
pub(super) const STREAM_HAS: i64 = 120;

/// A deleted conversation whose rows wait to be removed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PurgeWork {
    pub(super) conversation_id: Id<Conversation>,
    /// Whether its own row goes too. A group that stays keeps it, for its next conversation.
    frees_partition: bool,
    /// When the work was left, or last interrupted.
    waiting_since: Timestamp,
}

impl Row for PurgeWork {
    const KIND: &'static str = "purge";
}

/// How far a purge came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurgeOutcome {
    /// Nothing is left.
    Done,
    /// The time was up. The work row has been touched, so that the stream brings it again.
    Interrupted,
}

impl PurgeWork {
    pub(super) fn new(conversation_id: Id<Conversation>, now: Timestamp, frees_partition: bool) -> Self {
        Self {
            conversation_id,
            frees_partition,
            waiting_since: now,
        }
    }

    /// The work in a stream record's new image.
    pub fn from_image(image: serde_dynamo::Item) -> Result<Self> {
        serde_dynamo::from_item(image).map_err(StoreError::internal)
    }
}

impl Store {
    /// Removes what is left of a deleted conversation: its messages and read marks, then its own row, which until then
    /// keeps others from the partition, then the work row.
    pub async fn purge(&self, work: &PurgeWork, until: Instant) -> Result<PurgeOutcome> {
        let id = work.conversation_id;
        let mut start = None;
        loop {
            let output = self
                .client
                .query()
                .table_name(&*self.table)
                .consistent_read(true)
                .key_condition_expression("pk = :pk")
                .filter_expression("conversation_id = :id AND (kind = :message OR kind = :read_mark)")
                .projection_expression("pk, sk")
                .expression_attribute_values(":pk", AttributeValue::S(keys::conversation_partition(id)))
                .expression_attribute_values(":id", AttributeValue::S(id.to_string()))
                .expression_attribute_values(":message", AttributeValue::S(MessageRow::KIND.to_owned()))
                .expression_attribute_values(":read_mark", AttributeValue::S(ReadMarkRow::KIND.to_owned()))
                .limit(1000)
                .set_exclusive_start_key(start)
                .send()
                .await?;
            let rows = output.items.unwrap_or_default();
            stream::iter(rows.chunks(ROWS_PER_BATCH).map(Ok))
                .try_for_each_concurrent(AT_ONCE, |batch| self.remove_all(batch))
                .await?;
            start = output.last_evaluated_key;
            if start.is_none() {
                break;
            }
            if Instant::now() >= until {
                let touched = Changes::default().set("waiting_since", self.now())?;
                self.update_row::<PurgeWork>(&Key::purge(id), &touched, EXISTS)
                    .await?;
                return Ok(PurgeOutcome::Interrupted);
            }
        }
        if work.frees_partition {
            let deleted =
                Condition::new("conversation_id = :id AND attribute_exists(deleted_at)").with(":id", id)?;
            self.remove(&Key::conversation(id), deleted).await?;
        }
        // Meanwhile the group may have been deleted, which leaves more to do.
        let same = Condition::new("frees_partition = :frees").with(":frees", work.frees_partition)?;
        self.remove(&Key::purge(id), same).await?;
        Ok(PurgeOutcome::Done)
    }

    /// Removes rows of a deleted conversation, given by their keys. Without conditions: their keys hold ids that no
    /// other conversation of the partition will ever have, and nothing writes them any more.
    async fn remove_all(&self, keys: &[Item]) -> Result<()> {
        let requests = keys.iter().map(|key| delete(key.clone()));
        self.write_batch(requests.collect::<Result<_>>()?).await
    }

    /// Work that the stream should have done by now, of the oldest conversations first. A row that cannot be read
    /// is an error of its own, so that it keeps nothing else waiting.
    pub async fn missed_purges(&self) -> Result<Vec<Result<PurgeWork>>> {
        let oldest = Id::from_parts(Millis(0), 0);
        let all = Range::new(keys::work_partition(), keys::PURGES)
            .from(Position::Before(Key::purge(oldest)))
            .limit(1000);
        let latest = self.now().plus(-STREAM_HAS);
        let missed =
            |work: &Result<PurgeWork>| work.as_ref().map_or(true, |work| work.waiting_since <= latest);
        Ok(self
            .items_in(all)
            .await?
            .into_iter()
            .map(decode)
            .filter(missed)
            .collect())
    }

    /// Removes one row if it is there and the condition holds.
    async fn remove(&self, key: &Key, condition: Condition) -> Result<()> {
        let mut backoff = Backoff::default();
        loop {
            let request = self
                .client
                .delete_item()
                .table_name(&*self.table)
                .set_key(Some(key.attributes()))
                .condition_expression(condition.expression)
                .set_expression_attribute_values(Some(condition.values.clone()));
            let Err(error) = request.send().await else {
                return Ok(());
            };
            match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(_)) => return Ok(()),
                Some(DeleteItemError::TransactionConflictException(_)) => backoff.wait("a race").await?,
                _ => return Err(error.into()),
            }
        }
    }
}
