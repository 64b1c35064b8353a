//! Synonyms, which the operator gives with the catalogue.

use serde::{Deserialize, Serialize};

use super::name::Label;

/// Words and phrases that mean the same, such as `airplane`, `aeroplane` and `plane`: at least two, as the operator
/// wrote them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SynonymGroup(Vec<String>);

impl SynonymGroup {
    /// The group of these terms; `None` of fewer than two.
    #[must_use]
    pub fn of(terms: &[Label]) -> Option<Self> {
        (terms.len() > 1).then(|| Self(terms.iter().map(|term| term.as_str().to_owned()).collect()))
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.0
    }
}

impl AsRef<[String]> for SynonymGroup {
    fn as_ref(&self) -> &[String] {
        &self.0
    }
}
