//! Points in time.

use serde::{Deserialize, Deserializer, Serialize, de};

/// The last second of the year 9999.
const LATEST: i64 = 253_402_300_799;

/// Unix time in milliseconds. Ids contain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Millis(pub u64);

/// Unix time in whole seconds, the type of all timestamps in the API. Values from callers are between 1970 and 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Timestamp(pub i64);

impl Millis {
    /// This time plus `millis` milliseconds.
    #[must_use]
    pub fn plus(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl Timestamp {
    /// This time plus `seconds` seconds.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl From<Millis> for Timestamp {
    fn from(millis: Millis) -> Self {
        Self(i64::try_from(millis.0 / 1000).unwrap_or(i64::MAX))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = i64::deserialize(deserializer)?;
        if !(0..=LATEST).contains(&seconds) {
            return Err(de::Error::custom(
                "must be Unix time in seconds, not before 1970 or after 9999",
            ));
        }
        Ok(Self(seconds))
    }
}
