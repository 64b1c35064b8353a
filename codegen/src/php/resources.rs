//! Methods, and the operations that they call.

use serde::Serialize;

use super::doc::{self, Comment};
use super::literal::{self, is_word};
use super::shapes;
use crate::error::{Result, fail};
use crate::model::{Answer, Api, Operation, Params, Property, Resource, Shape, Type, unique};
use crate::names::Words;
use crate::text::first_paragraph;

/// The names of a method's own variables.
const VARIABLES: [&str; 3] = ["params", "options", "this"];

/// The traits by hand, which make something of a resource's other operations: the resource, the trait, its methods.
const BY_HAND: [(&str, &str, &[&str]); 2] = [
    ("Attachments", "AttachmentFiles", &["open", "upload"]),
    ("Sounds", "SoundFiles", &["open"]),
];

#[derive(Serialize)]
pub(super) struct ResourceView {
    name: String,
    pub(super) class: String,
    comment: String,
    /// As an attribute of a client.
    attribute_comment: String,
    /// The trait by hand that it uses.
    files: Option<&'static str>,
    imports: Vec<String>,
    pub(super) operations: Vec<OperationView>,
}

#[derive(Serialize)]
pub(super) struct OperationView {
    id: String,
    pub(super) constant: String,
    method: String,
    path: String,
    query: Vec<String>,
    /// What the attributes of its body are made of.
    body: Vec<String>,
    /// The class of its answer.
    answer: Option<String>,
    /// What the items of its list are.
    item: Option<String>,
    name: String,
    aliases: Vec<AliasView>,
    comment: String,
    parameters: String,
    /// `return`, where there is something to return.
    result: &'static str,
    /// The method of the core.
    call: &'static str,
    passed: String,
    returns: String,
}

#[derive(Serialize)]
struct AliasView {
    name: String,
    comment: String,
    /// As it passes its parameters on.
    forwarded: String,
}

impl ResourceView {
    pub(super) fn of(api: &Api, resource: &Resource) -> Result<Self> {
        let class = resource.name.pascal();
        let by_hand = BY_HAND.iter().find(|(of, ..)| *of == class);
        let mut methods: Vec<String> = by_hand.map_or(Vec::new(), |(.., names)| {
            names.iter().map(|&name| name.to_owned()).collect()
        });
        let mut imports = vec![
            "Protocol\\Core\\Operation".to_owned(),
            "Protocol\\Core\\Resource".to_owned(),
            "Protocol\\Exception\\ApiClientException".to_owned(),
            "Protocol\\Operations".to_owned(),
        ];
        imports.extend(by_hand.map(|(_, name, _)| format!("Protocol\\Files\\{name}")));
        for operation in &resource.operations {
            // First of all, for what is within itself has no end.
            body_shapes(api, operation)?;
            methods.push(operation.name.camel());
            methods.extend(operation.aliases.iter().map(Words::camel));
            imports_of(api, operation, &mut imports);
        }
        // Their case does not count.
        unique(&class, methods.iter().map(|name| name.to_lowercase()))?;
        imports.sort();
        imports.dedup();
        let comment = Comment::default().text(first_paragraph(&resource.description), 0);
        let attribute = Comment::default().text(first_paragraph(&resource.description), 4);
        Ok(Self {
            name: resource.name.camel(),
            class,
            comment: comment.written(0)?,
            attribute_comment: attribute.written(4)?,
            files: by_hand.map(|(_, name, _)| *name),
            imports,
            operations: resource
                .operations
                .iter()
                .map(|operation| OperationView::of(api, operation))
                .collect::<Result<_>>()?,
        })
    }
}

impl OperationView {
    fn of(api: &Api, operation: &Operation) -> Result<Self> {
        let id = &operation.id;
        let arguments: Vec<_> = operation.arguments.iter().map(Words::camel).collect();
        let is_argument = |name: &String| is_word(name) && !VARIABLES.contains(&name.as_str());
        if let Some(name) = arguments.iter().find(|name| !is_argument(name)) {
            return fail(id, format!("{name} cannot be a variable in PHP"));
        }
        let is_method = |name: &String| is_word(name);
        let names = std::iter::once(&operation.name).chain(&operation.aliases);
        let names: Vec<_> = names.map(Words::camel).collect();
        if let Some(name) = names.iter().find(|name| !is_method(name)) {
            return fail(id, format!("{name} cannot be a method in PHP"));
        }
        let (answer, item, returns) = answers(api, operation)?;
        let mut parameters: Vec<_> = arguments.iter().map(|name| format!("string ${name}")).collect();
        let mut forwarded: Vec<_> = arguments.iter().map(|name| format!("${name}")).collect();
        let path = forwarded.join(", ");
        if let Some(params) = &operation.params {
            let default = if params.is_required { "" } else { " = []" };
            parameters.push(format!("array $params{default}"));
            forwarded.push("$params".to_owned());
        }
        parameters.push("array $options = []".to_owned());
        forwarded.push("$options".to_owned());
        let params = if operation.params.is_some() {
            "$params"
        } else {
            "[]"
        };
        let comment = comment(api, operation)?;
        let query = operation.params.iter().flat_map(|params| &params.query);
        let alias = |name: &Words| {
            let of_alias = Comment::default().text(&format!("The same as `{}`.", operation.name.camel()), 4);
            let tags = tags(api, operation, of_alias.gap(), false);
            Ok(AliasView {
                name: name.camel(),
                comment: tags.written(4)?,
                forwarded: forwarded.join(", "),
            })
        };
        Ok(Self {
            constant: literal::constant(id),
            method: operation.method.clone(),
            path: operation.path.clone(),
            query: query.map(|property| property.name.clone()).collect(),
            body: body_shapes(api, operation)?,
            answer,
            item,
            name: operation.name.camel(),
            aliases: operation.aliases.iter().map(alias).collect::<Result<_>>()?,
            comment,
            parameters: parameters.join(", "),
            result: if operation.answer == Answer::Nothing {
                ""
            } else {
                "return "
            },
            call: if operation.is_list() { "list" } else { "call" },
            passed: format!("[{path}], {params}, $options"),
            returns,
            id: id.clone(),
        })
    }
}

fn body_shapes(api: &Api, operation: &Operation) -> Result<Vec<String>> {
    let body = operation.params.iter().flat_map(|params| &params.body);
    shapes::of_params(api, &operation.id, body, &[])
}

/// The class of the answer, the shape of the items of a list, and what the method says that it returns.
fn answers(api: &Api, operation: &Operation) -> Result<(Option<String>, Option<String>, String)> {
    let class = |name: &str| format!("{name}::class");
    Ok(match &operation.answer {
        Answer::Nothing => (None, None, "void".to_owned()),
        Answer::One(kind) => match object(api, kind) {
            Some(name) => (Some(class(&name)), None, name),
            None => return fail(&operation.id, "its answer is no object"),
        },
        Answer::Page { item, page } => {
            let shape = shapes::or_null(shapes::of_answer(api, &operation.id, item)?);
            let page = page.as_ref().and_then(|page| object(api, page));
            let page = page.unwrap_or_else(|| "Page".to_owned());
            (Some(class(&page)), Some(shape), page)
        }
    })
}

/// The class of an answer that is an object. A map has none of its own.
fn object(api: &Api, kind: &Type) -> Option<String> {
    match kind {
        Type::Named(name) => match api.shape(name) {
            Some(Shape::Alias(kind)) => object(api, kind),
            _ => Some(name.clone()),
        },
        Type::Map(_) | Type::Anything => Some("ApiObject".to_owned()),
        _ => None,
    }
}

fn comment(api: &Api, operation: &Operation) -> Result<String> {
    let summary = format!("{}.", operation.summary.trim_end_matches('.'));
    let described = Comment::default()
        .text(&summary, 4)
        .gap()
        .text(first_paragraph(&operation.description), 4);
    tags(api, operation, described.gap(), true).written(4)
}

/// With what each parameter means, unless another method says it.
fn tags(api: &Api, operation: &Operation, mut comment: Comment, has_texts: bool) -> Comment {
    if let Some(Params { query, body, .. }) = &operation.params {
        let shape = doc::shape(api, query.iter().chain(body), 0);
        comment = comment.tag(&format!("@param {shape} $params"), "", 4);
        let described = |property: &&Property| has_texts && !property.description.is_empty();
        for property in query.iter().chain(body).filter(described) {
            let text = format!("`{}`: {}", property.name, property.description);
            comment = comment.item(&text, 4);
        }
    }
    let key = if operation.method == "POST" {
        ", idempotencyKey?: string|null"
    } else {
        ""
    };
    let options = format!("@param array{{timeout?: int|float|null, maxRetries?: int|null{key}}} $options");
    comment = comment.tag(&options, "", 4);
    if let Answer::Page { item, page: None } = &operation.answer {
        let returns = format!("@return Page<{}>", doc::of_answer(api, item));
        comment = comment.tag(&returns, "", 4);
    }
    comment.tag("@throws ApiClientException", "", 4)
}

/// The classes that a method names, and its operation.
fn imports_of(api: &Api, operation: &Operation, imports: &mut Vec<String>) {
    let import = |name: String| match name.as_str() {
        "ApiObject" => "Protocol\\ApiObject".to_owned(),
        _ => format!("Protocol\\Types\\{name}"),
    };
    match &operation.answer {
        Answer::Nothing => {}
        Answer::One(kind) => imports.extend(object(api, kind).map(import)),
        Answer::Page { item, page } => {
            if let Some(page) = page.as_ref().and_then(|page| object(api, page)) {
                imports.push(import(page));
            } else {
                imports.push("Protocol\\Page".to_owned());
                imports.extend(object(api, item).map(import));
            }
        }
    }
    let params = operation.params.iter();
    let properties = params.flat_map(|params| params.query.iter().chain(&params.body));
    let mut kinds = properties.map(|property| doc::of_param(api, &property.kind, 0));
    if kinds.any(|kind| kind.contains("ApiObject")) {
        imports.push("Protocol\\ApiObject".to_owned());
    }
}

/// The classes that the table of operations names.
pub(super) fn imports_of_operations(api: &Api, types: &[super::types::TypeView]) -> Vec<String> {
    let is_used = |name: &String| {
        let class = format!("{name}::class");
        api.operations().any(|operation| {
            let (answer, item, _) = answers(api, operation).unwrap_or_default();
            [answer, item].into_iter().flatten().any(|text| {
                text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == ':'))
                    .any(|word| word == class)
            })
        })
    };
    let names = types.iter().map(|view| &view.name).filter(|name| is_used(name));
    let mut imports: Vec<_> = names.map(|name| format!("Protocol\\Types\\{name}")).collect();
    imports.sort();
    imports
}
