//! From schemas to types. Only shapes count: what a value must be beside its type is told in words.

use std::collections::BTreeMap;

use super::{Definition, Property, Shape, Type};
use crate::document::{Document, schema_name};
use crate::error::{Error, Result, fail};
use crate::names::Words;
use crate::node::Node;

/// The types that were asked for, and those that they are made of.
pub(super) struct Types<'a> {
    document: &'a Document,
    /// By name. `None` while it is read, for a schema may lead to itself.
    definitions: BTreeMap<String, Option<Definition>>,
    /// Objects within objects, behind those that they stand in.
    nested: BTreeMap<String, Vec<String>>,
}

impl<'a> Types<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            definitions: BTreeMap::new(),
            nested: BTreeMap::new(),
        }
    }

    /// The type of a schema. `owner` is the name of what it stands in, and with `name` that of an object in it.
    pub(super) fn of(&mut self, schema: &Node, owner: &str, name: &str) -> Result<Type> {
        let place = || format!("{owner}.{name}");
        if let Some(referred) = schema_name(schema) {
            let target = self.document.resolve(schema)?;
            return if has_name(target) {
                self.define(referred, target)?;
                Ok(Type::Named(referred.to_owned()))
            } else {
                self.of(target, referred, name)
            };
        }
        for key in ["allOf", "not", "if", "patternProperties", "prefixItems"] {
            if schema.get(key).is_some() {
                return fail(place(), format!("no type for {key}"));
            }
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(members) = schema.get(key) {
                let members = members.items().iter();
                let members: Vec<_> = members
                    .map(|member| self.of_or_null(member, owner, name))
                    .collect::<Result<_>>()?;
                return union(members).ok_or_else(|| Error::new(place(), "a type of nothing"));
            }
        }
        let kinds = match schema.get("type") {
            None if schema.get("enum").or(schema.get("const")).is_some() => vec!["string"],
            None => return Ok(Type::Anything),
            Some(Node::List(kinds)) => kinds.iter().filter_map(Node::as_text).collect(),
            Some(kind) => kind.as_text().into_iter().collect(),
        };
        let mut members = Vec::new();
        for kind in kinds {
            members.push(match kind {
                "null" => None,
                "string" => {
                    Some(text(schema).ok_or_else(|| Error::new(place(), "a constant that is no text"))?)
                }
                _ if schema.get("enum").or(schema.get("const")).is_some() => {
                    return fail(place(), "a constant that is no text");
                }
                "integer" => Some(Type::Integer),
                "number" => Some(Type::Number),
                "boolean" => Some(Type::Boolean),
                "array" => {
                    let items = schema.get("items").unwrap_or(&Node::Null);
                    Some(Type::List(Box::new(self.of(items, owner, name)?)))
                }
                "object" => Some(self.object(schema, owner, name)?),
                other => return fail(place(), format!("no type for {other}")),
            });
        }
        union(members).ok_or_else(|| Error::new(place(), "a type of nothing"))
    }

    fn of_or_null(&mut self, schema: &Node, owner: &str, name: &str) -> Result<Option<Type>> {
        match schema.get("type").and_then(Node::as_text) {
            Some("null") => Ok(None),
            _ => self.of(schema, owner, name).map(Some),
        }
    }

    /// An object that stands in another one: a map, or a type of its own, which has both names.
    fn object(&mut self, schema: &Node, owner: &str, name: &str) -> Result<Type> {
        if schema.entries_of("properties").is_empty() {
            return self.map(schema, owner, name);
        }
        let name = owner.to_owned() + &Words::of(name).pascal();
        if self.definitions.contains_key(&name) || self.document.schema_names().any(|schema| schema == name) {
            return fail(name, "two are called so: an object in another one, and a schema");
        }
        self.nested
            .entry(owner.to_owned())
            .or_default()
            .push(name.clone());
        self.define(&name, schema)?;
        Ok(Type::Named(name))
    }

    fn map(&mut self, schema: &Node, owner: &str, name: &str) -> Result<Type> {
        let values = match schema.get("additionalProperties") {
            None | Some(Node::Boolean(true)) => Type::Anything,
            Some(Node::Boolean(false)) => {
                return fail(format!("{owner}.{name}"), "an object without properties");
            }
            Some(values) => self.of(values, owner, name)?,
        };
        Ok(Type::Map(Box::new(values)))
    }

    fn define(&mut self, name: &str, schema: &Node) -> Result<()> {
        if self.definitions.contains_key(name) {
            return Ok(());
        }
        self.definitions.insert(name.to_owned(), None);
        let shape = if schema.get("enum").is_some() {
            Shape::Alias(text(schema).ok_or_else(|| Error::new(name, "a constant that is no text"))?)
        } else if schema.entries_of("properties").is_empty() {
            Shape::Alias(self.map(schema, name, "")?)
        } else {
            let properties = self.properties(schema, name)?;
            Shape::Structure {
                base: None,
                properties,
            }
        };
        let definition = Definition {
            name: name.to_owned(),
            description: schema.text_of("description").to_owned(),
            shape,
        };
        self.definitions.insert(name.to_owned(), Some(definition));
        Ok(())
    }

    /// The properties of an object, in their order.
    pub(super) fn properties(&mut self, schema: &Node, owner: &str) -> Result<Vec<Property>> {
        if matches!(schema.get("additionalProperties"), Some(Node::Map(_))) {
            return fail(owner, "no type for properties beside a map");
        }
        let required = schema.items_of("required");
        let property = |(name, schema): &(String, Node)| {
            Ok(Property {
                name: name.clone(),
                description: self.description(schema)?,
                kind: self.of(schema, owner, name)?,
                is_required: required.iter().any(|required| required.as_text() == Some(name)),
            })
        };
        schema.entries_of("properties").iter().map(property).collect()
    }

    /// Its own, or that of what it refers to.
    pub(super) fn description(&self, schema: &Node) -> Result<String> {
        let own = schema.text_of("description");
        let found = match own {
            "" => self.document.resolve(schema)?.text_of("description"),
            own => own,
        };
        Ok(found.to_owned())
    }

    /// The enums that an error has: its codes. What else an error is, each language has by hand.
    pub(super) fn enums_of_error(&mut self, schema: &Node) -> Result<()> {
        let schema = self.document.resolve(schema)?;
        for member in schema.items_of("oneOf").iter().chain(schema.items_of("anyOf")) {
            self.enums_of_error(member)?;
        }
        for (_, property) in schema.entries_of("properties") {
            let target = self.document.resolve(property)?;
            if let (Some(name), Some(_)) = (schema_name(property), target.get("enum")) {
                self.define(name, target)?;
            }
        }
        Ok(())
    }

    /// What was asked for, in the order of the document.
    pub(super) fn finish(mut self) -> Vec<Definition> {
        let mut order = Vec::new();
        let schemas: Vec<_> = self.document.schema_names().map(str::to_owned).collect();
        // Those that stand in parameters, which are no schemas.
        let others = self
            .nested
            .keys()
            .filter(|owner| !schemas.contains(owner))
            .cloned();
        for name in schemas.iter().cloned().chain(others.collect::<Vec<_>>()) {
            self.put_in_order(&name, &mut order);
        }
        share_properties(&mut order);
        order
    }

    fn put_in_order(&mut self, name: &str, order: &mut Vec<Definition>) {
        order.extend(self.definitions.remove(name).flatten());
        for nested in self.nested.remove(name).unwrap_or_default() {
            self.put_in_order(&nested, order);
        }
    }
}

/// Whether a schema is a type with a name of its own: an object or an enum. All else is what it is.
fn has_name(schema: &Node) -> bool {
    let is_object = schema.get("type").and_then(Node::as_text) == Some("object");
    is_object
        || (schema.get("enum").is_some() && schema.get("type").and_then(Node::as_text) == Some("string"))
}

/// A text, or one of some. `None` where one of them is neither text nor null.
fn text(schema: &Node) -> Option<Type> {
    let constants: Vec<_> = match (schema.get("enum"), schema.get("const")) {
        (None, None) => return Some(Type::Text),
        (Some(constants), _) => constants
            .items()
            .iter()
            .filter(|&value| *value != Node::Null)
            .collect(),
        (None, Some(constant)) => vec![constant],
    };
    let texts = constants
        .into_iter()
        .map(|value| value.as_text().map(str::to_owned));
    Some(Type::Enum(texts.collect::<Option<_>>()?))
}

/// One type of some, where `None` is null.
fn union(members: Vec<Option<Type>>) -> Option<Type> {
    let mut is_nullable = false;
    let mut types: Vec<Type> = Vec::new();
    for member in members {
        let flat = match member {
            None => {
                is_nullable = true;
                continue;
            }
            Some(Type::Nullable(inner)) => {
                is_nullable = true;
                *inner
            }
            Some(other) => other,
        };
        let flat = match flat {
            Type::Union(inner) => inner,
            other => vec![other],
        };
        for kind in flat {
            if !types.contains(&kind) {
                types.push(kind);
            }
        }
    }
    let kind = match types.len() {
        0 => return None,
        1 => types.remove(0),
        _ => Type::Union(types),
    };
    Some(if is_nullable {
        Type::Nullable(Box::new(kind))
    } else {
        kind
    })
}

/// A type whose properties begin with all those of another one has them from there, if its name says so, too: a
/// `SimilarSound` is a `Sound`.
fn share_properties(definitions: &mut [Definition]) {
    let structures: Vec<(Words, String, Vec<Property>)> = definitions
        .iter()
        .filter_map(|definition| match &definition.shape {
            Shape::Structure { properties, .. } => Some((
                Words::of(&definition.name),
                definition.name.clone(),
                properties.clone(),
            )),
            Shape::Alias(_) => None,
        })
        .collect();
    for definition in definitions {
        let Shape::Structure { base, properties } = &mut definition.shape else {
            continue;
        };
        let name = Words::of(&definition.name);
        let of_base = structures.iter().filter(|(words, _, shared)| {
            *words != name
                && name.contain(words)
                && shared.len() < properties.len()
                && properties.starts_with(shared)
        });
        if let Some((_, found, shared)) = of_base.max_by_key(|(_, _, shared)| shared.len()) {
            properties.drain(..shared.len());
            *base = Some(found.clone());
        }
    }
}
