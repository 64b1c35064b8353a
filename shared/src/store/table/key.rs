//! Keys of rows. Each module of the store builds the keys of its own rows, in its `keys.rs`.

use std::collections::HashMap;
use std::fmt::Display;

use aws_sdk_dynamodb::types::AttributeValue;

/// A row as DynamoDB returns it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The key of a row in the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    pub(crate) fn new(pk: impl Display, sk: impl Display) -> Self {
        Self {
            pk: pk.to_string(),
            sk: sk.to_string(),
        }
    }

    /// The key of a row that was read; `None` if it has no key.
    pub(crate) fn of(item: &Item) -> Option<Self> {
        let text = |name| Some(item.get(name)?.as_s().ok()?.clone());
        Some(Self {
            pk: text("pk")?,
            sk: text("sk")?,
        })
    }

    /// The key as DynamoDB attributes.
    pub(crate) fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}
