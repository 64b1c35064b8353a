//! Purging: removes the rows of deleted conversations in the background, however many they are.
//!
//! A delete marks its conversation and leaves a work row. Purging is idempotent: safe to repeat, to run concurrently,
//! and to resume after a crash.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, TryStreamExt};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::keys::conversation_partition;
use super::rows::{MessageRow, ReadReceiptRow};
use crate::model::{ConversationId, StoredAttachment, Timestamp};
use crate::store::attachments::rows::Released;
use crate::store::bucket::Bucket;
use crate::store::error::{Result, StoreError};
use crate::store::table::{
    Condition, Item, Key, ROWS_PER_BATCH, Row, Store, Transaction, UpdateExpression, delete,
};
use crate::store::work::Progress;

/// Batches removed concurrently.
const AT_ONCE: usize = 4;

/// The work of purging a deleted conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeWork {
    pub(crate) conversation_id: ConversationId,
    /// Whether the conversation's own row goes too. An existing group keeps it for its next conversation.
    frees_partition: bool,
    /// When the work was left or last interrupted.
    pub(crate) waiting_since: Timestamp,
}

impl Row for PurgeWork {
    const KIND: &'static str = "purge";
}

impl PurgeWork {
    pub(crate) fn new(conversation_id: ConversationId, now: Timestamp, frees_partition: bool) -> Self {
        Self {
            conversation_id,
            frees_partition,
            waiting_since: now,
        }
    }
}

impl Transaction<'_> {
    /// Marks a conversation as deleted, and leaves the work of purging it. The caller must remove the participant rows;
    /// people without one have no access.
    pub(crate) fn end_conversation(&mut self, condition: Condition, purge: &PurgeWork) -> Result<()> {
        let id = purge.conversation_id;
        let deleted = UpdateExpression::default().set("deleted_at", self.store.now())?;
        self.update(&Key::conversation(id), &deleted, condition)?;
        self.put(&Key::purge(id), purge, Condition::none())?;
        Ok(())
    }
}

impl Store {
    /// Removes the rows of a deleted conversation in this order: messages with their attachments and read receipts, the
    /// conversation's own row, the work row. Until its own row is gone, no other conversation can use the partition.
    pub(crate) async fn purge(&self, work: &PurgeWork, bucket: &Bucket, until: Instant) -> Result<Progress> {
        let id = work.conversation_id;
        let mut start = None;
        loop {
            let output = self
                .client
                .query()
                .table_name(&*self.table)
                .consistent_read(true)
                .key_condition_expression("pk = :pk")
                .filter_expression("conversation_id = :id AND (kind = :message OR kind = :read_receipt)")
                .projection_expression("pk, sk, attachments")
                .expression_attribute_values(":pk", AttributeValue::S(conversation_partition(id)))
                .expression_attribute_values(":id", AttributeValue::S(id.to_string()))
                .expression_attribute_values(":message", AttributeValue::S(MessageRow::KIND.to_owned()))
                .expression_attribute_values(
                    ":read_receipt",
                    AttributeValue::S(ReadReceiptRow::KIND.to_owned()),
                )
                .limit(1000)
                .set_exclusive_start_key(start)
                .send()
                .await?;
            let rows = output.items.unwrap_or_default();
            for batches in rows.chunks(ROWS_PER_BATCH * AT_ONCE) {
                stream::iter(batches.chunks(ROWS_PER_BATCH).map(Ok))
                    .try_for_each_concurrent(AT_ONCE, |batch| self.remove_all(batch, bucket))
                    .await?;
                if Instant::now() >= until {
                    return self.interrupt::<PurgeWork>(&Key::purge(id)).await;
                }
            }
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
        // The group may have been deleted meanwhile, which leaves more to do.
        let same = Condition::new("frees_partition = :frees").with(":frees", work.frees_partition)?;
        self.remove(&Key::purge(id), same).await?;
        Ok(Progress::Done)
    }

    /// Removes rows of a deleted conversation by their keys, without conditions. The keys contain ids that no other
    /// conversation of the partition will ever use, and nothing writes these rows any more. A message goes after its
    /// attachments, which nothing else names.
    async fn remove_all(&self, rows: &[Item], bucket: &Bucket) -> Result<()> {
        let mut attachments = Vec::new();
        for files in rows.iter().filter_map(|row| row.get("attachments")) {
            let files: Vec<StoredAttachment> =
                serde_dynamo::from_attribute_value(files.clone()).map_err(StoreError::internal)?;
            attachments.extend(files.into_iter().map(Released::from));
        }
        self.release(attachments, bucket).await?;
        let keys = rows.iter().filter_map(Key::of);
        let requests = keys.map(|key| delete(key.attributes()));
        self.write_batch(requests.collect::<Result<_>>()?).await
    }
}
