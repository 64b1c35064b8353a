//! Classes of what answers are made of.

use std::collections::BTreeSet;

use serde::Serialize;

use super::doc::{self, Comment};
use super::literal::{self, is_word};
use super::shapes;
use crate::error::{Result, fail};
use crate::model::{Answer, Api, Definition, Property, Shape, Type};

#[derive(Serialize)]
pub(super) struct TypeView {
    pub(super) name: String,
    comment: String,
    /// What the class extends, and what it has to import for that.
    base: Option<String>,
    import: Option<String>,
    has_base_shapes: bool,
    /// `'name' => shape`.
    shapes: Vec<String>,
    /// `(NAME, 'value')` of an enum.
    constants: Vec<(String, String)>,
}

/// The classes of all that an answer may be or have, and the enums. Parameters are arrays.
pub(super) fn of_api(api: &Api) -> Result<Vec<TypeView>> {
    let mut names = BTreeSet::new();
    for operation in api.operations() {
        match &operation.answer {
            Answer::Nothing => {}
            Answer::One(kind) => reach(api, kind, &mut names),
            Answer::Page { item, page } => {
                reach(api, item, &mut names);
                if let Some(page) = page {
                    reach(api, page, &mut names);
                }
            }
        }
    }
    let mut views = Vec::new();
    for definition in &api.types {
        match &definition.shape {
            Shape::Structure { .. } if names.contains(&definition.name) => {
                views.push(class(api, definition)?);
            }
            Shape::Alias(Type::Enum(values)) => {
                views.push(constants(definition, values)?);
            }
            Shape::Structure { .. } | Shape::Alias(_) => {}
        }
    }
    Ok(views)
}

fn reach(api: &Api, kind: &Type, names: &mut BTreeSet<String>) {
    match kind {
        Type::Named(name) => {
            if let Some(Shape::Alias(kind)) = api.shape(name) {
                return reach(api, kind, names);
            }
            if !names.insert(name.clone()) {
                return;
            }
            if let Some(Shape::Structure { base: Some(base), .. }) = api.shape(name) {
                reach(api, &Type::Named(base.clone()), names);
            }
            for property in api.properties(name) {
                reach(api, &property.kind, names);
            }
        }
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => reach(api, inner, names),
        Type::Union(members) => members.iter().for_each(|member| reach(api, member, names)),
        _ => {}
    }
}

/// The item of the pages of this type, where it is one of pages.
fn item_of<'a>(api: &'a Api, name: &str) -> Option<&'a Type> {
    api.operations().find_map(|operation| match &operation.answer {
        Answer::Page {
            item,
            page: Some(Type::Named(page)),
        } if page == name => Some(item),
        _ => None,
    })
}

fn class(api: &Api, definition: &Definition) -> Result<TypeView> {
    let name = &definition.name;
    let Shape::Structure { base, properties } = &definition.shape else {
        return fail(name, "it is no object");
    };
    let mut comment = Comment::default().text(&definition.description, 0).gap();
    // A page is no object of another type as well: it has what that one has.
    let item = item_of(api, name);
    let own: Vec<&Property> = match item {
        Some(_) => api.properties(name),
        None => properties.iter().collect(),
    };
    if let Some(item) = item {
        comment = comment.tag(&format!("@extends Page<{}>", doc::of_answer(api, item)), "", 0);
    }
    let mut shapes = Vec::new();
    for property in own {
        if !is_word(&property.name) || property.name == "this" {
            return fail(
                format!("{name}.{}", property.name),
                "it cannot be an attribute in PHP",
            );
        }
        let (kind, mark) = match (&property.kind, property.is_required) {
            (kind @ (Type::Nullable(_) | Type::Anything), _) | (kind, true) => {
                (doc::of_answer(api, kind), "")
            }
            (kind, false) => (doc::of_answer(api, kind), "|null"),
        };
        let tag = format!("@property-read {kind}{mark} ${}", property.name);
        comment = comment.tag(&tag, &property.description, 0);
        let place = format!("{name}.{}", property.name);
        if let Some(shape) = shapes::of_answer(api, &place, &property.kind)? {
            shapes.push(format!("{} => {shape}", literal::text(&property.name)));
        }
    }
    let (base, import) = match (item, base) {
        (Some(_), _) => ("Page", Some("Protocol\\Page")),
        (None, Some(base)) => (base.as_str(), None),
        (None, None) => ("ApiObject", Some("Protocol\\ApiObject")),
    };
    Ok(TypeView {
        name: name.clone(),
        comment: comment.written(0)?,
        has_base_shapes: import.is_none(),
        base: Some(base.to_owned()),
        import: import.map(str::to_owned),
        shapes,
        constants: Vec::new(),
    })
}

fn constants(definition: &Definition, values: &[String]) -> Result<TypeView> {
    let comment = Comment::default()
        .text(&definition.description, 0)
        .gap()
        .text("The values that are known: there may be others later on.", 0);
    let constants: Vec<_> = values
        .iter()
        .map(|value| (literal::constant(value), literal::text(value)))
        .collect();
    let wrong = constants
        .iter()
        .find(|(name, _)| !is_word(name) || name == "CLASS");
    if let Some((_, value)) = wrong {
        return fail(&definition.name, format!("{value} cannot be a constant in PHP"));
    }
    crate::model::unique(&definition.name, constants.iter().map(|(name, _)| name.clone()))?;
    Ok(TypeView {
        name: definition.name.clone(),
        comment: comment.written(0)?,
        base: None,
        import: None,
        has_base_shapes: false,
        shapes: Vec::new(),
        constants,
    })
}
