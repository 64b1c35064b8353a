//! Purging: removes the rows of what was deleted, in the background, however many they are.
//!
//! A delete marks its conversation and leaves a work row. Doing it twice, at once, or again after a crash changes nothing.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, TryStreamExt};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::batch::{ROWS_PER_BATCH, delete};
use super::error::Result;
use super::keys::{self, Key};
use super::messages::MessageRow;
use super::read_times::ReadMarkRow;
use super::rows::Row;
use super::transaction::{Backoff, Condition};
use super::work::Progress;
use super::{Item, Store};
use crate::model::{Conversation, Id, Timestamp};

/// How many of them run side by side.
const AT_ONCE: usize = 4;

/// A deleted conversation whose rows wait to be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PurgeWork {
    pub(super) conversation_id: Id<Conversation>,
    /// Whether its own row goes too. A group that stays keeps it, for its next conversation.
    frees_partition: bool,
    /// When the work was left, or last interrupted.
    pub(super) waiting_since: Timestamp,
}

impl Row for PurgeWork {
    const KIND: &'static str = "purge";
}

impl PurgeWork {
    pub(super) fn new(conversation_id: Id<Conversation>, now: Timestamp, frees_partition: bool) -> Self {
        Self {
            conversation_id,
            frees_partition,
            waiting_since: now,
        }
    }
}

impl Store {
    /// Removes what is left of a deleted conversation: its messages and read marks, then its own row, which until then
    /// keeps others from the partition, then the work row.
    pub(super) async fn purge(&self, work: &PurgeWork, until: Instant) -> Result<Progress> {
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
                return self.interrupt::<PurgeWork>(&Key::purge(id)).await;
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
        Ok(Progress::Done)
    }

    /// Removes rows of a deleted conversation, given by their keys. Without conditions: their keys hold ids that no
    /// other conversation of the partition will ever have, and nothing writes them any more.
    async fn remove_all(&self, keys: &[Item]) -> Result<()> {
        let requests = keys.iter().map(|key| delete(key.clone()));
        self.write_batch(requests.collect::<Result<_>>()?).await
    }

    /// Removes one row if it is there and the condition holds.
    pub(super) async fn remove(&self, key: &Key, condition: Condition) -> Result<()> {
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
