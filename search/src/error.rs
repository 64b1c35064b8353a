//! The errors of an index.

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
    /// The object is not an index, or an index over something else.
    #[error("the object is not this index")]
    Foreign,
    /// The object was built by another release.
    #[error("the index has format {found}, and this release reads {expected}: import the catalogue again")]
    Format {
        /// The format of the object.
        found: u32,
        /// The format that this release reads.
        expected: u32,
    },
    /// The object has changed since it was built.
    #[error("the index is damaged")]
    Damaged,
    /// The index does not fit into an object.
    #[error("the index is too large")]
    TooLarge,
    /// The engine has failed.
    #[error("the index does not work")]
    Engine(#[from] TantivyError),
    /// Reading what is in memory failed.
    #[error("the index cannot be read")]
    Read(#[from] std::io::Error),
}

/// The error that a function answers with: only the cursor is the caller's mistake.
impl From<SearchError> for StoreError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::CursorInvalid { param } => Self::CursorInvalid { param },
            SearchError::Engine(cause) => Self::Internal(format!("the index does not work: {cause}")),
            other => Self::Internal(other.to_string()),
        }
    }
}
