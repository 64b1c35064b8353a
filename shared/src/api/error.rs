//! Errors in the API's answers. `docs/ERRORS.md` lists every code, and the reference page has its text.

use std::borrow::Cow;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use super::param_error::{ParamError, ParamErrorKind};
use super::reply::Reply;
use crate::store::bucket::StorageError;
use crate::store::{MOST_UNSENT, MOST_UNSENT_BYTES, StoreError};

/// The result of a handler.
pub type Result<T, E = ApiError> = std::result::Result<T, E>;

/// An error answer.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    param: Option<String>,
    hint: Option<Hint>,
    /// The cause, for the log only.
    cause: Option<String>,
}

/// A header that tells the client what to do next.
#[derive(Clone, Copy, Debug)]
enum Hint {
    /// Authenticate, with this challenge.
    Authenticate(&'static str),
    /// Use one of these methods.
    Allow(&'static str),
    /// Try again after this many seconds.
    Retry(i64),
    /// Send the body without an encoding: <https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16>.
    SendPlain,
}

impl Hint {
    fn header(self) -> (HeaderName, HeaderValue) {
        match self {
            Self::Authenticate(challenge) => (header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge)),
            Self::Allow(methods) => (header::ALLOW, HeaderValue::from_static(methods)),
            Self::SendPlain => (header::ACCEPT_ENCODING, HeaderValue::from_static("identity")),
            Self::Retry(seconds) => (header::RETRY_AFTER, HeaderValue::from(seconds)),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    code: &'static str,
    message: &'a str,
    param: Option<&'a str>,
    documentation_url: String,
    request_id: &'a str,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            param: None,
            hint: None,
            cause: None,
        }
    }

    fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    fn with_hint(mut self, hint: Hint) -> Self {
        self.hint = Some(hint);
        self
    }

    fn with_cause(mut self, cause: String) -> Self {
        self.cause = Some(cause);
        self
    }

    /// 400: the body does not match its content type.
    pub(super) fn body_malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "body_malformed", message)
    }

    /// 400: the parameters break a rule that concerns more than one field.
    pub(super) fn parameter_invalid(param: Option<&str>, message: impl Into<String>) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, "parameter_invalid", message);
        Self {
            param: param.map(ToOwned::to_owned),
            ..error
        }
    }

    /// 401: no bearer token.
    pub(super) fn token_missing() -> Self {
        let message = "Give a token in the header `Authorization: Bearer {token}`.";
        Self::unauthorized("token_missing", message, "Bearer")
    }

    /// 401: the bearer token is not valid.
    pub(super) fn token_invalid() -> Self {
        Self::unauthorized("token_invalid", "The token is not valid.", INVALID_TOKEN)
    }

    fn unauthorized(code: &'static str, message: &str, challenge: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message).with_hint(Hint::Authenticate(challenge))
    }

    /// 404: no such route.
    #[must_use]
    pub fn route_missing() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "route_missing",
            "There is nothing at this path.",
        )
    }

    /// 405: the path exists, with the methods `allow`.
    #[must_use]
    pub fn method_not_allowed(allow: &'static str) -> Self {
        let message = format!("This path takes only {allow}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message).with_hint(Hint::Allow(allow))
    }

    /// 413: the body exceeds `most` bytes.
    pub(super) fn body_too_large(most: usize) -> Self {
        let message = format!("The body is larger than {most} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
    }

    /// 413: the file exceeds `most` bytes.
    pub(super) fn file_too_large(most: usize) -> Self {
        let message = format!(
            "The file is larger than {most} bytes. Send its filename, file_type and file_size as JSON, and upload it to \
             the address in the answer."
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
    }

    /// 415: the body has another format.
    pub(super) fn content_type_unsupported() -> Self {
        let message = "Send the body as application/json or application/x-www-form-urlencoded, in UTF-8.";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_unsupported",
            message,
        )
    }

    /// 415: the body is compressed, or otherwise encoded.
    pub(super) fn content_encoding_unsupported() -> Self {
        let message = "Send the body as it is, without a Content-Encoding.";
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_unsupported",
            message,
        )
        .with_hint(Hint::SendPlain)
    }

    /// 500: a fault of this program. The answer does not contain the cause.
    pub(super) fn internal(cause: impl Into<String>) -> Self {
        let message = "Something went wrong on our side. Give the request id to support.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message).with_cause(cause.into())
    }

    /// 503: the database or the storage is unreachable, too slow or throttling.
    fn unavailable(cause: String) -> Self {
        let message = "The service is busy. Try again shortly.";
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "service_unavailable", message);
        error.with_cause(cause).with_hint(Hint::Retry(1))
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What happened, for the log.
    pub(super) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The answer. `origin` is where this deployment's reference page is.
    pub(super) fn into_reply(self, request_id: &str, origin: &str) -> Reply {
        let body = Body {
            r#type: if self.status.is_server_error() {
                "api_error"
            } else {
                "invalid_request"
            },
            code: self.code,
            message: &self.message,
            param: self.param.as_deref(),
            documentation_url: format!("{origin}/docs#{}", self.code),
            request_id,
        };
        let reply = Reply::json(self.status, &body);
        match self.hint.map(Hint::header) {
            Some((name, value)) => reply.with_header(name, value),
            None => reply,
        }
    }
}

/// <https://www.rfc-editor.org/rfc/rfc6750#section-3>
const INVALID_TOKEN: &str = r#"Bearer error="invalid_token""#;

impl From<ParamError> for ApiError {
    fn from(error: ParamError) -> Self {
        let code = match error.kind {
            ParamErrorKind::Missing => "parameter_missing",
            ParamErrorKind::Unknown => "parameter_unknown",
            ParamErrorKind::Invalid(_) => "parameter_invalid",
        };
        Self {
            param: error.param(),
            ..Self::new(StatusCode::BAD_REQUEST, code, error.to_string())
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing { what, param } => {
                let error = Self::new(
                    StatusCode::NOT_FOUND,
                    "resource_missing",
                    format!("No such {what}."),
                );
                Self {
                    param: param.map(Cow::into_owned),
                    ..error
                }
            }
            StoreError::Invalid { param, message } => ParamError::invalid(&param, message).into(),
            StoreError::NothingLeft => {
                Self::parameter_invalid(None, "Nothing would be left of the message. Delete the message.")
            }
            StoreError::AttachmentUsed { param } => {
                let message =
                    "The attachment is in a message already. Give its id as forward_id to send it again.";
                Self::new(StatusCode::CONFLICT, "attachment_used", message).with_param(param)
            }
            StoreError::UploadQuota { uploads, bytes } => {
                let message = format!(
                    "You have {uploads} of {MOST_UNSENT} uploads and {bytes} of {MOST_UNSENT_BYTES} bytes that are not \
                     sent. Send or delete some."
                );
                Self::new(StatusCode::FORBIDDEN, "upload_quota", message)
            }
            StoreError::CursorInvalid { param } => {
                let message = format!("{param} is not a place in this list.");
                Self::new(StatusCode::BAD_REQUEST, "cursor_invalid", message).with_param(param)
            }
            StoreError::NotAllowed(message) => Self::new(StatusCode::FORBIDDEN, "not_allowed", message),
            StoreError::UsernameTaken => {
                let message = "The username belongs to a person with another phone number.";
                Self::new(StatusCode::CONFLICT, "username_taken", message).with_param("username")
            }
            StoreError::TooManyAttempts { retry_after } => {
                let message = "Too many wrong phone numbers. Try again later.";
                Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", message)
                    .with_param("phone_number")
                    .with_hint(Hint::Retry(retry_after))
            }
            StoreError::TokenInvalid => Self::token_invalid(),
            StoreError::TokenExpired => {
                Self::unauthorized("token_expired", "The token has expired.", INVALID_TOKEN)
            }
            StoreError::KeyReused => {
                let message = "The idempotency key was used for a request with other parameters.";
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "idempotency_key_reused",
                    message,
                )
            }
            StoreError::KeyInUse => {
                let message = "A request with this idempotency key is still running.";
                Self::new(StatusCode::CONFLICT, "idempotency_key_in_use", message).with_hint(Hint::Retry(1))
            }
            StoreError::Unavailable(cause) => Self::unavailable(cause),
            StoreError::Internal(cause) => Self::internal(cause),
            // No route causes this error: only operators issue tokens.
            StoreError::Unclaimed => Self::internal("an HTTP route hands out people"),
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        // Callers can't name objects.
        StoreError::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Status, `Retry-After` and body of the answer, and the cause in the log.
    fn answered(error: StorageError) -> (u16, Option<String>, String, Option<String>) {
        let error = ApiError::from(error);
        let (status, cause) = (error.status().as_u16(), error.cause().map(ToOwned::to_owned));
        let response = error
            .into_reply("request", "https://host")
            .into_response("request");
        let retry = response.headers().get(header::RETRY_AFTER);
        let retry = retry.map(|value| value.to_str().unwrap().to_owned());
        let body = String::from_utf8(response.body().to_vec()).unwrap();
        (status, retry, body, cause)
    }

    #[test]
    fn a_storage_that_fails_is_no_callers_business() {
        let unavailable = StorageError::Unavailable("the address".to_owned());
        let (status, retry, body, cause) = answered(unavailable);
        assert_eq!(
            (status, retry.as_deref(), cause.as_deref()),
            (503, Some("1"), Some("the address"))
        );
        assert!(
            body.contains("service_unavailable") && !body.contains("address"),
            "{body}"
        );

        let missing = StorageError::Missing {
            key: "indexes/a".to_owned(),
        };
        for error in [missing, StorageError::Internal("indexes/a".to_owned())] {
            let (status, retry, body, cause) = answered(error);
            assert_eq!((status, retry), (500, None));
            assert!(cause.unwrap().contains("indexes/a"));
            assert!(
                body.contains("internal_error") && !body.contains("indexes"),
                "{body}"
            );
        }
    }
}
