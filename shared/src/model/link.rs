//! Signed links.

use std::fmt;

use serde::Serialize;

/// A signed link. Anyone holding the link has access, so no log and no `Debug` output contains it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Link(String);

impl Link {
    /// The text of the link, for the caller who requested it.
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
