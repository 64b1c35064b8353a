//! Comparing answers: of both encodings, before and after.

use std::time::Instant;

use serde_json::{Value, json};

use crate::encoding::{BOTH, Encoding};
use crate::failure::{Outcome, equal, holds};
use crate::http::Exchange;
use crate::person::{Answers as _, Person};

/// Sends a request in both encodings, and fails where the answers can be told apart. Gives one exchange.
#[track_caller]
pub(super) fn in_both(send: impl Fn(Encoding) -> Outcome<Exchange>) -> Outcome<Exchange> {
    in_both_but_for(&[], send)
}

/// The same where each request sets these fields to its own time, which may be the next second.
#[track_caller]
pub(super) fn in_both_but_for(
    times: &[&str],
    send: impl Fn(Encoding) -> Outcome<Exchange>,
) -> Outcome<Exchange> {
    let start = Instant::now();
    let (json, form) = (send(Encoding::Json)?, send(Encoding::Form)?);
    // Of a time, what is below a second is cut off.
    let most = i64::try_from(start.elapsed().as_secs() + 1).unwrap_or(i64::MAX);
    let (mut first, mut second) = (essence(&json), essence(&form));
    for field in times {
        let seen = [&mut first, &mut second].map(|(.., body)| body.get_mut(field).map(Value::take));
        let [one, other] = seen.each_ref().map(|time| time.as_ref().and_then(Value::as_i64));
        let apart = one.zip(other).map(|(one, other)| other - one);
        holds(
            &format!("{field} is the time of each request"),
            apart.is_some_and(|apart| (0..=most).contains(&apart)),
            seen,
        )?;
    }
    equal("a form's answer beside that of JSON", second, first)?;
    Ok(json)
}

/// What can be told apart of an answer, but for when people were last active: that comes some seconds late.
fn essence(exchange: &Exchange) -> (u16, Vec<(String, String)>, Value) {
    let (status, mut headers, body) = exchange.answer.essence();
    headers.retain(|(name, _)| name != "content-length");
    let body = serde_json::from_str(&body).map_or_else(|_| json!(body), without_activity);
    (status, headers, body)
}

/// Walks a parameter of an update through its states, absent, null and a value, in both encodings. What the resource
/// shows otherwise must never move.
#[track_caller]
pub(super) fn walk_states(
    caller: &Person,
    path: &str,
    param: &str,
    values: &[Value],
    is_nullable: bool,
) -> Outcome {
    let mut expected = without_activity(caller.get(path).answers(200)?);
    for encoding in BOTH {
        for value in values {
            expected[param] = value.clone();
            let changed = caller.put_in(encoding, path, &json!({param: value}));
            equal(
                "what a value makes of it",
                without_activity(changed.answers(200)?),
                expected.clone(),
            )?;
            let unchanged = caller.put_in(encoding, path, &json!({}));
            equal(
                "without the parameter",
                without_activity(unchanged.answers(200)?),
                expected.clone(),
            )?;
            equal(
                "it afterwards",
                without_activity(caller.get(path).answers(200)?),
                expected.clone(),
            )?;
        }
        let nulled = caller.put_in(encoding, path, &json!({param: null}));
        if is_nullable {
            expected[param] = Value::Null;
            equal(
                "what null makes of it",
                without_activity(nulled.answers(200)?),
                expected.clone(),
            )?;
        } else {
            nulled.refused(400, "parameter_invalid", Some(param))?;
        }
        equal(
            "it after null",
            without_activity(caller.get(path).answers(200)?),
            expected.clone(),
        )?;
    }
    Ok(())
}

/// A resource without what is another at any time: when people were last active, which follows from what they send
/// within about a second, and the links of files.
pub(super) fn without_activity(mut resource: Value) -> Value {
    match &mut resource {
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| *item = without_activity(item.take())),
        Value::Object(entries) => {
            if entries.contains_key("username") {
                entries.insert("last_active_at".to_owned(), Value::Null);
            }
            if entries.contains_key("file_url") {
                for link in ["file_url", "preview_url", "expires_at"] {
                    entries.insert(link.to_owned(), Value::Null);
                }
            }
            entries
                .values_mut()
                .for_each(|value| *value = without_activity(value.take()));
        }
        _ => {}
    }
    resource
}

/// What somebody sees at these paths, for comparing it later.
#[track_caller]
pub(super) fn view(caller: &Person, paths: &[impl AsRef<str>]) -> Outcome<Vec<Value>> {
    let mut seen = Vec::new();
    for path in paths {
        seen.push(without_activity(caller.get(path.as_ref()).answers(200)?));
    }
    Ok(seen)
}
