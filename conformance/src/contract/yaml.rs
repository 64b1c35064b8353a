//! YAML as JSON.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Value, json};

/// Parses a document without tags. An alias is what it names; a merge key (`<<`) would be a key like others.
///
/// # Panics
///
/// Where it is none.
pub(super) fn parse(text: &str) -> Value {
    let mut documents = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("openapi.yaml: {error}"));
    assert_eq!(documents.len(), 1, "openapi.yaml is one document");
    to_json(documents.remove(0))
}

fn to_json(node: Yaml) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Integer(value)) => json!(value),
        Yaml::Value(Scalar::FloatingPoint(value)) => json!(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => json!(value),
        Yaml::Sequence(items) => items.into_iter().map(to_json).collect(),
        Yaml::Mapping(entries) => Value::Object(
            entries
                .into_iter()
                .map(|(key, value)| match to_json(key) {
                    Value::String(key) => (key, to_json(value)),
                    other => (other.to_string(), to_json(value)),
                })
                .collect(),
        ),
        other => panic!("openapi.yaml: only plain YAML is read here, not {other:?}"),
    }
}
