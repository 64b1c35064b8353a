//! Types: classes for what comes back, `TypedDict`s for what is given.

use serde::Serialize;

use super::doc::doc;
use super::literal;
use super::written::Uses;
use crate::error::{Result, fail};
use crate::model::{Definition, Property, Shape};

/// What an object has as a `dict`, or a page by itself; and what the types of attributes are written with.
const TAKEN: &str = " bool clear collect copy data float fromkeys get has_more int items keys next_cursor object pages pop \
    popitem setdefault str update values ";

/// Of those, what all pages have.
const OF_PAGES: [&str; 3] = ["has_more", "data", "next_cursor"];

#[derive(Serialize)]
pub(super) struct TypeView {
    name: String,
    /// All names that it declares.
    pub(super) names: Vec<String>,
    description: String,
    kind: &'static str,
    base: Option<String>,
    /// Of an object or a page; of what is given, those that it must have.
    properties: String,
    /// Of what is given, those that it may have.
    optional: String,
    /// The attributes of an object that are objects, by their names, and what makes them.
    nested: Vec<(String, String)>,
    /// What another type stands for; the type of a page's items.
    target: String,
}

impl TypeView {
    pub(super) fn of(uses: &Uses, definition: &Definition) -> Result<Self> {
        let name = &definition.name;
        let mut view = Self {
            name: name.clone(),
            names: vec![name.clone()],
            description: definition.description.clone(),
            kind: "alias",
            base: None,
            properties: String::new(),
            optional: String::new(),
            nested: Vec::new(),
            target: String::new(),
        };
        match &definition.shape {
            Shape::Alias(kind) if uses.is_given(name) => view.target = uses.given(kind),
            Shape::Alias(kind) => view.target = uses.answered(kind),
            Shape::Structure { base, properties } if uses.is_given(name) => {
                view.kind = "given";
                view.base.clone_from(base);
                for property in properties {
                    let of_kind = if property.is_required {
                        &mut view.properties
                    } else {
                        &mut view.optional
                    };
                    of_kind.push_str(&attribute(name, property, &uses.given(&property.kind))?);
                }
            }
            Shape::Structure { base, properties } => {
                view.kind = "object";
                let mut all = uses.api.properties(name);
                let mut own: Vec<_> = properties.iter().collect();
                if let Some(item) = uses.item_of_page(name) {
                    view.kind = "page";
                    view.names.push(format!("Async{name}"));
                    view.target = uses.answered(item);
                    all.retain(|property| !OF_PAGES.contains(&property.name.as_str()));
                    own.clone_from(&all);
                } else {
                    view.base.clone_from(base);
                }
                for property in own {
                    if TAKEN.contains(&format!(" {} ", property.name)) {
                        return fail(
                            name,
                            format!("{} is an attribute of every object in Python", property.name),
                        );
                    }
                    view.properties
                        .push_str(&attribute(name, property, &uses.answered(&property.kind))?);
                }
                let nested = all
                    .iter()
                    .filter_map(|property| Some((property.name.clone(), uses.shape(&property.kind)?)));
                view.nested = nested.collect();
            }
        }
        Ok(view)
    }
}

/// How an attribute of this type is declared.
fn attribute(place: &str, property: &Property, kind: &str) -> Result<String> {
    let name = &property.name;
    if !literal::is_name(name) {
        return fail(place, format!("{name} cannot be a name in Python"));
    }
    Ok(format!("    {name}: {kind}\n{}", doc(&property.description, 4)))
}
