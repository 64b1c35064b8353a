//! What can go wrong, without HTTP in it.

use std::error::Error;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::aws::{cause, chain};

/// The result of everything that the bucket does.
pub type Result<T, E = StorageError> = std::result::Result<T, E>;

/// Why the bucket did not do what it was asked. The texts are for the log; no signed link is in them.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no such object.
    #[error("there is no object {key}")]
    Missing {
        /// Its key.
        key: String,
    },
    /// The storage throttles, is out of reach or too slow. Trying again may help.
    #[error("the storage is unavailable: {0}")]
    Unavailable(String),
    /// Our own fault.
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

/// Codes worth another try that come with a status below 500:
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList>.
fn is_temporary(code: &str) -> bool {
    matches!(code, "OperationAborted" | "RequestTimeout" | "SlowDown")
}
