//! What the schemas of the contract say in words of their own, so that to generators they are plain objects.
//!
//! - `x-exactly-one-of`: of these properties of an object exactly one is there and not null.
//! - `x-min-items`: `minItems` of an array that has as many items at most, of which generators would make a tuple.
//! - `x-pattern-properties`: `patternProperties` of an object that has no others beside them and its `properties`.

use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::{Value, json};

/// Writes those as JSON Schema that are a part of it.
pub(super) fn written_out(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(written_out).collect(),
        Value::Object(mut object) => {
            if let Some(number) = object.remove("x-min-items") {
                object.insert("minItems".to_owned(), number);
            }
            if let Some(properties) = object.remove("x-pattern-properties") {
                object.insert("patternProperties".to_owned(), properties);
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            let entries = object.into_iter();
            entries.map(|(key, value)| (key, written_out(value))).collect()
        }
        other => other,
    }
}

struct ExactlyOneOf(Vec<String>);

impl<'i> Keyword<'i> for ExactlyOneOf {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            Ok(())
        } else {
            let names = self.0.join(", ");
            Err(ValidationError::custom(format!(
                "exactly one of {names} must be set"
            )))
        }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        let is_set = |name: &&String| !instance[name.as_str()].is_null();
        !instance.is_object() || self.0.iter().filter(is_set).count() == 1
    }
}

/// Checks the one that is not.
pub(super) fn with_keywords(options: ValidationOptions) -> ValidationOptions {
    options.with_keyword("x-exactly-one-of", |_, value, _| {
        let names = serde_json::from_value(value.clone());
        let names = names.unwrap_or_else(|error| panic!("openapi.yaml: x-exactly-one-of: {error}"));
        Ok(Box::new(ExactlyOneOf(names)))
    })
}
