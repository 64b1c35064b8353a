//! Bodies of requests: JSON or a form, in UTF-8.

use http::header;
use lambda_http::Request;

use super::error::{ApiError, Result};
use super::form;
use super::node::Node;

/// The largest body of a call, in bytes. A message of 20,000 four-byte characters takes 240,000 bytes with every byte
/// escaped.
const LARGEST_BODY: usize = 1 << 20;

/// The labels of UTF-8: <https://encoding.spec.whatwg.org/#names-and-labels>.
const UTF_8: [&str; 6] = [
    "utf-8",
    "utf8",
    "unicode-1-1-utf-8",
    "unicode11utf8",
    "unicode20utf8",
    "x-unicode20utf8",
];

/// The body, as JSON or a form.
pub(super) fn parse(request: &Request) -> Result<Node> {
    let bytes: &[u8] = request.body().as_ref();
    if bytes.len() > LARGEST_BODY {
        return Err(ApiError::body_too_large(LARGEST_BODY));
    }
    if bytes.is_empty() {
        return Ok(Node::Map(Vec::new()));
    }
    if is_encoded(request) {
        return Err(ApiError::content_encoding_unsupported());
    }
    match media_type(request).as_deref() {
        Some("application/json") => json(bytes),
        Some("application/x-www-form-urlencoded") => {
            form::parse(bytes).map_err(|problem| ApiError::body_malformed(format!("The body {problem}.")))
        }
        _ => Err(ApiError::content_type_unsupported()),
    }
}

/// Whether the body is compressed, or otherwise encoded: API Gateway passes it on as it came.
pub(super) fn is_encoded(request: &Request) -> bool {
    let encodings = request.headers().get_all(header::CONTENT_ENCODING).iter();
    let is_identity = |encoding: &[u8]| encoding.is_empty() || encoding.eq_ignore_ascii_case(b"identity");
    encodings
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b','))
        .any(|encoding| !is_identity(encoding.trim_ascii()))
}

fn json(bytes: &[u8]) -> Result<Node> {
    // A parser may ignore a byte order mark: https://www.rfc-editor.org/rfc/rfc8259#section-8.1
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match serde_json::from_slice(bytes) {
        Ok(object @ Node::Map(_)) => Ok(object),
        Ok(_) => Err(ApiError::body_malformed("The body is not a JSON object.")),
        // The error's text contains a position, never the content.
        Err(error) => Err(ApiError::body_malformed(format!(
            "The body is not JSON: {error}."
        ))),
    }
}

/// The content type without its parameters; `None` if they name an encoding other than UTF-8.
pub(super) fn media_type(request: &Request) -> Option<String> {
    let header = request
        .headers()
        .get(header::CONTENT_TYPE)?
        .to_str()
        .ok()?
        .to_ascii_lowercase();
    let mut parts = header.split(';').map(str::trim);
    let media_type = parts.next()?.to_owned();
    let is_utf8 = |part: &str| {
        part.strip_prefix("charset=")
            .is_none_or(|charset| UTF_8.contains(&charset.trim_matches('"')))
    };
    parts.all(is_utf8).then_some(media_type)
}
