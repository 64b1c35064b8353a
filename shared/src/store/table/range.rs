//! Queries for consecutive rows of a partition.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::key::{Item, Key};
use super::read::ReadConsistency;
use super::row::{Row, decode};
use super::store::ReadStore;
use crate::model::{Id, PageRequest, Position};
use crate::store::error::{Result, StoreError};

/// Rows of a partition: all, or those with a sort key prefix. In descending order of sort keys, unless the position
/// says backwards, or `ascending` is asked for.
pub(crate) struct Range {
    pk: String,
    sk: String,
    place: Position<Key>,
    ascending: bool,
    limit: usize,
    most_reads: usize,
    consistency: ReadConsistency,
}

impl Range {
    /// All rows with the prefix `sk`, strongly consistent.
    pub(crate) fn new(pk: String, sk: impl Into<String>) -> Self {
        Self {
            pk,
            sk: sk.into(),
            place: Position::Start,
            ascending: false,
            limit: usize::MAX,
            most_reads: usize::MAX,
            consistency: ReadConsistency::Strong,
        }
    }

    /// All rows of the partition.
    pub(crate) fn all_of(pk: String) -> Self {
        Self::new(pk, "")
    }

    /// Only rows beyond a position. The row at the position may be gone.
    pub(crate) fn from(self, place: Position<Key>) -> Self {
        Self { place, ..self }
    }

    /// In ascending order of sort keys.
    pub(crate) fn ascending(self) -> Self {
        Self {
            ascending: true,
            ..self
        }
    }

    /// At most this many rows.
    pub(crate) fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// At most this many megabytes: one query reads at most one.
    pub(crate) fn most_megabytes(self, most_reads: usize) -> Self {
        Self { most_reads, ..self }
    }

    /// With this consistency.
    pub(crate) fn consistency(self, consistency: ReadConsistency) -> Self {
        Self { consistency, ..self }
    }
}

impl ReadStore {
    /// Reads rows in the direction of travel. One round trip per megabyte.
    pub(crate) async fn rows_in<R: Row>(&self, range: Range) -> Result<Vec<R>> {
        self.items_in(range).await?.into_iter().map(decode).collect()
    }

    /// Reads the rows undecoded.
    pub(crate) async fn items_in(&self, range: Range) -> Result<Vec<Item>> {
        let Range {
            pk,
            sk,
            place,
            ascending,
            limit,
            most_reads,
            consistency,
        } = range;
        let ascending = ascending || place.is_backwards();
        let mut start = match place {
            Position::Start => None,
            // A cursor's id may have another tag, and so another partition.
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
        // DynamoDB rejects an empty prefix.
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
                .consistent_read(consistency == ReadConsistency::Strong)
                .key_condition_expression(condition)
                .set_expression_attribute_values(Some(values.clone()))
                .scan_index_forward(ascending)
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

/// The start of a page in a list ordered by id.
pub(crate) fn id_place<K>(page: &PageRequest) -> Result<Position<Id<K>>> {
    let param = page.position.parameter();
    let position = page.position.clone();
    position.try_map(|cursor| cursor.parse().map_err(|_| StoreError::CursorInvalid { param }))
}
