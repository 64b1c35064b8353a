//! Errors of the store, without HTTP.

use std::borrow::Cow;
use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::aws::{cause, chain};

/// The result of every store call.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a store call failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The resource does not exist, or the caller may not see it. Callers can't tell these apart.
    #[error("no such {what}")]
    Missing {
        /// The kind of resource.
        what: &'static str,
        /// The parameter that named the resource; `None` for the path.
        param: Option<Cow<'static, str>>,
    },
    /// A value that violates a rule that only the store can check.
    #[error("{param}: {message}")]
    Invalid {
        /// The parameter.
        param: Cow<'static, str>,
        /// The violated rule.
        message: &'static str,
    },
    /// The cursor is not a place in this list.
    #[error("the cursor is not a place in this list")]
    CursorInvalid {
        /// The parameter that held the cursor.
        param: &'static str,
    },
    /// The caller can see the resource, but may not do this.
    #[error("not allowed: {0}")]
    NotAllowed(&'static str),
    /// The attachment has been sent already.
    #[error("the attachment has been sent")]
    AttachmentUsed {
        /// The parameter that named it.
        param: String,
    },
    /// Without the attachment nothing would be left of the message.
    #[error("nothing would be left of the message")]
    NothingLeft,
    /// The caller has too many uploads that are not sent.
    #[error("too many uploads are not sent")]
    UploadQuota {
        /// How many there are.
        uploads: usize,
        /// Their size, in bytes.
        bytes: u64,
    },
    /// The username belongs to a person with another phone number.
    #[error("the username is taken")]
    UsernameTaken,
    /// The caller has given too many wrong phone numbers.
    #[error("too many wrong phone numbers")]
    TooManyAttempts {
        /// Seconds until the next attempt is allowed.
        retry_after: i64,
    },
    /// A contact entry created the person, and no operator has issued a token for them.
    #[error("the person is unclaimed")]
    Unclaimed,
    /// The token is unknown or revoked.
    #[error("the token is not valid")]
    TokenInvalid,
    /// The token has expired.
    #[error("the token has expired")]
    TokenExpired,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// A request with the same idempotency key did not end in time.
    #[error("a request with the same idempotency key is still running")]
    KeyInUse,
    /// The database throttles, is unreachable or is too slow, or a race did not end in time. A retry may succeed.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A fault of this program. The text is for the log only.
    #[error("{0}")]
    Internal(String),
}

impl StoreError {
    /// `what`, named by the path, does not exist for the caller.
    #[must_use]
    pub fn missing(what: &'static str) -> Self {
        Self::Missing { what, param: None }
    }

    /// `what`, named by the parameter `param`, does not exist for the caller.
    pub(crate) fn missing_in(param: impl Into<Cow<'static, str>>, what: &'static str) -> Self {
        Self::Missing {
            what,
            param: Some(param.into()),
        }
    }

    /// The value of `param` breaks a rule.
    #[must_use]
    pub fn invalid(param: impl Into<Cow<'static, str>>, message: &'static str) -> Self {
        Self::Invalid {
            param: param.into(),
            message,
        }
    }

    pub(crate) fn internal(cause: impl Error) -> Self {
        Self::Internal(chain(&cause))
    }
}

impl<E: ProvideErrorMetadata + Error + 'static> From<SdkError<E, HttpResponse>> for StoreError {
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        cause(&error, is_temporary, Self::Unavailable, Self::Internal)
    }
}

/// Error codes that DynamoDB documents as retryable:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>.
fn is_temporary(code: &str) -> bool {
    matches!(
        code,
        "ProvisionedThroughputExceededException"
            | "ThrottlingException"
            | "RequestLimitExceeded"
            | "LimitExceededException"
            | "InternalServerError"
            | "TransactionConflictException"
            | "TransactionInProgressException"
    )
}
