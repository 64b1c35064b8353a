//! Reads of rows of any kind by their keys.

use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::future::try_join_all;

use super::key::{Item, Key};
use super::retry::Again;
use super::row::{Row, Rows};
use super::store::ReadStore;
use crate::store::error::{Result, StoreError};

/// DynamoDB's limit on the keys of one `BatchGetItem`.
const KEYS_PER_BATCH: usize = 100;

/// The freshness of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReadConsistency {
    /// Includes every earlier write.
    Strong,
    /// May miss recent writes. Half the price.
    Eventual,
}

impl ReadStore {
    /// Reads rows, strongly consistent, in one round trip: concurrent calls of a hundred keys each. Keys must be
    /// unique.
    pub(crate) async fn rows(&self, keys: impl IntoIterator<Item = Key>) -> Result<Rows> {
        self.rows_with(keys, ReadConsistency::Strong).await
    }

    /// Reads rows with the given consistency.
    pub(crate) async fn rows_with(
        &self,
        keys: impl IntoIterator<Item = Key>,
        consistency: ReadConsistency,
    ) -> Result<Rows> {
        let keys: Vec<_> = keys.into_iter().map(|key| key.attributes()).collect();
        let batches = keys
            .chunks(KEYS_PER_BATCH)
            .map(|batch| self.batch(batch.to_vec(), consistency));
        let found = try_join_all(batches).await?;
        Ok(Rows(found.into_iter().flatten().collect()))
    }

    /// Reads the rows of one kind at these keys, in the order of the keys. Leaves out missing ones. Keys must be
    /// unique.
    pub(crate) async fn rows_at<R: Row>(
        &self,
        keys: Vec<Key>,
        consistency: ReadConsistency,
    ) -> Result<Vec<R>> {
        let mut rows = self.rows_with(keys.iter().cloned(), consistency).await?;
        keys.iter().filter_map(|key| rows.take(key).transpose()).collect()
    }

    /// Reads up to a hundred rows. Retries the keys that DynamoDB left unprocessed.
    async fn batch(&self, keys: Vec<Item>, consistency: ReadConsistency) -> Result<Vec<(Key, Item)>> {
        let found = Vec::with_capacity(keys.len());
        self.retry_with((keys, found), |(keys, mut found)| async move {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(consistency == ReadConsistency::Strong)
                .build()
                .map_err(StoreError::internal)?;
            let output = self
                .client
                .batch_get_item()
                .request_items(&*self.table, request)
                .send()
                .await?;
            for item in output.responses.unwrap_or_default().into_values().flatten() {
                let key =
                    Key::of(&item).ok_or_else(|| StoreError::Internal("a row has no key".to_owned()))?;
                found.push((key, item));
            }
            let left = output.unprocessed_keys.unwrap_or_default().into_values();
            let keys: Vec<_> = left.flat_map(|left| left.keys).collect();
            if keys.is_empty() {
                Ok(found)
            } else {
                Err(Again::after("unprocessed keys").with((keys, found)).into())
            }
        })
        .await
    }

    /// Reads the row at `key`, strongly consistent.
    pub(crate) async fn row<R: Row>(&self, key: Key) -> Result<Option<R>> {
        self.rows([key.clone()]).await?.take(&key)
    }
}
