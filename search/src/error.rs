//! What can go wrong.

use shared::store::StoreError;
use tantivy::TantivyError;

/// Why an index was not built, opened or searched.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The cursor names nothing that matches.
    #[error("the cursor is not a place in this list")]
    CursorInvalid {
        /// The parameter that held it.
        param: &'static str,
    },
    /// The object is no index, or one of something else.
    #[error("the object is not this index")]
    Foreign,
    /// The object was built by another release.
    #[error("the index has format {found}, and this release reads {expected}: import the catalogue again")]
    Format {
        /// What it says.
        found: u32,
        /// What is read.
        expected: u32,
    },
    /// The object is not as it was built.
    #[error("the index is damaged")]
    Damaged,
    /// More than an object can hold.
    #[error("the index is too large")]
    TooLarge,
    /// The engine says so.
    #[error("the index does not work")]
    Engine(#[from] TantivyError),
    /// Reading what is in memory failed.
    #[error("the index cannot be read")]
    Read(#[from] std::io::Error),
}

/// What a function answers: only the cursor is the caller's.
impl From<SearchError> for StoreError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::CursorInvalid { param } => Self::CursorInvalid { param },
            SearchError::Engine(cause) => Self::Internal(format!("the index does not work: {cause}")),
            other => Self::Internal(other.to_string()),
        }
    }
}
