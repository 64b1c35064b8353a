//! Types as TypeScript writes them.

use serde::Serialize;

use super::literal;
use crate::model::{Definition, Operation, Property, Resource, Shape, Type};

/// How wide a line is.
pub(super) const WIDTH: usize = 120;

#[derive(Serialize)]
pub(super) struct TypeView {
    pub(super) name: String,
    description: String,
    base: Option<String>,
    /// Of an interface.
    properties: Vec<PropertyView>,
    /// What another type stands for.
    alias: Option<String>,
}

#[derive(Serialize)]
struct PropertyView {
    key: String,
    description: String,
    /// With what stands before it.
    kind: String,
}

impl TypeView {
    pub(super) fn of(definition: &Definition) -> Self {
        let mut view = Self {
            name: definition.name.clone(),
            description: definition.description.clone(),
            base: None,
            properties: Vec::new(),
            alias: None,
        };
        match &definition.shape {
            Shape::Alias(kind) => view.alias = Some(alias(&definition.name, kind)),
            Shape::Structure { base, properties } => {
                view.base.clone_from(base);
                view.properties = properties.iter().map(PropertyView::of).collect();
            }
        }
        view
    }

    pub(super) fn of_params(resource: &Resource, operation: &Operation) -> Option<Self> {
        let params = operation.params.as_ref()?;
        Some(Self {
            name: params.name.clone(),
            description: format!(
                "What `{}.{}` takes.",
                resource.name.camel(),
                operation.name.camel()
            ),
            base: None,
            properties: params
                .query
                .iter()
                .chain(&params.body)
                .map(PropertyView::of)
                .collect(),
            alias: None,
        })
    }
}

impl PropertyView {
    pub(super) fn of(property: &Property) -> Self {
        Self {
            key: literal::key(&property.name),
            description: property.description.clone(),
            kind: match (property.is_required, written(&property.kind)) {
                (true, kind) => format!(": {kind}"),
                // Where `exactOptionalPropertyTypes` is on, an option of the caller's that is not set can be passed on.
                (false, kind) if property.kind != Type::Anything => format!("?: {kind} | undefined"),
                (false, kind) => format!("?: {kind}"),
            },
        }
    }
}

/// A type as TypeScript writes it. An enum is open: what is not known yet comes through.
pub(super) fn written(kind: &Type) -> String {
    match kind {
        Type::Text => "string".to_owned(),
        Type::Number | Type::Integer => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Anything => "unknown".to_owned(),
        Type::Named(name) => name.clone(),
        Type::List(items) => match **items {
            Type::Enum(_) | Type::Union(_) | Type::Nullable(_) => format!("({})[]", written(items)),
            _ => format!("{}[]", written(items)),
        },
        Type::Map(values) => format!("{{ [name: string]: {} }}", written(values)),
        Type::Enum(values) => {
            let values = values.iter().map(|value| literal::text(value) + " | ");
            values.collect::<String>() + "(string & {})"
        }
        Type::Union(members) => members.iter().map(written).collect::<Vec<_>>().join(" | "),
        Type::Nullable(inner) => format!("{} | null", written(inner)),
    }
}

/// On one line where it fits.
fn alias(name: &str, kind: &Type) -> String {
    let line = written(kind);
    let width = "export type  = ".len() + name.len() + line.len();
    match kind {
        Type::Enum(_) if width > WIDTH => format!("\n  | {}", line.replace(" | ", "\n  | ")),
        _ => format!(" {line}"),
    }
}
