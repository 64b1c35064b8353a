//! The schemas of the contract: JSON Schema 2020-12, as OpenAPI 3.1 has it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::map::Entry;
use serde_json::{Value, json};

use super::keywords::{with_keywords, written_out};

/// The contract as JSON, with each of its schemas compiled once.
pub(super) struct Document {
    json: Value,
    compiled: RefCell<HashMap<String, Arc<Schema>>>,
}

impl Document {
    pub(super) fn new(json: Value) -> Self {
        Self {
            json: written_out(json),
            compiled: RefCell::default(),
        }
    }

    /// What stands at a JSON pointer.
    pub(super) fn at(&self, pointer: &str) -> &Value {
        self.json
            .pointer(pointer)
            .unwrap_or_else(|| panic!("openapi.yaml has no {pointer}"))
    }

    /// `value`, or what its `$ref` means.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.at(reference.trim_start_matches('#')),
            None => value,
        }
    }

    pub(super) fn schema(&self, schema: &Value) -> Arc<Schema> {
        let text = schema.to_string();
        let known = self.compiled.borrow().get(&text).cloned();
        known.unwrap_or_else(|| {
            let compiled = Arc::new(Schema::new(self, schema));
            self.compiled.borrow_mut().insert(text, Arc::clone(&compiled));
            compiled
        })
    }

    /// Everything that a schema is put together from, itself included.
    fn parts<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let mut parts = vec![schema];
        if schema["$ref"].is_string() {
            parts.extend(self.parts(self.resolve(schema)));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let inner = schema[keyword].as_array().into_iter().flatten();
            parts.extend(inner.flat_map(|inner| self.parts(inner)));
        }
        parts
    }

    fn types(&self, schema: &Value) -> Types {
        let parts = self.parts(schema).into_iter();
        let named = parts.flat_map(|part| match &part["type"] {
            Value::Array(types) => types.clone(),
            other => vec![other.clone()],
        });
        Types(
            named
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
        )
    }
}

/// The types that a schema allows.
#[derive(Default)]
struct Types(BTreeSet<String>);

impl Types {
    /// A text of a query, a form or a header as the value that it stands for. The contract: `true` and `false` are
    /// booleans, and integers are decimal, without `+` and leading zeros.
    fn read(&self, text: &str) -> Value {
        if self.0.contains("boolean")
            && let Ok(value) = text.parse::<bool>()
        {
            return json!(value);
        }
        if self.0.contains("integer")
            && let Ok(number) = text.parse::<i64>()
            && number.to_string() == text
        {
            return json!(number);
        }
        json!(text)
    }
}

pub(super) struct Schema {
    validator: Validator,
    types: Types,
    /// Of an object.
    properties: BTreeMap<String, Types>,
}

impl Schema {
    fn new(document: &Document, schema: &Value) -> Self {
        let root = json!({"allOf": [schema], "components": {"schemas": document.at("/components/schemas")}});
        let validator = with_keywords(jsonschema::draft202012::options())
            .should_validate_formats(true)
            .build(&root)
            .unwrap_or_else(|error| panic!("openapi.yaml: {error} in {schema}"));
        let parts = document.parts(schema).into_iter();
        let properties = parts.filter_map(|part| part["properties"].as_object()).flatten();
        let mut types = BTreeMap::<_, Types>::new();
        for (name, property) in properties {
            let more = document.types(property).0;
            types.entry(name.clone()).or_default().0.extend(more);
        }
        Self {
            validator,
            types: document.types(schema),
            properties: types,
        }
    }

    /// Fails with everything that is wrong with `value`.
    pub(super) fn check(&self, value: &Value) -> Result<(), String> {
        let problems: Vec<_> = self
            .validator
            .iter_errors(value)
            .map(|error| format!("{error}, at {:?}", error.instance_path().to_string()))
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems.join("; "))
        }
    }

    /// The same for a value that was written as text.
    pub(super) fn check_text(&self, text: &str) -> Result<(), String> {
        self.check(&self.types.read(text))
    }

    /// A form as an object. An empty value is null. What is written as an array, such as `a[]` and `a[][b]`, and what is
    /// repeated is a list of texts, which no schema of a scalar takes.
    pub(super) fn read_form(&self, form: &[u8]) -> Value {
        let none = Types::default();
        let mut object = serde_json::Map::new();
        for (name, text) in form_urlencoded::parse(form) {
            let value = match &*text {
                "" => Value::Null,
                text => self.properties.get(&*name).unwrap_or(&none).read(text),
            };
            match object.entry(name) {
                Entry::Vacant(place) if place.key().contains("[]") => _ = place.insert(json!([text])),
                Entry::Vacant(place) => _ = place.insert(value),
                Entry::Occupied(mut place) => match place.get_mut() {
                    Value::Array(items) => items.push(json!(text)),
                    first => *first = json!([first.take(), value]),
                },
            }
        }
        Value::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Document;

    #[test]
    fn a_form_is_read_by_the_types_of_its_schema() {
        let document = Document::new(json!({"components": {"schemas": {
            "When": {"type": "integer"},
        }}}));
        let schema = document.schema(&json!({"oneOf": [
            {"properties": {
                "flag": {"type": "boolean"},
                "at": {"anyOf": [{"$ref": "#/components/schemas/When"}, {"type": "null"}]},
            }},
            {"properties": {"name": {"type": ["string", "null"]}}},
        ]}));
        for (form, expected) in [
            ("flag=true&at=1", json!({"flag": true, "at": 1})),
            ("flag=1&at=01", json!({"flag": "1", "at": "01"})),
            ("at=&flag=", json!({"at": null, "flag": null})),
            ("name=true&other=1", json!({"name": "true", "other": "1"})),
            ("name=a+%2B", json!({"name": "a +"})),
            ("list[]=1", json!({"list[]": ["1"]})),
            ("list[]=1&list[]=b", json!({"list[]": ["1", "b"]})),
            (
                "map[%F0%9F%8E%A9][]=a&map[b][]=c",
                json!({"map[🎩][]": ["a"], "map[b][]": ["c"]}),
            ),
            ("at=1&at=2", json!({"at": [1, 2]})),
        ] {
            assert_eq!(schema.read_form(form.as_bytes()), expected);
        }
    }
}
