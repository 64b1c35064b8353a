//! Fields of an update: absent, null and a value are three different things.

use serde::{Deserialize, Deserializer};

/// A nullable attribute in an update. Use with `#[serde(default)]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not given: stays as it is.
    #[default]
    Absent,
    /// `null`, or an empty form value: cleared.
    Null,
    /// Set to this.
    Value(T),
}

impl<T: Clone> Patch<T> {
    /// Changes `attribute` as it says.
    pub fn apply_to(&self, attribute: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *attribute = None,
            Self::Value(value) => *attribute = Some(value.clone()),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// Reads an optional field that may be left out but not be `null`. Use with
/// `#[serde(default, deserialize_with = "present")]`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
