//! The shape of a table: what is in it, but for the names of ids and the times. Two tables of the same shape look the
//! same to everybody, so that one look at them is enough.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

/// The length of an id.
const ID: usize = 16;
/// What changes with each attempt and is never shown.
const UNSEEN: [&str; 3] = ["revision", "epoch", "hash"];
/// What partitions are named after that draw something by chance: the rows tell themselves what they belong to.
const DRAWN: [&str; 3] = ["CONVERSATION#", "FILES#", "TOKEN#"];
/// A number from here on is a time, in seconds.
const TIMES: f64 = 1e9;

/// The shape of these rows.
pub(crate) fn shape(rows: &[Value]) -> String {
    let mut ids = BTreeMap::new();
    for row in rows {
        each_text(row, &mut |text| {
            for part in parts(text).filter(|part| part.len() == ID) {
                ids.entry(part.to_owned()).or_insert(0);
            }
        });
    }
    for (place, number) in ids.values_mut().enumerate() {
        *number = place;
    }
    let mut lines: Vec<_> = rows.iter().map(|row| line(row, &ids)).collect();
    lines.sort();
    lines.concat()
}

fn line(row: &Value, ids: &BTreeMap<String, usize>) -> String {
    let mut line = String::new();
    for (name, value) in row.as_object().unwrap() {
        let drawn = DRAWN
            .iter()
            .find(|drawn| name == "pk" && value["S"].as_str().unwrap().starts_with(**drawn));
        if let Some(drawn) = drawn {
            line.push_str(drawn);
        } else if !UNSEEN.contains(&&**name) {
            write!(line, "{name} ").unwrap();
            write_value(value, ids, &mut line);
        }
    }
    line + "\n"
}

fn write_value(value: &Value, ids: &BTreeMap<String, usize>, line: &mut String) {
    match value {
        Value::String(text) => {
            if text.parse().is_ok_and(|number: f64| number >= TIMES) {
                line.push_str("time ");
                return;
            }
            for part in parts(text) {
                match ids.get(part) {
                    Some(id) => write!(line, "#{id} ").unwrap(),
                    None => write!(line, "{part} ").unwrap(),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| write_value(value, ids, line)),
        Value::Object(values) => {
            let mut named: Vec<_> = values
                .iter()
                .map(|(name, value)| {
                    let mut text = String::new();
                    write_value(&Value::String(name.clone()), ids, &mut text);
                    write_value(value, ids, &mut text);
                    text
                })
                .collect();
            named.sort();
            line.extend(named);
        }
        _ => write!(line, "{value} ").unwrap(),
    }
}

/// Calls `look` with every text, and every key, in a value.
fn each_text(value: &Value, look: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(values) => values.iter().for_each(|value| each_text(value, look)),
        Value::Object(values) => {
            for (name, value) in values {
                look(name);
                each_text(value, look);
            }
        }
        _ => {}
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}
