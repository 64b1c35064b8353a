//! The reference page and the contract, as a deployment serves them: compressed when they were built, and cacheable.

use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

/// A file that is served.
#[derive(Debug)]
struct Asset {
    path: &'static str,
    content_type: &'static str,
    /// Names the content.
    hash: &'static str,
    /// Absent for what is compressed only: the renderer would not fit into the 6 MB that a function may answer.
    plain: Option<&'static [u8]>,
    gzip: &'static [u8],
}

/// Made by `build.rs`.
const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// What the page may load and call: only what comes from where it came from. It has no nonce, which could not be cached;
/// the renderer sets styles inline.
const POLICY: &str = include_str!("../assets/csp.txt");

/// The file at a path, as the headers of the request ask for it: compressed or not, or 304 where they name what there
/// is. `version` is the parameter `v` of the address. None where no file is.
#[must_use]
pub fn answer(path: &str, version: Option<&str>, headers: &HeaderMap) -> Option<Response<&'static [u8]>> {
    let asset = ASSETS.iter().find(|asset| asset.path == path)?;
    let (body, encoding) = match asset.plain {
        Some(plain) if !accepts_gzip(headers) => (plain, None),
        _ => (asset.gzip, Some("gzip")),
    };
    // Strong, so each encoding has its own: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3.
    let etag = format!("\"{}{}\"", asset.hash, encoding.map_or("", |_| "-gzip"));
    let mut response = Response::new(body);
    let mut set = |name: HeaderName, value: &str| {
        // All of it is from here, and of visible characters.
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    // The page names its parts with their hashes. While new code is deployed, a page of the one version may ask the other
    // for a part: what it gets then must not last under that hash.
    let lasts = if version == Some(asset.hash) {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    set(CACHE_CONTROL, lasts);
    set(VARY, "accept-encoding");
    set(ETAG, &etag);
    if is_known(headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = &[];
        return Some(response);
    }
    set(CONTENT_TYPE, asset.content_type);
    if let Some(encoding) = encoding {
        set(CONTENT_ENCODING, encoding);
    }
    if asset.content_type.starts_with("text/html") {
        set(CONTENT_SECURITY_POLICY, POLICY.trim_end());
        set(REFERRER_POLICY, "no-referrer");
    }
    Some(response)
}

/// The members of a list in a header, which may stand in several lines.
fn members<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers
        .get_all(name)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3>
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let weight = |coding: &str| {
        members(headers, &ACCEPT_ENCODING).find_map(|member| {
            let (name, parameters) = member.split_once(';').unwrap_or((member, "q=1"));
            let weight = parameters
                .trim()
                .strip_prefix("q=")
                .and_then(|weight| weight.parse().ok());
            name.trim()
                .eq_ignore_ascii_case(coding)
                .then_some(weight.unwrap_or(0.0))
        })
    };
    weight("gzip")
        .or_else(|| weight("*"))
        .is_some_and(|weight: f32| weight > 0.0)
}

/// Compares weakly: <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2>.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    members(headers, &IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == etag)
}
