//! A request, read back from the bytes that were sent.

use percent_encoding::percent_decode_str;

/// A request as the API saw it.
pub(super) struct Question {
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
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let (head, body) = end.map_or((bytes, &[][..]), |end| (&bytes[..end], &bytes[end + 4..]));
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let mut words = first.splitn(3, ' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Self {
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: lines.filter_map(header).collect(),
            body: body.to_vec(),
            is_http: method.bytes().all(|byte| byte.is_ascii_graphic())
                && target.bytes().all(|byte| byte.is_ascii_graphic()),
            method,
        }
    }

    /// A header's value; the first, where a test repeats it.
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
