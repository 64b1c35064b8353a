//! What is said of a rule that does not hold, and of a run as a whole.

use std::fmt::{self, Write as _};

use libtest_mimic::Conclusion;

use crate::client::{Client, Measured};
use crate::failure::Failure;
use crate::http::{Exchange, Request};

/// Longer texts are cut: some cases send a megabyte.
const MOST_SHOWN: usize = 2_000;

/// A finished run.
pub struct Report {
    /// How many rules hold, do not hold, and could not be checked (those are ignored).
    pub conclusion: Conclusion,
    throttled: usize,
    /// Every operation of the contract, with what was seen of it.
    operations: Vec<(String, Measured)>,
}

impl Report {
    pub(crate) fn new(client: &Client, conclusion: Conclusion) -> Self {
        let mut measured = client.measured();
        let operations = client.contract.operations().map(|(method, path)| {
            let name = format!("{method} {path}");
            let measured = measured.remove(&name).unwrap_or_default();
            (name, measured)
        });
        Self {
            conclusion,
            throttled: client.throttled(),
            operations: operations.collect(),
        }
    }

    /// The operations that never succeeded in this run.
    pub fn never_succeeded(&self) -> impl Iterator<Item = &str> {
        let operations = self.operations.iter();
        operations
            .filter(|(_, measured)| measured.succeeded == 0)
            .map(|(name, _)| name.as_str())
    }
}

/// How long each operation took.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = "Answers as seen from here";
        writeln!(f, "{title:<44}{:>9}{:>9}{:>9}", "requests", "p50 ms", "p95 ms")?;
        for (name, measured) in self.operations.iter().filter(|(_, seen)| !seen.times.is_empty()) {
            let [p50, p95] = [50, 95].map(|percent| percentile(measured, percent));
            writeln!(f, "{name:<44}{:>9}{p50:>9.1}{p95:>9.1}", measured.times.len())?;
        }
        if self.throttled > 0 {
            let count = self.throttled;
            writeln!(
                f,
                "\nThe gateway throttled {count} requests; they were sent again."
            )?;
        }
        Ok(())
    }
}

/// What is said of a rule that does not hold.
pub(crate) fn describe(failure: &Failure, url: &str) -> String {
    let exchange = failure.exchange.as_ref();
    let lines = [
        ("problem", Some(failure.problem.clone())),
        ("caller", exchange.and_then(|seen| seen.caller.clone())),
        ("request", exchange.map(|seen| curl(url, &seen.request))),
        ("expected", failure.expected.as_deref().map(unsigned)),
        ("actual", failure.actual.as_deref().map(unsigned)),
        ("answer", exchange.map(answer)),
        ("case", Some(failure.place.to_string())),
    ];
    let mut text = String::new();
    for (name, value) in lines {
        if let Some(value) = value {
            _ = writeln!(text, "{name:<9} {}", cut(&value));
        }
    }
    text
}

/// In milliseconds; 0 where nothing was measured.
fn percentile(measured: &Measured, percent: usize) -> f64 {
    let mut times = measured.times.clone();
    times.sort_unstable();
    let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
    times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

/// The answer in one line.
fn answer(exchange: &Exchange) -> String {
    let answer = &exchange.answer;
    let id = answer.header("x-request-id").unwrap_or("-");
    let body = String::from_utf8_lossy(&answer.body);
    format!("{} (x-request-id {id}) {}", answer.status, unsigned(&body))
}

/// Without the signatures of links: for an hour, they would be all that it takes to fetch a file.
fn unsigned(text: &str) -> String {
    const SIGNATURE: &str = "X-Amz-Signature=";
    let mut parts = text.split(SIGNATURE);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|character: char| character.is_ascii_hexdigit());
        shown.extend([SIGNATURE, "…", rest]);
    }
    shown
}

/// The request as a command. Whatever is in the place of a token is shown as `$TOKEN`.
fn curl(url: &str, request: &Request) -> String {
    let mut command = format!(
        "curl -X {} {}",
        request.method,
        quote(&format!("{url}{}", request.path))
    );
    for (name, value) in &request.headers {
        if name.eq_ignore_ascii_case("authorization") {
            let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
            let scheme = String::from_utf8_lossy(if scheme == value { b"" } else { scheme });
            _ = write!(command, " -H \"{name}: {}\"", format!("{scheme} $TOKEN").trim());
        } else {
            let value = String::from_utf8_lossy(value);
            _ = write!(command, " -H {}", quote(&format!("{name}: {value}")));
        }
    }
    if !request.body.is_empty() {
        let body = String::from_utf8_lossy(&request.body);
        _ = write!(command, " --data-binary {}", quote(&body));
    }
    command
}

/// As a shell reads it back.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{curl, unsigned};
    use crate::http::Request;

    #[test]
    fn neither_tokens_nor_signatures_are_shown() {
        let token = format!("ptc_{}", "0".repeat(52));
        let request = Request::new("POST", "/v1/contacts?a=1")
            .json(&json!({"username": "it's"}))
            .bearer(&token);
        assert_eq!(
            curl("https://api.example.com", &request),
            r#"curl -X POST 'https://api.example.com/v1/contacts?a=1' -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" --data-binary '{"username":"it'\''s"}'"#
        );
        let link = r#"{"url":"https://a.example/b?X-Amz-Signature=00ff&c=d","e":1}"#;
        assert_eq!(unsigned(link), link.replace("00ff", "…"));
        let bare = Request::new("GET", "/v1/me").header("Authorization", &token);
        assert!(!curl("https://api.example.com", &bare).contains("ptc_"));
    }
}
