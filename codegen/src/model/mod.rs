//! The API as all languages see it: what there is to call, with what, and what comes back.

mod operations;
mod samples;
#[cfg(test)]
mod tests;
mod types;

use std::collections::BTreeSet;

use crate::document::Document;
use crate::error::{Result, fail};
use crate::names::Words;
use crate::node::Node;

/// All that the document describes.
#[derive(Debug)]
pub(crate) struct Api {
    /// Of the first server, with the defaults of its variables.
    pub(crate) address: String,
    pub(crate) resources: Vec<Resource>,
    /// What answers and bodies are made of, in the order of the document.
    pub(crate) types: Vec<Definition>,
}

/// The operations of a tag.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) name: Words,
    pub(crate) description: String,
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// Without the words of the resource.
    pub(crate) name: Words,
    pub(crate) aliases: Vec<Words>,
    /// In capitals.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    /// In the order in which they stand in the path.
    pub(crate) arguments: Vec<Words>,
    pub(crate) params: Option<Params>,
    pub(crate) answer: Answer,
    pub(crate) sample: Sample,
}

/// The parameters in the query and the attributes of the body.
#[derive(Debug)]
pub(crate) struct Params {
    pub(crate) name: String,
    pub(crate) query: Vec<Property>,
    pub(crate) body: Vec<Property>,
    /// Whether the call needs them.
    pub(crate) is_required: bool,
}

/// What a success brings.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Nothing,
    One(Type),
    /// A page of a list. `page` is its type, where a page has more than all pages have.
    Page {
        item: Type,
        page: Option<Type>,
    },
}

/// A type with a name.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) shape: Shape,
}

#[derive(Debug)]
pub(crate) enum Shape {
    /// An object: the properties that it has beside those of `base`.
    Structure {
        base: Option<String>,
        properties: Vec<Property>,
    },
    Alias(Type),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: Type,
    pub(crate) is_required: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Text,
    /// With or without a fraction.
    Number,
    Integer,
    Boolean,
    /// Whatever it is.
    Anything,
    Named(String),
    List(Box<Type>),
    /// From texts to these.
    Map(Box<Type>),
    /// One of these texts, or one that is not known yet.
    Enum(Vec<String>),
    Union(Vec<Type>),
    Nullable(Box<Type>),
}

/// A call as it stands in the reference, with the examples of the document.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: Vec<(String, Node)>,
    pub(crate) body: Option<Node>,
    /// Whether the body may be written as a form.
    pub(crate) takes_form: bool,
    /// The part of `multipart/form-data` that takes a file, where the call uploads one.
    pub(crate) file: Option<String>,
}

impl Api {
    pub(crate) fn read(document: &Document) -> Result<Self> {
        let mut types = types::Types::new(document);
        let resources = operations::resources(document, &mut types)?;
        let api = Self {
            address: document.address()?,
            resources,
            types: types.finish(),
        };
        api.names_are_unique()?;
        Ok(api)
    }

    /// One space of names for types, parameters and resources: languages that have them in one file need it.
    fn names_are_unique(&self) -> Result<()> {
        let params = self
            .operations()
            .filter_map(|operation| operation.params.as_ref());
        let names = (self.types.iter().map(|definition| definition.name.clone()))
            .chain(params.map(|params| params.name.clone()))
            .chain(self.resources.iter().map(|resource| resource.name.pascal()));
        unique("types, parameters and resources", names)?;
        unique(
            "operations",
            self.operations().map(|operation| operation.id.clone()),
        )?;
        for resource in &self.resources {
            let of_operation = |operation: &Operation| -> Vec<_> {
                let names = std::iter::once(&operation.name).chain(&operation.aliases);
                names.map(Words::camel).collect()
            };
            unique(
                &resource.name.pascal(),
                resource.operations.iter().flat_map(of_operation),
            )?;
        }
        Ok(())
    }

    /// What a call answers with, or an item of its list, in words: a `SimilarSound` is a sound. `None` where it is nothing.
    pub(crate) fn subject(&self, operation: &Operation) -> Option<Words> {
        let kind = match &operation.answer {
            Answer::Nothing => return None,
            Answer::One(kind) | Answer::Page { item: kind, .. } => kind,
        };
        let Type::Named(name) = kind else {
            return Some(Words::of("answer"));
        };
        match self.shape(name) {
            Some(Shape::Structure { base: Some(base), .. }) => Some(Words::of(base)),
            _ => Some(Words::of(name)),
        }
    }

    /// What a type is.
    pub(crate) fn shape(&self, name: &str) -> Option<&Shape> {
        let definition = self.types.iter().find(|definition| definition.name == name)?;
        Some(&definition.shape)
    }

    /// All properties of a structure, those of its bases first.
    pub(crate) fn properties(&self, name: &str) -> Vec<&Property> {
        match self.shape(name) {
            Some(Shape::Structure { base, properties }) => {
                let inherited = base.as_ref().map_or(Vec::new(), |base| self.properties(base));
                inherited.into_iter().chain(properties).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether another object may be given as one of this type as it was read: all its attributes stand in it.
    pub(crate) fn takes_others(&self, name: &str) -> bool {
        let own = self.properties(name);
        let is_own = |property: &&Property| own.iter().any(|other| other.name == property.name);
        let mut others = self.types.iter().filter(|definition| definition.name != name);
        others.any(|definition| {
            let properties = self.properties(&definition.name);
            !properties.is_empty() && properties.iter().all(is_own)
        })
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.resources.iter().flat_map(|resource| &resource.operations)
    }
}

impl Type {
    /// The names in it.
    pub(crate) fn add_names(&self, names: &mut Vec<String>) {
        match self {
            Self::Named(name) => names.push(name.clone()),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.add_names(names),
            Self::Union(members) => members.iter().for_each(|member| member.add_names(names)),
            Self::Text | Self::Number | Self::Integer | Self::Boolean | Self::Anything | Self::Enum(_) => {}
        }
    }
}

impl Operation {
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.answer, Answer::Page { .. })
    }
}

impl Sample {
    /// What the call takes beside what stands in its path, as one object.
    pub(crate) fn params(&self) -> Option<Node> {
        let query = self.query.iter().map(|(name, value)| {
            let name = name.strip_suffix("[]").unwrap_or(name);
            (name.to_owned(), value.clone())
        });
        let body = self.body.iter().flat_map(Node::entries).cloned();
        let params: Vec<_> = query.chain(body).collect();
        (!params.is_empty()).then_some(Node::Map(params))
    }
}

/// Fails where two have the same name.
pub(crate) fn unique(place: &str, names: impl IntoIterator<Item = String>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        if seen.contains(&name) {
            return fail(place, format!("two are called {name}"));
        }
        seen.insert(name);
    }
    Ok(())
}
