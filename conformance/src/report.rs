//! What is said of a run: for people and for programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Client, Exchange, Measured};
use crate::failure::Failure;
use crate::http::Request;
use crate::runner::Finished;

/// Longer texts are cut: some cases send a megabyte.
const MOST_SHOWN: usize = 2_000;

/// A finished run.
pub struct Report {
    /// Every case, in order.
    pub finished: Vec<Finished>,
    url: String,
    time: Duration,
    lanes: usize,
    throttled: usize,
    /// Every operation of the contract, with what was seen of it.
    operations: Vec<(String, Measured)>,
}

impl Report {
    pub(crate) fn new(client: &Client, finished: Vec<Finished>, time: Duration, lanes: usize) -> Self {
        let mut measured = client.measured();
        let operations = client.contract.operations().map(|(method, path)| {
            let name = format!("{method} {path}");
            let measured = measured.remove(&name).unwrap_or_default();
            (name, measured)
        });
        Self {
            finished,
            url: client.base().to_owned(),
            time,
            lanes,
            throttled: client.throttled(),
            operations: operations.collect(),
        }
    }

    /// How many rules do not hold.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.finished.iter().filter(|done| done.outcome.is_err()).count()
    }

    /// How many rules this deployment gave nothing to check by.
    #[must_use]
    pub fn unchecked(&self) -> usize {
        let finished = self.finished.iter();
        finished
            .filter(|done| done.outcome.is_ok() && done.unchecked.is_some())
            .count()
    }

    /// The operations that never succeeded in this run.
    pub fn never_succeeded(&self) -> impl Iterator<Item = &str> {
        let operations = self.operations.iter();
        operations
            .filter(|(_, measured)| measured.succeeded == 0)
            .map(|(name, _)| name.as_str())
    }

    /// The end of the report: how long each operation took, and one line that says it all.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut text = format!(
            "\n{:<44}{:>9}{:>9}{:>9}\n",
            "Answers as seen from here", "requests", "p50 ms", "p95 ms"
        );
        for (name, measured) in self.operations.iter().filter(|(_, seen)| !seen.times.is_empty()) {
            let (count, p50, p95) = (
                measured.times.len(),
                percentile(measured, 50),
                percentile(measured, 95),
            );
            _ = writeln!(text, "{name:<44}{count:>9}{p50:>9.1}{p95:>9.1}");
        }
        if self.throttled > 0 {
            _ = writeln!(
                text,
                "\nThe gateway throttled {} requests; they were sent again.",
                self.throttled
            );
        }
        let (all, failed, unchecked) = (self.finished.len(), self.failed(), self.unchecked());
        let also = |count: usize, what: &str| match count {
            0 => String::new(),
            count => format!(", {count} {what}"),
        };
        _ = writeln!(
            text,
            "\n{} of {all} rules hold at {}{}{} ({:.1} s, {} beside each other)",
            all - failed - unchecked,
            self.url,
            also(failed, "DO NOT"),
            also(unchecked, "could not be checked"),
            self.time.as_secs_f64(),
            self.lanes,
        );
        text
    }

    /// For programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let cases = self.finished.iter().map(|done| {
            json!({
                "section": done.section.title,
                "contract": done.section.contract,
                "rule": done.case.rule,
                "holds": done.outcome.is_ok() && done.unchecked.is_none(),
                "unchecked": done.unchecked,
                "seconds": done.time.as_secs_f64(),
                "failure": done.outcome.as_ref().err().map(|failure| self.failure_json(failure)),
            })
        });
        let operations = self.operations.iter().map(|(name, measured)| {
            json!({
                "operation": name,
                "requests": measured.times.len(),
                "succeeded": measured.succeeded,
                "p50_ms": percentile(measured, 50),
                "p95_ms": percentile(measured, 95),
            })
        });
        json!({
            "url": self.url,
            "rules": self.finished.len(),
            "failed": self.failed(),
            "unchecked": self.unchecked(),
            "seconds": self.time.as_secs_f64(),
            "throttled": self.throttled,
            "cases": cases.collect::<Vec<_>>(),
            "operations": operations.collect::<Vec<_>>(),
        })
    }

    fn failure_json(&self, failure: &Failure) -> Value {
        let exchange = failure.exchange.as_ref();
        json!({
            "problem": failure.problem,
            "expected": failure.expected.as_deref().map(unsigned),
            "actual": failure.actual.as_deref().map(unsigned),
            "place": failure.place.to_string(),
            "caller": exchange.and_then(|seen| seen.caller.as_deref()),
            "request": exchange.map(|seen| curl(&self.url, &seen.request)),
            "answer": exchange.map(answer),
        })
    }
}

/// What is said of one case.
#[must_use]
pub fn describe(done: &Finished, url: &str) -> String {
    let rule = done.case.rule;
    let Err(failure) = &done.outcome else {
        return match done.unchecked {
            None => format!("  ✓ {rule}\n"),
            Some(reason) => format!("  - {rule} (not checked: {reason})\n"),
        };
    };
    let mut text = format!("  ✗ {rule}\n");
    let mut line = |name: &str, value: &str| _ = writeln!(text, "      {name:<9} {}", cut(value));
    line("problem", &failure.problem);
    if let Some(exchange) = &failure.exchange {
        if let Some(caller) = &exchange.caller {
            line("caller", caller);
        }
        line("request", &curl(url, &exchange.request));
    }
    if let Some(expected) = &failure.expected {
        line("expected", &unsigned(expected));
    }
    if let Some(actual) = &failure.actual {
        line("actual", &unsigned(actual));
    }
    if let Some(exchange) = &failure.exchange {
        line("answer", &answer(exchange));
    }
    line("case", &failure.place.to_string());
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
