//! Logs of the functions: one JSON object per line, on standard output.

use std::time::Duration;

use lambda_http::http::Method;
use lambda_http::tracing::subscriber::{self, filter::LevelFilter};

/// Starts the log, at the level of the template's parameter (`AWS_LAMBDA_LOG_LEVEL`) or of `RUST_LOG`.
///
/// The level is at least INFO: below it, libraries log requests and answers, which contain tokens. Lambda filters by
/// level only lines that have a timestamp:
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>.
pub(super) fn start() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| std::env::var("RUST_LOG"));
    let level: LevelFilter = level
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    subscriber::fmt()
        .with_max_level(level.min(LevelFilter::INFO))
        .with_target(false)
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .init();
}

/// A duration for the log, in milliseconds, rounded to microseconds. More digits are noise and may look like a phone
/// number.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// A method for the log. An unknown method is the caller's text and is not logged.
pub(super) fn method(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::HEAD
        | Method::OPTIONS
        | Method::CONNECT
        | Method::TRACE => method.as_str(),
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_is_none_is_not_logged() {
        for (sent, logged) in [
            ("GET", "GET"),
            ("TRACE", "TRACE"),
            ("get", "other"),
            ("PTC_TOKEN", "other"),
        ] {
            let sent = Method::from_bytes(sent.as_bytes()).unwrap();
            assert_eq!(method(&sent), logged);
        }
    }
}
