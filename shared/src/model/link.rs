//! Signed links.

use std::fmt;

use serde::Serialize;

/// A signed link. It gives access to everybody who has it, so no log and no `Debug` shows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Link(String);

impl Link {
    /// The link, for the caller who asked for it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Link {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(…)")
    }
}
