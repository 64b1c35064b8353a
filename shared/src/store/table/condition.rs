//! Conditions of writes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::row::attribute;
use crate::store::error::Result;

/// The row must not exist.
pub(crate) const ABSENT: &str = "attribute_not_exists(pk)";
/// The row must exist.
pub(crate) const EXISTS: &str = "attribute_exists(pk)";

/// A condition on one row, with its values.
pub(crate) struct Condition {
    pub(crate) expression: &'static str,
    pub(crate) values: HashMap<String, AttributeValue>,
}

impl Condition {
    /// A condition without values.
    pub(crate) fn new(expression: &'static str) -> Self {
        Self {
            expression,
            values: HashMap::new(),
        }
    }

    /// No condition.
    pub(crate) fn none() -> Self {
        Self::new("")
    }

    /// Adds a value for `name`, which includes the `:`.
    pub(crate) fn with(mut self, name: &str, value: impl Serialize) -> Result<Self> {
        self.values.insert(name.to_owned(), attribute(value)?);
        Ok(self)
    }
}

impl From<&'static str> for Condition {
    fn from(expression: &'static str) -> Self {
        Self::new(expression)
    }
}
