//! The report of an integrity check.

use serde::{Deserialize, Serialize};

/// The result of an integrity check.
#[derive(Debug, Serialize)]
pub struct IntegrityReport {
    /// The number of rows checked.
    pub rows: usize,
    /// The number of inboxes in which a conversation was too far down because the stream missed a message. The check
    /// has moved it up.
    pub raised: usize,
    /// The problems found.
    pub problems: Vec<Problem>,
    /// The start of the next call if the time was up; null at the end of the table.
    pub continue_from: Option<TablePlace>,
}

/// A row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Its partition key.
    pub(crate) pk: String,
    /// Its sort key.
    pub(crate) sk: String,
    /// The broken rule. It contains no user content.
    pub(crate) rule: String,
    /// How to repair it.
    pub(crate) repair: &'static str,
}

/// A place in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TablePlace {
    pub(crate) pk: String,
    pub(crate) sk: String,
}
