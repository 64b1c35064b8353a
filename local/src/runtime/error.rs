//! The errors of an invocation.

use std::fmt;

use axum::body::Bytes;
use serde::Deserialize;
use serde_json::json;

/// A function's failure, as Lambda reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// `errorType`, for example `Runtime.ExitError`.
    pub error_type: String,
    /// `errorMessage`.
    pub error_message: String,
    pub(crate) cause: Cause,
    payload: Bytes,
}

/// What ended the invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The function itself reported an error.
    Reported,
    /// Its process ended.
    Crash,
    /// It never got ready.
    Init,
    /// It took longer than its `Timeout`.
    Timeout,
    /// Its answer was over 6 MB.
    Oversized,
}

/// An invocation that did not reach its function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvokeError {
    /// There is no such function.
    NotFound,
    /// The payload is over 6 MB.
    PayloadTooLarge,
    /// All environments stayed busy for 30 seconds.
    Throttled,
    /// The local machine is stopping.
    Stopped,
}

impl FunctionError {
    /// An error that the Runtime reports in the function's place.
    pub(super) fn new(cause: Cause, error_type: &str, error_message: String) -> Self {
        let payload = json!({"errorMessage": error_message, "errorType": error_type})
            .to_string()
            .into();
        Self {
            error_type: error_type.to_owned(),
            error_message,
            cause,
            payload,
        }
    }

    /// An error that the function reported through the Runtime API.
    pub(super) fn reported(cause: Cause, payload: Bytes) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Report {
            #[serde(default)]
            error_type: String,
            #[serde(default)]
            error_message: String,
        }
        match serde_json::from_slice::<Report>(&payload) {
            Ok(Report {
                error_type,
                error_message,
            }) => Self {
                error_type,
                error_message,
                cause,
                payload,
            },
            Err(_) => Self::new(
                cause,
                "Runtime.Unknown",
                String::from_utf8_lossy(&payload).into_owned(),
            ),
        }
    }

    /// An error that an event source mapping found in a function's answer.
    pub(crate) fn from_mapping(message: &str) -> Self {
        Self::new(Cause::Reported, "BatchItemFailures", message.to_owned())
    }

    /// An answer that is not JSON.
    pub(crate) fn from_answer(error: &serde_json::Error) -> Self {
        Self::new(Cause::Reported, "Runtime.MalformedResponse", error.to_string())
    }

    /// The JSON that an invoker gets.
    pub(crate) fn payload(&self) -> Bytes {
        self.payload.clone()
    }
}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)
    }
}

impl std::error::Error for FunctionError {}

impl fmt::Display for InvokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "there is no such function",
            Self::PayloadTooLarge => "the payload is larger than 6 MB",
            Self::Throttled => "all environments stayed busy for too long",
            Self::Stopped => "the local machine is stopping",
        })
    }
}

impl std::error::Error for InvokeError {}

impl From<InvokeError> for FunctionError {
    fn from(error: InvokeError) -> Self {
        let error_type = match error {
            InvokeError::NotFound => "ResourceNotFoundException",
            InvokeError::PayloadTooLarge => "RequestTooLargeException",
            InvokeError::Throttled => "TooManyRequestsException",
            InvokeError::Stopped => "ServiceException",
        };
        Self::new(Cause::Reported, error_type, error.to_string())
    }
}
