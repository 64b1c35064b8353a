//! Update expressions.

use std::collections::HashMap;
use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use super::key::Item;
use super::row::{Row, attribute};
use crate::model::Patch;
use crate::store::error::{Result, StoreError};

/// The changes of an update to a row's attributes.
#[derive(Clone, Default)]
pub(crate) struct UpdateExpression {
    set: Vec<String>,
    remove: Vec<String>,
    add: Vec<String>,
    delete: Vec<String>,
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl UpdateExpression {
    /// The changes that make a new item a row of kind `R`.
    pub(crate) fn for_row<R: Row>() -> Result<Self> {
        Self::default().set("kind", R::KIND)?.set("v", R::VERSION)
    }

    /// The changes from `before` to `after`. Attributes that neither has, such as those of newer code, stay.
    pub(crate) fn between<R: Row>(before: &R, after: &R) -> Result<Self> {
        let mut before: Item = serde_dynamo::to_item(before).map_err(StoreError::internal)?;
        let after: Item = serde_dynamo::to_item(after).map_err(StoreError::internal)?;
        let mut changes = Self::default();
        for (name, value) in after {
            if before.remove(&name).as_ref() != Some(&value) {
                changes.set.push(format!("#{name} = :{name}"));
                changes.stand_for(&name, value);
            }
        }
        for name in before.keys() {
            changes = changes.remove(name);
        }
        Ok(changes)
    }

    /// Sets `name` to `value`.
    pub(crate) fn set(mut self, name: &str, value: impl Serialize) -> Result<Self> {
        self.set.push(format!("#{name} = :{name}"));
        self.stand_for(name, attribute(value)?);
        Ok(self)
    }

    /// Sets `name` unless it is set already.
    pub(crate) fn set_once(mut self, name: &str, value: impl Serialize) -> Result<Self> {
        self.set
            .push(format!("#{name} = if_not_exists(#{name}, :{name})"));
        self.stand_for(name, attribute(value)?);
        Ok(self)
    }

    /// Sets `name` if `value` is `Some`.
    pub(crate) fn set_if(self, name: &str, value: Option<impl Serialize>) -> Result<Self> {
        match value {
            Some(value) => self.set(name, value),
            None => Ok(self),
        }
    }

    /// Sets, removes or keeps `name`.
    pub(crate) fn patch(self, name: &str, patch: &Patch<impl Serialize>) -> Result<Self> {
        match patch {
            Patch::Absent => Ok(self),
            Patch::Value(value) => self.set(name, value),
            Patch::Null => Ok(self.remove(name)),
        }
    }

    /// Removes `name`.
    pub(crate) fn remove(mut self, name: &str) -> Self {
        self.remove.push(format!("#{name}"));
        self.names.insert(format!("#{name}"), name.to_owned());
        self
    }

    /// Adds 1 to `name`.
    pub(crate) fn count(self, name: &str) -> Self {
        self.add_number(name, "1")
    }

    /// Subtracts 1 from `name`.
    pub(crate) fn count_down(self, name: &str) -> Self {
        self.add_number(name, "-1")
    }

    fn add_number(mut self, name: &str, number: &str) -> Self {
        self.add.push(format!("#{name} :{name}"));
        self.stand_for(name, AttributeValue::N(number.to_owned()));
        self
    }

    /// Adds 1 under `key` in the map `name`.
    pub(crate) fn count_under(mut self, name: &str, key: impl fmt::Display) -> Self {
        let place = self.place_under(name, key);
        self.set.push(format!(
            "{place} = if_not_exists({place}, :{name}_none) + :{name}"
        ));
        self.values
            .insert(format!(":{name}_none"), AttributeValue::N("0".to_owned()));
        self.values
            .insert(format!(":{name}"), AttributeValue::N("1".to_owned()));
        self
    }

    /// Sets 0 under each of `keys` in the map `name`.
    pub(crate) fn set_zero_under(mut self, name: &str, keys: impl IntoIterator<Item: fmt::Display>) -> Self {
        for key in keys {
            let place = self.place_under(name, key);
            self.set.push(format!("{place} = :{name}_none"));
            self.values
                .insert(format!(":{name}_none"), AttributeValue::N("0".to_owned()));
        }
        self
    }

    /// Removes each of `keys` from the map `name`.
    pub(crate) fn remove_under(mut self, name: &str, keys: impl IntoIterator<Item: fmt::Display>) -> Self {
        for key in keys {
            let place = self.place_under(name, key);
            self.remove.push(place);
        }
        self
    }

    /// Sets `name` to the set of these members. At least one is required.
    pub(crate) fn set_members(mut self, name: &str, members: impl IntoIterator<Item: fmt::Display>) -> Self {
        let members = members.into_iter().map(|member| member.to_string()).collect();
        self.set.push(format!("#{name} = :{name}"));
        self.stand_for(name, AttributeValue::Ss(members));
        self
    }

    /// Adds a member to the set `name`.
    pub(crate) fn add_member(mut self, name: &str, member: impl fmt::Display) -> Self {
        self.add.push(format!("#{name} :{name}"));
        self.stand_for(name, AttributeValue::Ss(vec![member.to_string()]));
        self
    }

    /// Removes members from the set `name`.
    pub(crate) fn remove_members(
        mut self,
        name: &str,
        members: impl IntoIterator<Item: fmt::Display>,
    ) -> Self {
        let members: Vec<_> = members.into_iter().map(|member| member.to_string()).collect();
        // DynamoDB has no empty sets.
        if !members.is_empty() {
            self.delete.push(format!("#{name} :{name}"));
            self.stand_for(name, AttributeValue::Ss(members));
        }
        self
    }

    /// A placeholder for `key` in the map `name`.
    fn place_under(&mut self, name: &str, key: impl fmt::Display) -> String {
        // Short, because an expression is limited to 4 KB.
        let place = format!("#k{}", self.names.len());
        self.names.insert(place.clone(), key.to_string());
        self.names.insert(format!("#{name}"), name.to_owned());
        format!("#{name}.{place}")
    }

    fn stand_for(&mut self, name: &str, value: AttributeValue) {
        self.names.insert(format!("#{name}"), name.to_owned());
        self.values.insert(format!(":{name}"), value);
    }

    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(crate) fn names(&self) -> HashMap<String, String> {
        self.names.clone()
    }

    pub(crate) fn values(&self) -> HashMap<String, AttributeValue> {
        self.values.clone()
    }
}

/// Formats the update expression, such as `SET #a = :a REMOVE #b`.
impl fmt::Display for UpdateExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clauses = [
            ("SET", &self.set),
            ("REMOVE", &self.remove),
            ("ADD", &self.add),
            ("DELETE", &self.delete),
        ];
        for (clause, parts) in clauses {
            if !parts.is_empty() {
                write!(f, "{clause} {} ", parts.join(", "))?;
            }
        }
        Ok(())
    }
}
