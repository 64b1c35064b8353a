//! Reading and writing rows, whatever their kind.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure,
};
use futures_util::future::try_join_all;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::changes::Changes;
use super::error::{Result, StoreError};
use super::keys::Key;
use super::transaction::{Backoff, Condition};
use super::{Item, Store};
use crate::model::Position;

/// DynamoDB's limit on the keys of one `BatchGetItem`.
const KEYS_PER_BATCH: usize = 100;

/// How fresh what is read has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// With everything that has been written.
    Strong,
    /// As it was a moment ago, at half the price.
    Eventual,
}

/// A kind of row: its name and the version of its shape, which every row carries.
pub(super) trait Row: Serialize + DeserializeOwned {
    /// The name in the attribute `kind`.
    const KIND: &'static str;
    /// The number in the attribute `v`. It rises with every change that old code could not read.
    const VERSION: u32 = 1;
}

/// The row as DynamoDB stores it.
pub(super) fn encode<R: Row>(key: &Key, row: &R) -> Result<Item> {
    let mut item: Item = serde_dynamo::to_item(row).map_err(StoreError::internal)?;
    item.extend(key.attributes());
    item.insert("kind".to_owned(), AttributeValue::S(R::KIND.to_owned()));
    item.insert("v".to_owned(), AttributeValue::N(R::VERSION.to_string()));
    Ok(item)
}

/// Whether the row is of that kind.
pub(super) fn is_kind<R: Row>(item: &Item) -> bool {
    let kind = item.get("kind").and_then(|kind| kind.as_s().ok());
    kind.is_some_and(|kind| kind == R::KIND)
}

/// The row that DynamoDB returned.
pub(super) fn decode<R: Row>(item: Item) -> Result<R> {
    if !is_kind::<R>(&item) {
        return Err(StoreError::Internal(format!("a row is no {}", R::KIND)));
    }
    serde_dynamo::from_item(item).map_err(|error| StoreError::Internal(format!("a {} row: {error}", R::KIND)))
}

/// One value as DynamoDB stores it.
pub(super) fn attribute(value: impl Serialize) -> Result<AttributeValue> {
    serde_dynamo::to_attribute_value(value).map_err(StoreError::internal)
}

/// Rows that were read together, to be taken out by their keys.
#[derive(Default)]
pub(super) struct Rows(HashMap<Key, Item>);

impl Rows {
    /// The row at `key`, if there is one.
    pub(super) fn take<R: Row>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.remove(key).map(decode).transpose()
    }

    /// The same where the row may be of another kind, which then counts as none.
    pub(super) fn take_if<R: Row>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.remove(key).filter(is_kind::<R>).map(decode).transpose()
    }

    /// The row at `key` as it stands in the table.
    pub(super) fn take_item(&mut self, key: &Key) -> Option<Item> {
        self.0.remove(key)
    }

    /// Whether there is a row at `key`.
    pub(super) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }
}

impl Store {
    /// Reads rows, strongly consistent, in one round trip: a hundred keys a call, the calls side by side. No key may
    /// stand there twice.
    pub(super) async fn rows(&self, keys: impl IntoIterator<Item = Key>) -> Result<Rows> {
        self.rows_read(keys, Reading::Strong).await
    }

    /// The same, as fresh as asked.
    pub(super) async fn rows_read(
        &self,
        keys: impl IntoIterator<Item = Key>,
        reading: Reading,
    ) -> Result<Rows> {
        let keys: Vec<_> = keys.into_iter().map(|key| key.attributes()).collect();
        let batches = keys
            .chunks(KEYS_PER_BATCH)
            .map(|batch| self.batch(batch.to_vec(), reading));
        let found = try_join_all(batches).await?;
        Ok(Rows(found.into_iter().flatten().collect()))
    }

    /// The rows of one kind at these keys, in their order; those that are missing are left out. No key may
    /// stand there twice.
    pub(super) async fn rows_at<R: Row>(&self, keys: Vec<Key>, reading: Reading) -> Result<Vec<R>> {
        let mut rows = self.rows_read(keys.iter().cloned(), reading).await?;
        keys.iter().filter_map(|key| rows.take(key).transpose()).collect()
    }

    /// Reads up to a hundred rows, and asks again for those that the database left out.
    async fn batch(&self, mut keys: Vec<Item>, reading: Reading) -> Result<Vec<(Key, Item)>> {
        let mut found = Vec::with_capacity(keys.len());
        let mut backoff = Backoff::default();
        loop {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(reading == Reading::Strong)
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
            keys = output
                .unprocessed_keys
                .unwrap_or_default()
                .into_values()
                .flat_map(|left| left.keys)
                .collect();
            if keys.is_empty() {
                return Ok(found);
            }
            backoff.wait("unprocessed keys").await?;
        }
    }

    /// The row at `key`, read strongly consistent.
    pub(super) async fn row<R: Row>(&self, key: Key) -> Result<Option<R>> {
        self.rows([key.clone()]).await?.take(&key)
    }

    /// Changes a row for which the condition holds, and returns it as it is then; `None` where there is none.
    pub(super) async fn update_row<R: Row>(
        &self,
        key: &Key,
        changes: &Changes,
        condition: impl Into<Condition>,
    ) -> Result<Option<R>> {
        Ok(self.try_update(key, changes, condition).await?.ok())
    }

    /// The same; where the condition does not hold, it returns what stands there, which is empty if there is nothing.
    pub(super) async fn try_update<R: Row>(
        &self,
        key: &Key,
        changes: &Changes,
        condition: impl Into<Condition>,
    ) -> Result<Result<R, Item>> {
        let condition = condition.into();
        let values: HashMap<_, _> = condition.values.into_iter().chain(changes.values()).collect();
        let mut backoff = Backoff::default();
        loop {
            let request = self
                .client
                .update_item()
                .table_name(&*self.table)
                .set_key(Some(key.attributes()))
                .update_expression(changes.to_string())
                .set_expression_attribute_names(Some(changes.names()))
                .set_expression_attribute_values(Some(values.clone()).filter(|values| !values.is_empty()))
                .condition_expression(condition.expression)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_values(ReturnValue::AllNew);
            let error = match request.send().await {
                Ok(output) => return decode(output.attributes.unwrap_or_default()).map(Ok),
                Err(error) => error,
            };
            match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    return Ok(Err(refused.item.clone().unwrap_or_default()));
                }
                Some(UpdateItemError::TransactionConflictException(_)) => backoff.wait("a race").await?,
                _ => return Err(error.into()),
            }
        }
    }
}

/// Rows of a partition, all or those whose sort keys begin alike. Larger sort keys come first, unless the place says backwards.
pub(super) struct Range {
    pk: String,
    sk: String,
    place: Position<Key>,
    limit: usize,
    most_reads: usize,
    reading: Reading,
}

impl Range {
    /// All rows under `sk`, strongly consistent.
    pub(super) fn new(pk: String, sk: impl Into<String>) -> Self {
        Self {
            pk,
            sk: sk.into(),
            place: Position::Start,
            limit: usize::MAX,
            most_reads: usize::MAX,
            reading: Reading::Strong,
        }
    }

    /// All rows of the partition.
    pub(super) fn all_of(pk: String) -> Self {
        Self::new(pk, "")
    }

    /// Only those beyond a place. The row there may have gone.
    pub(super) fn from(self, place: Position<Key>) -> Self {
        Self { place, ..self }
    }

    /// At most so many.
    pub(super) fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// At most so many megabytes: a read ends when it has gone through one.
    pub(super) fn most_megabytes(self, most_reads: usize) -> Self {
        Self { most_reads, ..self }
    }

    /// As fresh as this.
    pub(super) fn reading(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }
}

impl Store {
    /// Reads rows in the direction of travel. One round trip per megabyte.
    pub(super) async fn rows_in<R: Row>(&self, range: Range) -> Result<Vec<R>> {
        self.items_in(range).await?.into_iter().map(decode).collect()
    }

    /// The same, as they stand in the table.
    pub(super) async fn items_in(&self, range: Range) -> Result<Vec<Item>> {
        let Range {
            pk,
            sk,
            place,
            limit,
            most_reads,
            reading,
        } = range;
        let backwards = place.is_backwards();
        let mut start = match place {
            Position::Start => None,
            // The id beside a message's may have another tag, which names another partition.
            Position::After(key) | Position::Before(key) => Some(
                Key {
                    pk: pk.clone(),
                    ..key
                }
                .attributes(),
            ),
        };
        let mut values = HashMap::from([(":pk".to_owned(), AttributeValue::S(pk))]);
        let mut condition = "pk = :pk";
        // DynamoDB takes no empty value here.
        if !sk.is_empty() {
            condition = "pk = :pk AND begins_with(sk, :sk)";
            values.insert(":sk".to_owned(), AttributeValue::S(sk));
        }
        let mut found = Vec::new();
        for _ in 0..most_reads {
            let output = self
                .client
                .query()
                .table_name(&*self.table)
                .consistent_read(reading == Reading::Strong)
                .key_condition_expression(condition)
                .set_expression_attribute_values(Some(values.clone()))
                .scan_index_forward(backwards)
                .limit(i32::try_from(limit - found.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await?;
            found.extend(output.items.unwrap_or_default());
            start = output.last_evaluated_key;
            if start.is_none() || found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }
}
