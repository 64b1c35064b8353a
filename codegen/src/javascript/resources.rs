//! Methods as TypeScript writes them.

use serde::Serialize;

use super::literal;
use super::types::written;
use crate::error::{Result, fail};
use crate::model::{Answer, Operation, Resource};
use crate::names::Words;
use crate::text::first_paragraph;

/// The names of a method's own parameters.
const PARAMETERS: [&str; 2] = ["params", "options"];

#[derive(Serialize)]
pub(super) struct ResourceView {
    name: String,
    pub(super) class: String,
    description: String,
    operations: Vec<OperationView>,
}

#[derive(Serialize)]
struct OperationView {
    id: String,
    name: String,
    aliases: Vec<String>,
    method: String,
    path: String,
    query: Vec<String>,
    is_list: bool,
    description: String,
    /// As the method declares its parameters, and as it passes them on.
    parameters: String,
    passed: String,
    /// As another method passes all of them on.
    forwarded: String,
    answer: String,
}

impl ResourceView {
    pub(super) fn of(resource: &Resource) -> Result<Self> {
        Ok(Self {
            name: resource.name.camel(),
            class: resource.name.pascal(),
            description: first_paragraph(&resource.description).to_owned(),
            operations: resource
                .operations
                .iter()
                .map(OperationView::of)
                .collect::<Result<_>>()?,
        })
    }
}

impl OperationView {
    pub(super) fn of(operation: &Operation) -> Result<Self> {
        let id = &operation.id;
        let arguments: Vec<_> = operation.arguments.iter().map(Words::camel).collect();
        let methods = std::iter::once(&operation.name)
            .chain(&operation.aliases)
            .map(Words::camel);
        let methods: Vec<_> = methods.collect();
        let is_argument = |name: &String| literal::is_name(name) && !PARAMETERS.contains(&name.as_str());
        let mut wrong = arguments.iter().filter(|name| !is_argument(name));
        let mut taken = methods.iter().filter(|name| *name == "constructor");
        if let Some(name) = wrong.next().or_else(|| taken.next()) {
            return fail(id, format!("{name} cannot be a name in TypeScript"));
        }
        let mut parameters: Vec<_> = arguments.iter().map(|name| format!("{name}: string")).collect();
        let mut forwarded = arguments.clone();
        if let Some(params) = &operation.params {
            let default = if params.is_required { "" } else { " = {}" };
            parameters.push(format!("params: {}{default}", params.name));
            forwarded.push("params".to_owned());
        }
        parameters.push("options?: RequestOptions".to_owned());
        forwarded.push("options".to_owned());
        let params = if operation.params.is_some() {
            "params"
        } else {
            "undefined"
        };
        let query = operation.params.iter().flat_map(|params| &params.query);
        let (summary, description) = (&operation.summary, first_paragraph(&operation.description));
        Ok(Self {
            id: id.clone(),
            name: operation.name.camel(),
            aliases: operation.aliases.iter().map(Words::camel).collect(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            query: query.map(|property| property.name.clone()).collect(),
            is_list: operation.is_list(),
            description: format!("{}.\n\n{description}", summary.trim_end_matches('.')),
            parameters: parameters.join(", "),
            passed: format!("[{}], {params}, options", arguments.join(", ")),
            forwarded: forwarded.join(", "),
            answer: match &operation.answer {
                Answer::Nothing => "Result<void>".to_owned(),
                Answer::One(kind) => format!("Result<{}>", written(kind)),
                Answer::Page { item, page: None } => format!("List<{}>", written(item)),
                Answer::Page {
                    item,
                    page: Some(page),
                } => format!("List<{}, {}>", written(item), written(page)),
            },
        })
    }
}

/// The types that a method names.
pub(super) fn imports(operation: &Operation) -> Vec<String> {
    let mut names: Vec<_> = operation
        .params
        .iter()
        .map(|params| params.name.clone())
        .collect();
    match &operation.answer {
        Answer::Nothing => {}
        Answer::One(kind) => kind.add_names(&mut names),
        Answer::Page { item, page } => {
            item.add_names(&mut names);
            if let Some(page) = page {
                page.add_names(&mut names);
            }
        }
    }
    names
}
