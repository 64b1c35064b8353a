//! Conditions of writes, and leaving parts of them out.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html>

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::call::Call;

/// Holds for every row. DynamoDB takes no empty condition, and a condition check must have one.
const ALWAYS: &str = "attribute_exists(pk) OR attribute_not_exists(pk)";

/// A part of a write's condition: one of the expressions that `AND` joins, or all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conjunct {
    /// `Put`, `Update`, `Delete`, or `ConditionCheck` in a transaction.
    pub operation: &'static str,
    /// The row's key, or for a `Put` the whole row.
    pub row: Value,
    /// The whole condition.
    pub expression: String,
    /// The part.
    pub text: String,
}

/// Chooses the parts that are left out.
#[derive(Clone)]
pub struct Omission(Arc<dyn Fn(&Conjunct) -> bool + Send + Sync>);

impl Omission {
    /// Leaves out the parts for which `is_left_out` holds.
    pub fn new(is_left_out: impl Fn(&Conjunct) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_left_out))
    }

    pub(super) fn apply(&self, call: &mut Call) {
        for (operation, write) in writes(&call.operation, &mut call.body) {
            let conjuncts = conjuncts(operation, write);
            let kept: Vec<_> = conjuncts
                .iter()
                .filter(|conjunct| !(self.0)(conjunct))
                .map(|conjunct| conjunct.text.as_str())
                .collect();
            if kept.len() == conjuncts.len() {
                continue;
            }
            let expression = if kept.is_empty() {
                ALWAYS.to_owned()
            } else {
                kept.join(" AND ")
            };
            write["ConditionExpression"] = expression.into();
            drop_unused(write);
        }
    }
}

impl fmt::Debug for Omission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Omission")
    }
}

impl Call {
    /// All parts of all conditions that the call's writes have.
    #[must_use]
    pub fn conjuncts(&self) -> Vec<Conjunct> {
        let mut body = self.body.clone();
        writes(&self.operation, &mut body)
            .into_iter()
            .flat_map(|(operation, write)| conjuncts(operation, write))
            .collect()
    }
}

/// The writes of a request, each with its operation.
fn writes<'a>(operation: &str, body: &'a mut Value) -> Vec<(&'static str, &'a mut Value)> {
    match operation {
        "PutItem" => vec![("Put", body)],
        "UpdateItem" => vec![("Update", body)],
        "DeleteItem" => vec![("Delete", body)],
        "TransactWriteItems" => {
            let items = body["TransactItems"].as_array_mut();
            let parts = items.into_iter().flatten().filter_map(Value::as_object_mut);
            parts
                .flatten()
                .filter_map(|(kind, write)| Some((in_transaction(kind)?, write)))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn in_transaction(kind: &str) -> Option<&'static str> {
    ["Put", "Update", "Delete", "ConditionCheck"]
        .into_iter()
        .find(|known| *known == kind)
}

fn conjuncts(operation: &'static str, write: &Value) -> Vec<Conjunct> {
    let Some(expression) = write["ConditionExpression"].as_str() else {
        return Vec::new();
    };
    let row = [&write["Key"], &write["Item"]]
        .into_iter()
        .find(|row| row.is_object());
    split(expression)
        .into_iter()
        .map(|text| Conjunct {
            operation,
            row: row.cloned().unwrap_or_default(),
            expression: expression.to_owned(),
            text: text.to_owned(),
        })
        .collect()
}

/// The expressions that `AND` joins, outside of parentheses. One part if there is an `OR` outside of them, which binds
/// more loosely.
fn split(expression: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    let mut is_between = false;
    for (at, word) in words(expression) {
        match word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            "OR" => return vec![expression.trim()],
            "BETWEEN" => is_between = true,
            "AND" if is_between => is_between = false,
            "AND" => {
                parts.push(expression[start..at].trim());
                start = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(expression[start..].trim());
    parts
}

/// Words and parentheses, each with its place.
fn words(expression: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |letter: char| letter.is_alphanumeric() || "_#:.".contains(letter);
    let mut rest = 0;
    std::iter::from_fn(move || {
        let text = &expression[rest..];
        let start = rest + text.find(|letter: char| !letter.is_whitespace())?;
        let text = &expression[start..];
        let length = match text.find(|letter| !is_word(letter)) {
            Some(0) => text.chars().next().map_or(0, char::len_utf8),
            Some(length) => length,
            None => text.len(),
        };
        rest = start + length;
        Some((start, &text[..length]))
    })
}

/// Drops the names and values that no expression uses any more, which DynamoDB refuses.
fn drop_unused(write: &mut Value) {
    let texts =
        ["ConditionExpression", "UpdateExpression"].map(|name| write[name].as_str().unwrap_or_default());
    let used: Vec<String> = texts
        .iter()
        .flat_map(|text| words(text))
        .flat_map(|(_, word)| word.split('.'))
        .map(str::to_owned)
        .collect();
    for list in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        let Some(entries) = write.get_mut(list).and_then(Value::as_object_mut) else {
            continue;
        };
        entries.retain(|name, _| used.contains(name));
        if entries.is_empty()
            && let Some(write) = write.as_object_mut()
        {
            write.remove(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_condition_has_parts() {
        for (expression, parts) in [
            ("a = :a", vec!["a = :a"]),
            ("a = :a AND b < :b", vec!["a = :a", "b < :b"]),
            (
                "a = :a AND (b = :b OR c = :c AND d = :d) AND size(e) = :e",
                vec!["a = :a", "(b = :b OR c = :c AND d = :d)", "size(e) = :e"],
            ),
            ("a = :a OR b = :b AND c = :c", vec!["a = :a OR b = :b AND c = :c"]),
            (
                "a BETWEEN :a AND :b AND ANDREW = :c",
                vec!["a BETWEEN :a AND :b", "ANDREW = :c"],
            ),
        ] {
            assert_eq!(split(expression), parts, "{expression}");
        }
    }

    #[test]
    fn a_part_is_left_out_with_what_only_it_uses() {
        let update = json!({
            "Key": {"pk": {"S": "A"}},
            "UpdateExpression": "SET #r.#k1 = :r",
            "ConditionExpression": "#r < :r AND a = :a",
            "ExpressionAttributeNames": {"#r": "rank", "#k1": "one"},
            "ExpressionAttributeValues": {":r": {"N": "1"}, ":a": {"N": "2"}},
        });
        let check = json!({
            "Key": {"pk": {"S": "B"}},
            "ConditionExpression": "a = :a",
            "ExpressionAttributeValues": {":a": {"N": "2"}},
        });
        let mut call = Call {
            function: None,
            environment: None,
            number: 1,
            operation: "TransactWriteItems".to_owned(),
            body: json!({"TransactItems": [{"Update": update}, {"ConditionCheck": check}]}),
        };
        assert_eq!(call.conjuncts().len(), 3);
        Omission::new(|conjunct| conjunct.text == "a = :a").apply(&mut call);
        let mut expected = update;
        expected["ConditionExpression"] = json!("#r < :r");
        expected["ExpressionAttributeValues"] = json!({":r": {"N": "1"}});
        let check = json!({"Key": {"pk": {"S": "B"}}, "ConditionExpression": ALWAYS});
        assert_eq!(
            call.body,
            json!({"TransactItems": [{"Update": expected}, {"ConditionCheck": check}]})
        );
    }
}
