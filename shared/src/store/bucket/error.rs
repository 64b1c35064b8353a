//! Errors of the bucket, without HTTP.

use std::error::Error;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::aws::{cause, chain};
use crate::store::error::StoreError;

/// The result of every bucket call.
pub type Result<T, E = StorageError> = std::result::Result<T, E>;

/// Why a bucket call failed. The texts are for the log; they contain no signed link.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The object does not exist.
    #[error("there is no object {key}")]
    Missing {
        /// The object's key.
        key: String,
    },
    /// The storage throttles, is unreachable or is too slow. A retry may succeed.
    #[error("the storage is unavailable: {0}")]
    Unavailable(String),
    /// A fault of this program or its configuration.
    #[error("{0}")]
    Internal(String),
}

impl StorageError {
    pub(crate) fn internal(cause: impl Error) -> Self {
        Self::Internal(chain(&cause))
    }
}

impl<E: ProvideErrorMetadata + Error + 'static> From<SdkError<E, HttpResponse>> for StorageError {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        cause(&error, is_temporary, Self::Unavailable, Self::Internal)
    }
}

impl From<StorageError> for StoreError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(cause) => Self::Unavailable(cause),
            error @ (StorageError::Missing { .. } | StorageError::Internal(_)) => {
                Self::Internal(error.to_string())
            }
        }
    }
}

/// Retryable error codes whose HTTP status is below 500:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>.
fn is_temporary(code: &str) -> bool {
    matches!(code, "OperationAborted" | "RequestTimeout" | "SlowDown")
}
