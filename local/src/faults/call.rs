//! A call to the database, as faults see it.

use serde_json::Value;

/// A call to the database.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function that makes it.
    pub function: Option<String>,
    /// The environment of the function.
    pub(crate) environment: Option<u64>,
    /// Its number in its invocation, from 1; 0 for a call outside of one, such as those of a start.
    pub number: usize,
    /// Such as `GetItem`.
    pub operation: String,
    /// The request.
    pub body: Value,
}

impl Call {
    /// The token that makes a repeated transaction the same one.
    pub(super) fn client_token(&self) -> Option<&str> {
        self.body["ClientRequestToken"].as_str()
    }
}
