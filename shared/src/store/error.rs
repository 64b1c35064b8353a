//! What can go wrong, without HTTP in it.

use std::borrow::Cow;
use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::aws::{cause, chain};

/// The result of everything that the store does.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not exist, or the caller may not see it; the two are told apart nowhere.
    #[error("no such {what}")]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// The parameter that named it, where it was not the path.
        param: Option<Cow<'static, str>>,
    },
    /// A value that only the store can refuse.
    #[error("{param}: {message}")]
    Invalid {
        /// The parameter.
        param: &'static str,
        /// The rule.
        message: &'static str,
    },
    /// The cursor names no place in this list.
    #[error("the cursor is not a place in this list")]
    CursorInvalid {
        /// The parameter that held it.
        param: &'static str,
    },
    /// The caller can see it, but may not do this.
    #[error("not allowed: {0}")]
    NotAllowed(&'static str),
    /// The username belongs to a person with another phone number.
    #[error("the username is taken")]
    UsernameTaken,
    /// The caller has given too many wrong phone numbers.
    #[error("too many wrong phone numbers")]
    TooManyAttempts {
        /// In how many seconds the next try counts.
        retry_after: i64,
    },
    /// A contact entry created the person, and no operator has handed it out.
    #[error("the person is unclaimed")]
    Unclaimed,
    /// The token is unknown or revoked.
    #[error("the token is not valid")]
    TokenInvalid,
    /// The token's time is over.
    #[error("the token has expired")]
    TokenExpired,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Another request with the same idempotency key did not end in time.
    #[error("a request with the same idempotency key is still running")]
    KeyInUse,
    /// The database throttles, is out of reach or too slow, or a race did not end in time. Trying again may help.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Our own fault. The text is for the log only.
    #[error("{0}")]
    Internal(String),
}

impl StoreError {
    /// `what`, named by the path, is not there for the caller.
    #[must_use]
    pub fn missing(what: &'static str) -> Self {
        Self::Missing { what, param: None }
    }

    /// `what`, named by the parameter `param`, is not there for the caller.
    pub(crate) fn missing_in(param: impl Into<Cow<'static, str>>, what: &'static str) -> Self {
        Self::Missing {
            what,
            param: Some(param.into()),
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

/// Codes of the errors that DynamoDB documents as worth another try:
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
