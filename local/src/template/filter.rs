//! Filter patterns of event source mappings.
//!
//! The rules: <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax>.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// A filter pattern. An event matches when every key of the pattern does.
#[derive(Debug, Clone)]
pub struct Pattern(Node);

#[derive(Debug, Clone)]
enum Node {
    /// Every one must match.
    All(Vec<(String, Node)>),
    /// `$or`: at least one must match.
    Either(Vec<Node>),
    /// A leaf: at least one rule must match.
    Leaf(Vec<Rule>),
}

#[derive(Debug, Clone)]
enum Rule {
    Equals(Value),
    EqualsIgnoreCase(String),
    Prefix(String),
    Suffix(String),
    AnythingBut(Vec<Rule>),
    Exists(bool),
    Numeric(Vec<(Comparison, f64)>),
}

#[derive(Debug, Clone, Copy)]
enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Pattern {
    /// Parses a pattern from its JSON text.
    pub fn parse(text: &str) -> Result<Self> {
        let context = || format!("the filter pattern {text}");
        let value: Value = serde_json::from_str(text).with_context(context)?;
        let object = value
            .as_object()
            .context("a pattern must be an object")
            .with_context(context)?;
        Ok(Self(Node::all(object).with_context(context)?))
    }

    /// Whether the event matches.
    #[must_use]
    pub fn matches(&self, event: &Value) -> bool {
        self.0.matches(Some(event))
    }
}

impl Node {
    fn all(object: &Map<String, Value>) -> Result<Self> {
        let mut nodes = Vec::new();
        for (key, value) in object {
            let node = match value {
                Value::Array(alternatives) if key == "$or" => Self::Either(
                    alternatives
                        .iter()
                        .map(|alternative| Self::all(alternative.as_object().context("$or needs objects")?))
                        .collect::<Result<_>>()?,
                ),
                Value::Array(rules) => Self::Leaf(rules.iter().map(Rule::parse).collect::<Result<_>>()?),
                Value::Object(object) => Self::all(object)?,
                other => bail!("{key} must be a list or an object, not {other}"),
            };
            nodes.push((key.clone(), node));
        }
        Ok(Self::All(nodes))
    }

    fn matches(&self, value: Option<&Value>) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|(key, node)| match node {
                Self::Either(_) => node.matches(value),
                _ => node.matches(value.and_then(|value| value.get(key))),
            }),
            Self::Either(nodes) => nodes.iter().any(|node| node.matches(value)),
            Self::Leaf(rules) => match value {
                // A list matches when one of its elements does.
                Some(Value::Array(items)) => {
                    rules.iter().any(|rule| matches!(rule, Rule::Exists(true)))
                        || items
                            .iter()
                            .any(|item| rules.iter().any(|rule| rule.matches(Some(item))))
                }
                value => rules.iter().any(|rule| rule.matches(value)),
            },
        }
    }
}

impl Rule {
    fn parse(rule: &Value) -> Result<Self> {
        let Value::Object(object) = rule else {
            return Ok(Self::Equals(rule.clone()));
        };
        let (name, argument) = object
            .iter()
            .next()
            .filter(|_| object.len() == 1)
            .context("a rule has one operator")?;
        let text = || {
            argument
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("{name} needs a text"))
        };
        Ok(match name.as_str() {
            "prefix" => Self::Prefix(text()?),
            "suffix" => Self::Suffix(text()?),
            "equals-ignore-case" => Self::EqualsIgnoreCase(text()?),
            "exists" => Self::Exists(argument.as_bool().context("exists needs true or false")?),
            "anything-but" => Self::AnythingBut(match argument {
                Value::Array(items) => items.iter().map(Self::parse).collect::<Result<_>>()?,
                one => vec![Self::parse(one)?],
            }),
            "numeric" => Self::Numeric(comparisons(argument)?),
            other => bail!("the operator {other} is not supported"),
        })
    }

    fn matches(&self, value: Option<&Value>) -> bool {
        if let Self::Exists(expected) = self {
            return value.is_some() == *expected;
        }
        let Some(value) = value else {
            return false;
        };
        let text = value.as_str();
        match self {
            Self::Equals(expected) => equal(value, expected),
            Self::EqualsIgnoreCase(expected) => text.is_some_and(|text| text.eq_ignore_ascii_case(expected)),
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Self::Suffix(suffix) => text.is_some_and(|text| text.ends_with(suffix)),
            Self::AnythingBut(rules) => !rules.iter().any(|rule| rule.matches(Some(value))),
            Self::Exists(_) => true,
            Self::Numeric(comparisons) => value.as_f64().is_some_and(|number| {
                comparisons
                    .iter()
                    .all(|(comparison, limit)| comparison.holds(number, *limit))
            }),
        }
    }
}

/// Numbers are equal by value: `1` and `1.0`.
fn equal(value: &Value, expected: &Value) -> bool {
    match (value.as_f64(), expected.as_f64()) {
        (Some(value), Some(expected)) => Comparison::Equal.holds(value, expected),
        _ => value == expected,
    }
}

fn comparisons(argument: &Value) -> Result<Vec<(Comparison, f64)>> {
    let parts = argument.as_array().context("numeric needs a list")?;
    let (pairs, rest) = parts.as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        bail!("numeric needs pairs of a comparison and a number");
    }
    pairs
        .iter()
        .map(|[comparison, number]| {
            let comparison = match comparison.as_str() {
                Some("=") => Comparison::Equal,
                Some("<") => Comparison::Less,
                Some("<=") => Comparison::LessOrEqual,
                Some(">") => Comparison::Greater,
                Some(">=") => Comparison::GreaterOrEqual,
                _ => bail!("the comparison {comparison} is not supported"),
            };
            Ok((comparison, number.as_f64().context("numeric needs numbers")?))
        })
        .collect()
}

impl Comparison {
    fn holds(self, number: f64, limit: f64) -> bool {
        match self {
            Self::Equal => number.total_cmp(&limit).is_eq(),
            Self::Less => number < limit,
            Self::LessOrEqual => number <= limit,
            Self::Greater => number > limit,
            Self::GreaterOrEqual => number >= limit,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(pattern: &Value, event: &Value) -> bool {
        Pattern::parse(&pattern.to_string()).unwrap().matches(event)
    }

    #[test]
    fn every_key_and_one_of_its_values() {
        let pattern =
            json!({"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"pk": {"S": ["WORK"]}}}});
        let event =
            |name: &str, pk: &str| json!({"eventName": name, "dynamodb": {"Keys": {"pk": {"S": pk}}}});
        assert!(matches(&pattern, &event("INSERT", "WORK")));
        assert!(matches(&pattern, &event("MODIFY", "WORK")));
        assert!(!matches(&pattern, &event("REMOVE", "WORK")));
        assert!(!matches(&pattern, &event("INSERT", "C#1")));
        assert!(!matches(&pattern, &json!({"eventName": "INSERT"})));
    }

    #[test]
    fn operators() {
        for (rule, value, expected) in [
            (json!({"prefix": "C#"}), json!("C#1"), true),
            (json!({"prefix": "C#"}), json!("P#1"), false),
            (json!({"suffix": "1"}), json!("C#1"), true),
            (json!({"equals-ignore-case": "kate"}), json!("Kate"), true),
            (json!({"anything-but": ["a", "b"]}), json!("c"), true),
            (json!({"anything-but": ["a", "b"]}), json!("a"), false),
            (json!({"anything-but": {"prefix": "a"}}), json!("abc"), false),
            (json!({"numeric": [">", 1, "<=", 5]}), json!(5), true),
            (json!({"numeric": [">", 1, "<=", 5]}), json!(1), false),
            (json!({"numeric": ["=", 1]}), json!("1"), false),
            (json!({"exists": true}), json!("x"), true),
            (json!({"exists": false}), json!("x"), false),
            (json!(null), json!(null), true),
            (json!(1), json!(1.0), true),
            (json!("a"), json!(["b", "a"]), true),
            (json!("a"), json!(["b"]), false),
        ] {
            assert_eq!(
                matches(&json!({"k": [rule]}), &json!({"k": value})),
                expected,
                "{rule} {value}"
            );
        }
    }

    #[test]
    fn absence() {
        let pattern = json!({"dynamodb": {"OldImage": {"deleted_at": {"N": [{"exists": false}]}}}});
        assert!(matches(&pattern, &json!({"dynamodb": {}})));
        assert!(!matches(
            &pattern,
            &json!({"dynamodb": {"OldImage": {"deleted_at": {"N": "1"}}}})
        ));
    }

    #[test]
    fn or_over_several_keys() {
        let pattern = json!({"a": [1], "$or": [{"b": [1]}, {"c": [1]}]});
        assert!(matches(&pattern, &json!({"a": 1, "c": 1})));
        assert!(!matches(&pattern, &json!({"a": 1, "c": 2})));
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for text in [
            "[]",
            "{",
            r#"{"a": 1}"#,
            r#"{"a": [{"cidr": "x"}]}"#,
            r#"{"a": [{"numeric": [">"]}]}"#,
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
