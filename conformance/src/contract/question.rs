//! A request as the API sees it.

use percent_encoding::percent_decode_str;

use crate::http::Request;

/// A request as the API sees it.
pub struct Question {
    pub(super) method: String,
    /// As written, without the query.
    pub(super) path: String,
    /// The parameters of the query.
    pub(super) query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether the first line is HTTP at all.
    pub(super) is_http: bool,
}

impl Question {
    /// What a request asks.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let headers = request.headers.iter();
        let headers =
            headers.map(|(name, value)| (name.clone(), String::from_utf8_lossy(value).into_owned()));
        Self::new(
            &request.method,
            &request.path,
            headers.collect(),
            request.body.clone(),
        )
    }

    /// `target` is the path with the query, as written in the first line.
    #[must_use]
    pub fn new(method: &str, target: &str, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers,
            body,
            is_http: method.bytes().all(|byte| byte.is_ascii_graphic())
                && target.bytes().all(|byte| byte.is_ascii_graphic()),
        }
    }

    /// A header's value; the first, where it is repeated.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// What the segments of the path are where `template` has a parameter; `None` where it is another path.
    pub(super) fn path_parameters(path: &str, template: &str) -> Option<Vec<(String, String)>> {
        let (own, expected) = (path.split('/'), template.split('/'));
        if own.clone().count() != expected.clone().count() {
            return None;
        }
        let mut parameters = Vec::new();
        for (segment, expected) in own.zip(expected) {
            let name = expected.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            match name {
                Some(name) if !segment.is_empty() => {
                    let value = percent_decode_str(segment).decode_utf8_lossy().into_owned();
                    parameters.push((name.to_owned(), value));
                }
                None if segment == expected => {}
                _ => return None,
            }
        }
        Some(parameters)
    }
}
