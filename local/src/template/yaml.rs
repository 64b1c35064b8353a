//! `CloudFormation`'s YAML as JSON: short tags (`!Ref X`) become their long forms (`{"Ref": "X"}`).

use anyhow::{Context, Result, bail};
use saphyr::{LoadableYamlNode, Scalar, Tag, Yaml};
use serde_json::{Map, Value, json};

/// Parses one YAML document.
pub fn parse(text: &str) -> Result<Value> {
    let mut documents = Yaml::load_from_str(text).context("not valid YAML")?;
    match documents.len() {
        1 => to_json(documents.remove(0)),
        count => bail!("one YAML document expected, found {count}"),
    }
}

fn to_json(node: Yaml) -> Result<Value> {
    Ok(match node {
        Yaml::Value(scalar) => from_scalar(scalar),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(to_json).collect::<Result<_>>()?),
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                object.insert(from_key(key)?, to_json(value)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tag, inner) => long_form(&tag, to_json(*inner)?),
        Yaml::Representation(text, ..) => Value::String(text.into_owned()),
        Yaml::Alias(_) | Yaml::BadValue => bail!("a YAML value that can't be read"),
    })
}

fn from_scalar(scalar: Scalar) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Integer(value) => json!(value),
        Scalar::FloatingPoint(value) => json!(value.into_inner()),
        Scalar::String(value) => json!(value),
    }
}

fn from_key(key: Yaml) -> Result<String> {
    match to_json(key)? {
        Value::String(text) => Ok(text),
        other => Ok(other.to_string()),
    }
}

fn long_form(tag: &Tag, value: Value) -> Value {
    match tag.suffix.as_str() {
        name @ ("Ref" | "Condition") => json!({ name: value }),
        "GetAtt" => {
            let parts = match &value {
                Value::String(text) => text
                    .split_once('.')
                    .map(|(resource, attribute)| json!([resource, attribute])),
                _ => None,
            };
            json!({ "Fn::GetAtt": parts.unwrap_or(value) })
        }
        name => json!({ format!("Fn::{name}"): value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tags_become_long_forms() {
        let text = "a: !Ref Table\nb: !GetAtt Table.Arn\nc: !Sub '${A}-b'\nd: !If [C, 1, true]\ne: !Equals [!Ref X, 'y']";
        assert_eq!(
            parse(text).unwrap(),
            json!({
                "a": {"Ref": "Table"},
                "b": {"Fn::GetAtt": ["Table", "Arn"]},
                "c": {"Fn::Sub": "${A}-b"},
                "d": {"Fn::If": ["C", 1, true]},
                "e": {"Fn::Equals": [{"Ref": "X"}, "y"]},
            })
        );
    }

    #[test]
    fn a_quoted_number_stays_a_string() {
        assert_eq!(
            parse("'2010-09-09': '10'\n10: x").unwrap(),
            json!({"2010-09-09": "10", "10": "x"})
        );
    }
}
