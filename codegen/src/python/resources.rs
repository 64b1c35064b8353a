//! Methods as Python writes them.

use serde::Serialize;

use super::doc::docstring;
use super::literal;
use super::written::Uses;
use crate::error::{Result, fail};
use crate::model::{Answer, Api, Operation, Property, Resource, Type, unique};
use crate::names::Words;
use crate::text::first_paragraph;

/// What a method has besides the parameters of the API, and what its body refers to.
const PARAMETERS: [&str; 6] = [
    "extra_params",
    "idempotency_key",
    "max_retries",
    "operations",
    "self",
    "timeout",
];

/// What the types of parameters are written with, which a method of that name would hide.
const METHODS: [&str; 5] = ["bool", "float", "int", "object", "str"];

/// What a client has itself.
const RESOURCES: [&str; 1] = ["close"];

/// How far the docstring of a method is indented.
const INDENT: usize = 8;

#[derive(Serialize)]
pub(super) struct ResourceView {
    name: String,
    class: String,
    description: String,
    operations: Vec<OperationView>,
}

#[derive(Serialize)]
struct OperationView {
    id: String,
    /// The operation's name among the constants.
    constant: String,
    name: String,
    aliases: Vec<String>,
    method: String,
    path: String,
    /// A tuple.
    query: String,
    is_list: bool,
    is_post: bool,
    docs: String,
    /// Of the path.
    arguments: Vec<String>,
    /// The path's arguments as a tuple.
    passed: String,
    parameters: Vec<ParameterView>,
    /// What comes back, or an item of it; and what makes it.
    answer: String,
    shape: String,
    /// The class of its pages, where they have more than all pages have.
    page: Option<String>,
}

#[derive(Serialize)]
struct ParameterView {
    name: String,
    kind: String,
    is_required: bool,
}

impl ResourceView {
    pub(super) fn of(uses: &Uses, resource: &Resource) -> Result<Self> {
        let name = resource.name.snake();
        if !literal::is_name(&name) || RESOURCES.contains(&name.as_str()) {
            return fail(
                "tags",
                format!("{name} cannot be an attribute of the client in Python"),
            );
        }
        let operation = |operation| OperationView::of(uses, operation);
        Ok(Self {
            name,
            class: resource.name.pascal(),
            description: first_paragraph(&resource.description).to_owned(),
            operations: resource.operations.iter().map(operation).collect::<Result<_>>()?,
        })
    }

    /// The names of its classes in both clients.
    pub(super) fn classes(&self) -> Vec<String> {
        vec![self.class.clone(), format!("Async{}", self.class)]
    }
}

impl OperationView {
    fn of(uses: &Uses, operation: &Operation) -> Result<Self> {
        let id = &operation.id;
        let names = |words: &[Words]| words.iter().map(Words::snake).collect::<Vec<_>>();
        let arguments = names(&operation.arguments);
        let properties: Vec<_> = properties(operation).collect();
        let name = operation.name.snake();
        let aliases = names(&operation.aliases);
        let of_params = properties.iter().map(|property| property.name.clone());
        let all: Vec<_> = arguments.iter().cloned().chain(of_params).collect();
        let is_parameter = |name: &&String| literal::is_name(name) && !PARAMETERS.contains(&name.as_str());
        let is_method = |name: &&String| literal::is_name(name) && !METHODS.contains(&name.as_str());
        let wrong = all.iter().find(|name| !is_parameter(name));
        let methods = std::iter::once(&name).chain(&aliases);
        if let Some(name) = wrong.or(methods.clone().find(|name| !is_method(name))) {
            return fail(id, format!("{name} cannot be a name in Python"));
        }
        unique(id, all)?;
        let summary = operation.summary.trim_end_matches('.');
        let text = format!("{summary}.\n\n{}", first_paragraph(&operation.description));
        let described = properties
            .iter()
            .filter(|property| !property.description.is_empty());
        let described: Vec<_> = described
            .map(|property| {
                (
                    property.name.clone(),
                    first_paragraph(&property.description).to_owned(),
                )
            })
            .collect();
        let query = operation.params.iter().flat_map(|params| &params.query);
        let query: Vec<_> = query.map(|property| literal::text(&property.name)).collect();
        let (kind, page) = match &operation.answer {
            Answer::Nothing => (None, None),
            Answer::One(kind) => (Some(kind), None),
            Answer::Page { item, page } => (Some(item), page.as_ref()),
        };
        Ok(Self {
            id: id.clone(),
            constant: Words::of(id).snake().to_uppercase(),
            name,
            aliases,
            method: operation.method.clone(),
            path: operation.path.clone(),
            query: tuple(&query),
            is_list: operation.is_list(),
            is_post: operation.method == "POST",
            docs: docstring(&text, &described, INDENT),
            passed: tuple(&arguments),
            arguments,
            parameters: properties
                .iter()
                .map(|property| ParameterView {
                    name: property.name.clone(),
                    kind: uses.given(&property.kind),
                    is_required: property.is_required,
                })
                .collect(),
            answer: kind.map_or_else(|| "None".to_owned(), |kind| uses.answered(kind)),
            shape: kind
                .and_then(|kind| uses.shape(kind))
                .unwrap_or_else(|| "None".to_owned()),
            page: page.map(|kind| uses.answered(kind)),
        })
    }
}

fn tuple(items: &[String]) -> String {
    match items {
        [only] => format!("({only},)"),
        items => format!("({})", items.join(", ")),
    }
}

/// The types that the files of resources and operations name. Pages have a class for each client.
pub(super) fn imports(api: &Api, is_async: bool) -> Vec<String> {
    let mut names = Vec::new();
    for operation in api.operations() {
        for property in properties(operation) {
            property.kind.add_names(&mut names);
        }
        match &operation.answer {
            Answer::Nothing => {}
            Answer::One(kind) => kind.add_names(&mut names),
            Answer::Page { item, page } => {
                item.add_names(&mut names);
                if let Some(Type::Named(page)) = page {
                    names.push(if is_async {
                        format!("Async{page}")
                    } else {
                        page.clone()
                    });
                }
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// All that stands in the query and in the body.
fn properties(operation: &Operation) -> impl Iterator<Item = &Property> {
    operation
        .params
        .iter()
        .flat_map(|params| params.query.iter().chain(&params.body))
}
