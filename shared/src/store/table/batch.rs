//! Unconditional batch writes and deletes of many rows, several batches at once. Only for rows with a single writer.

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::key::{Item, Key};
use super::retry::Again;
use super::store::Store;
use crate::store::error::{Result, StoreError};

/// DynamoDB's limit on the rows of one `BatchWriteItem`.
pub(crate) const ROWS_PER_BATCH: usize = 25;
/// Batches written concurrently.
const AT_ONCE: usize = 8;

impl Store {
    /// Writes rows. Keys must be unique.
    pub(crate) async fn put_all(&self, rows: impl IntoIterator<Item = Result<Item>>) -> Result<()> {
        let put = |row| PutRequest::builder().set_item(Some(row)).build();
        self.write_all(rows.into_iter().map(|row| {
            let put = put(row?).map_err(StoreError::internal)?;
            Ok(WriteRequest::builder().put_request(put).build())
        }))
        .await
    }

    /// Removes rows; missing ones are no error. Keys must be unique.
    pub(crate) async fn delete_all(&self, keys: impl IntoIterator<Item = Key>) -> Result<()> {
        self.write_all(keys.into_iter().map(|key| delete(key.attributes())))
            .await
    }

    async fn write_all(&self, requests: impl Iterator<Item = Result<WriteRequest>>) -> Result<()> {
        stream::iter(requests)
            .chunks(ROWS_PER_BATCH)
            .map(|batch| batch.into_iter().collect())
            .try_for_each_concurrent(AT_ONCE, |batch| self.write_batch(batch))
            .await
    }

    /// Writes one batch. Retries the items that DynamoDB returned unprocessed.
    pub(crate) async fn write_batch(&self, requests: Vec<WriteRequest>) -> Result<()> {
        self.retry_with(requests, |requests| async move {
            let asked = requests.len();
            let output = self
                .client
                .batch_write_item()
                .request_items(&*self.table, requests)
                .send()
                .await?;
            let left = output.unprocessed_items.unwrap_or_default();
            let left: Vec<_> = left.into_values().flatten().collect();
            if left.is_empty() {
                return Ok(());
            }
            let has_progressed = left.len() < asked;
            let again = Again::after("unprocessed items").progressed(has_progressed);
            Err(again.with(left).into())
        })
        .await
    }
}

/// The request to remove the row with this key.
pub(crate) fn delete(key: Item) -> Result<WriteRequest> {
    let delete = DeleteRequest::builder().set_key(Some(key)).build();
    let delete = delete.map_err(StoreError::internal)?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
