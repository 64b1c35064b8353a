//! A function's log lines, made readable: the JSON of `tracing` becomes `LEVEL message key=value`.

use serde_json::{Map, Value};

/// The width of the longest common function names, so that messages line up.
const NAME_WIDTH: usize = 20;

/// Keys that say nothing on one machine: the line has just been written, and by this function.
const NOISE: [&str; 6] = ["timestamp", "target", "span", "spans", "threadId", "threadName"];

/// One line of a function.
pub(super) fn line(function: &str, line: &str) -> String {
    match serde_json::from_str::<Map<String, Value>>(line) {
        Ok(object) => prefixed(function, &event(object)),
        Err(_) => prefixed(function, line),
    }
}

/// A text behind a name. Further lines are indented.
pub(super) fn prefixed(name: &str, text: &str) -> String {
    let indented = text.replace('\n', &format!("\n{:NAME_WIDTH$}   ", ""));
    format!("{name:>NAME_WIDTH$} | {indented}")
}

fn event(mut object: Map<String, Value>) -> String {
    let level = object
        .remove("level")
        .map(|level| plain(&level))
        .unwrap_or_default();
    if let Some(Value::Object(fields)) = object.remove("fields") {
        object.extend(fields);
    }
    let mut parts = vec![format!("{level:>5}")];
    if let Some(message) = object.remove("message") {
        parts.push(plain(&message));
    }
    let fields = object.iter().filter(|(key, _)| !NOISE.contains(&key.as_str()));
    parts.extend(fields.map(|(key, value)| format!("{key}={}", plain(value))));
    parts.join(" ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracing_json_becomes_readable() {
        let json =
            r#"{"timestamp":"x","level":"WARN","fields":{"message":"slow","ms":12},"target":"t","spans":[]}"#;
        assert_eq!(line("me-get", json), "              me-get |  WARN slow ms=12");
        let flat = r#"{"level":"INFO","message":"done","status":200}"#;
        assert_eq!(
            line("me-get", flat),
            "              me-get |  INFO done status=200"
        );
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        assert_eq!(
            line("a", "thread 'main' panicked"),
            "                   a | thread 'main' panicked"
        );
        assert_eq!(
            prefixed("a", "x\ny"),
            "                   a | x\n                       y"
        );
    }
}
