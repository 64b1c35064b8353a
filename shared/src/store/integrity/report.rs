//! What a check of the table reports.

use serde::{Deserialize, Serialize};

/// What a check found.
#[derive(Debug, Serialize)]
pub struct IntegrityReport {
    /// How many rows were looked at.
    pub rows: usize,
    /// How many inboxes had a conversation too far down, for the stream missed a message; they are right now.
    pub raised: usize,
    /// What does not fit.
    pub problems: Vec<Problem>,
    /// Where the next call goes on, if the time was up; null at the end of the table.
    pub continue_from: Option<TablePlace>,
}

/// A row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Its partition key.
    pub(crate) pk: String,
    /// Its sort key.
    pub(crate) sk: String,
    /// The rule that it breaks. Nothing that anybody wrote is in it.
    pub(crate) rule: String,
    /// What to do about it.
    pub(crate) repair: &'static str,
}

/// A place in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TablePlace {
    pub(crate) pk: String,
    pub(crate) sk: String,
}
