//! Fields of an update: absent, null, or a value.

use serde::{Deserialize, Deserializer};

/// A nullable field of an update. Use with `#[serde(default)]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Absent: no change.
    #[default]
    Absent,
    /// `null`, or an empty form value: clears the attribute.
    Null,
    /// Sets the attribute.
    Value(T),
}

impl<T: Clone> Patch<T> {
    /// Applies the change to `attribute`.
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

/// Deserializes an optional field that may be absent but not `null`. Use with `#[serde(default, deserialize_with =
/// "present")]`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
