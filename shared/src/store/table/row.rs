//! Conversion of rows of any kind between Rust types and DynamoDB items.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key::{Item, Key};
use crate::store::error::{Result, StoreError};

/// A kind of row. Every row carries the kind's name and the version of its format.
pub(crate) trait Row: Serialize + DeserializeOwned {
    /// The value of the attribute `kind`.
    const KIND: &'static str;
    /// The value of the attribute `v`. It rises with every change that old code can't read.
    const VERSION: u32 = 1;
}

/// The row as a DynamoDB item.
pub(crate) fn encode<R: Row>(key: &Key, row: &R) -> Result<Item> {
    let mut item: Item = serde_dynamo::to_item(row).map_err(StoreError::internal)?;
    item.extend(key.attributes());
    item.insert("kind".to_owned(), AttributeValue::S(R::KIND.to_owned()));
    item.insert("v".to_owned(), AttributeValue::N(R::VERSION.to_string()));
    Ok(item)
}

/// Whether the item is a row of kind `R`.
pub(crate) fn is_kind<R: Row>(item: &Item) -> bool {
    let kind = item.get("kind").and_then(|kind| kind.as_s().ok());
    kind.is_some_and(|kind| kind == R::KIND)
}

/// The row in a DynamoDB item. A row of a newer format is an error: it may mean something else.
pub(crate) fn decode<R: Row>(item: Item) -> Result<R> {
    if !is_kind::<R>(&item) {
        return Err(StoreError::Internal(format!("a row is no {}", R::KIND)));
    }
    let version = item.get("v").and_then(|version| version.as_n().ok());
    if let Some(version) =
        version.filter(|version| version.parse().is_ok_and(|version: u32| version > R::VERSION))
    {
        let known = R::VERSION;
        return Err(StoreError::Internal(format!(
            "a {} row has the format {version}, and this code knows formats up to {known}: deploy newer code",
            R::KIND
        )));
    }
    serde_dynamo::from_item(item).map_err(|error| StoreError::Internal(format!("a {} row: {error}", R::KIND)))
}

/// A value as a DynamoDB attribute.
pub(crate) fn attribute(value: impl Serialize) -> Result<AttributeValue> {
    serde_dynamo::to_attribute_value(value).map_err(StoreError::internal)
}

/// Rows that were read together, by key.
#[derive(Default)]
pub(crate) struct Rows(pub(crate) HashMap<Key, Item>);

impl Rows {
    /// Takes the row at `key`, if there is one.
    pub(crate) fn take<R: Row>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.remove(key).map(decode).transpose()
    }

    /// The row at `key` if it has kind `R`; it stays for others that ask for it. A row of another kind counts as missing.
    pub(crate) fn get<R: Row>(&self, key: &Key) -> Result<Option<R>> {
        let row = self.0.get(key).filter(|row| is_kind::<R>(row));
        row.cloned().map(decode).transpose()
    }

    /// Takes the row at `key` if it has kind `R`. A row of another kind counts as missing.
    pub(crate) fn take_if<R: Row>(&mut self, key: &Key) -> Result<Option<R>> {
        self.0.remove(key).filter(is_kind::<R>).map(decode).transpose()
    }

    /// Takes the undecoded row at `key`.
    pub(crate) fn take_item(&mut self, key: &Key) -> Option<Item> {
        self.0.remove(key)
    }

    /// Whether there is a row at `key`.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }
}
