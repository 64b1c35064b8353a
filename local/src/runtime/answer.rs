//! What an invocation gives back.

use axum::body::Bytes;

use super::error::FunctionError;

/// The result of an invocation that reached its function.
pub(crate) struct Answer {
    /// The function's answer, or its error.
    pub(crate) outcome: Result<Bytes, FunctionError>,
    /// The last 4 KB that the function wrote while it ran.
    pub(crate) log_tail: String,
}
