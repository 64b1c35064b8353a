//! Rows as Rust types: how they are written and read, whatever their kind.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::{Item, Key};
use crate::store::error::{Result, StoreError};

/// A kind of row: its name and the version of its shape, which every row carries.
pub(crate) trait Row: Serialize + DeserializeOwned {
    /// The name in the attribute `kind`.
    const KIND: &'static str;
    /// The number in the attribute `v`. It rises with every change that old code could not read.
    const VERSION: u32 = 1;
}

/// The row as DynamoDB stores it.
pub(crate) fn encode<R: Row>(key: &Key, row: &R) -> Result<Item> {
    let mut item: Item = serde_dynamo::to_item(row).map_err(StoreError::internal)?;
    item.extend(key.attributes());
    item.insert("kind".to_owned(), AttributeValue::S(R::KIND.to_owned()));
    item.insert("v".to_owned(), AttributeValue::N(R::VERSION.to_string()));
    Ok(item)
}

/// Whether the row is of that kind.
pub(crate) fn is_kind<R: Row>(item: &Item) -> bool {
    let kind = item.get("kind").and_then(|kind| kind.as_s().ok());
    kind.is_some_and(|kind| kind == R::KIND)
}

/// The row that DynamoDB returned.
pub(crate) fn decode<R: Row>(item: Item) -> Result<R> {
    if !is_kind::<R>(&item) {
        return Err(StoreError::Internal(format!("a row is no {}", R::KIND)));
    }
    serde_dynamo::from_item(item).map_err(|error| StoreError::Internal(format!("a {} row: {error}", R::KIND)))
}

/// One value as DynamoDB stores it.
pub(crate) fn attribute(value: impl Serialize) -> Result<AttributeValue> {
    serde_dynamo::to_attribute_value(value).map_err(StoreError::internal)
}

/// Rows that were read together, to be taken out by their keys.
#[derive(Default)]
pub(crate) struct Rows(pub(crate) HashMap<Key, Item>);

impl Rows {
    /// The row at `key`, if there is one.
    pub(crate) fn take<R: Row>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.remove(key).map(decode).transpose()
    }

    /// The same where the row may be of another kind, which then counts as none.
    pub(crate) fn take_if<R: Row>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.remove(key).filter(is_kind::<R>).map(decode).transpose()
    }

    /// The row at `key` as it stands in the table.
    pub(crate) fn take_item(&mut self, key: &Key) -> Option<Item> {
        self.0.remove(key)
    }

    /// Whether there is a row at `key`.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }
}
