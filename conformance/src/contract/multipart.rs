//! Bodies of `multipart/form-data`: RFC 7578.

use serde_json::map::Entry;
use serde_json::{Map, Value, json};

/// The parts by their names: each byte as a character, so that lengths are those of the file. What stands twice is a
/// list, which the schema of a file does not take.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Value, String> {
    let boundary = boundary(content_type).ok_or("it has no boundary")?;
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter has no line before it.
    let text = [b"\r\n", body].concat();
    let mut rest = split_once(&text, &delimiter).ok_or("it has no part")?.1;
    let mut object = Map::new();
    while !rest.starts_with(b"--") {
        let (part, next) = split_once(rest, &delimiter).ok_or("it does not end")?;
        let (head, content) = split_once(part, b"\r\n\r\n").ok_or("a part has no end of its headers")?;
        let name = name(&String::from_utf8_lossy(head)).ok_or("a part has no name")?;
        let content = json!(content.iter().map(|byte| char::from(*byte)).collect::<String>());
        match object.entry(name) {
            Entry::Vacant(place) => _ = place.insert(content),
            Entry::Occupied(mut place) => {
                let first = place.get_mut();
                *first = json!([first.take(), content]);
            }
        }
        rest = next;
    }
    Ok(Value::Object(object))
}

fn split_once<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut windows = bytes.windows(separator.len());
    let at = windows.position(|window| window == separator)?;
    Some((&bytes[..at], &bytes[at + separator.len()..]))
}

fn boundary(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1);
    parameters.find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary")
            .then(|| value.trim_matches('"').to_owned())
    })
}

/// What `Content-Disposition` calls the part. The name stands before that of the file, which may hold anything.
fn name(head: &str) -> Option<String> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))?;
    let mut parameters = value.split(';').map(str::trim);
    let name = parameters.find_map(|parameter| parameter.strip_prefix("name="))?;
    Some(name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn parts_are_read_by_their_names() {
        let file = "--a b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x;y.txt\"\r\n\
                    Content-Type: text/plain\r\n\r\none\r\n--two\r\n";
        let end = "--a b--\r\n";
        let content_type = "multipart/form-data; boundary=\"a b\"";
        for (body, expected) in [
            (format!("{file}{end}"), Ok(json!({"file": "one\r\n--two"}))),
            (
                format!("{file}{file}{end}"),
                Ok(json!({"file": ["one\r\n--two", "one\r\n--two"]})),
            ),
            (
                format!("--a b\r\ncontent-disposition: form-data; name=x\r\n\r\n\r\n{end}"),
                Ok(json!({"x": ""})),
            ),
            (end.to_owned(), Ok(json!({}))),
            (file.to_owned(), Err("it does not end".to_owned())),
            (String::new(), Err("it has no part".to_owned())),
        ] {
            assert_eq!(read(content_type, body.as_bytes()), expected, "{body}");
        }
    }
}
