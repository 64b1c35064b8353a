//! AWS client settings shared by table and bucket: connections, retries, and error texts for the log.

use std::error::Error;
use std::sync::LazyLock;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, ConfigLoader};
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls;

/// The HTTP client of the process. Shared, because loading the system's certificates takes milliseconds.
static HTTP: LazyLock<SharedHttpClient> = LazyLock::new(|| {
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https()
});

/// The configuration from the environment, as in every AWS SDK: region, credentials and endpoints. Each client adds its
/// own time-outs.
pub fn config() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(HTTP.clone())
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(4)
                .with_initial_backoff(Duration::from_millis(25)),
        )
}

/// Classifies a failed call, with a text for the log. Temporary: the service was unreachable, timed out or failed, or
/// `is_temporary` accepts its code. Otherwise a fault of this program.
pub(crate) fn cause<E: ProvideErrorMetadata + Error + 'static, C>(
    error: &SdkError<E, HttpResponse>,
    is_temporary: impl Fn(&str) -> bool,
    unavailable: impl Fn(String) -> C,
    internal: impl Fn(String) -> C,
) -> C {
    let cause = describe(error);
    if is_unavailable(error, is_temporary) {
        unavailable(cause)
    } else {
        internal(cause)
    }
}

fn is_unavailable<E: ProvideErrorMetadata>(
    error: &SdkError<E, HttpResponse>,
    is_temporary: impl Fn(&str) -> bool,
) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(service) => {
            service.raw().status().is_server_error() || service.err().code().is_some_and(is_temporary)
        }
        _ => false,
    }
}

/// A service error for the log: code and message, without the request or the raw answer.
pub(crate) fn describe<E: ProvideErrorMetadata + Error + 'static>(
    error: &SdkError<E, HttpResponse>,
) -> String {
    match error.as_service_error().map(ProvideErrorMetadata::meta) {
        Some(meta) => meta.to_string(),
        None => chain(error),
    }
}

/// The error and its causes, as one text.
pub(crate) fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error: &&dyn Error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
