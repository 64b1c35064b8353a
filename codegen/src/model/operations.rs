//! From operations to methods of resources.

use super::{Answer, Operation, Params, Property, Resource, Type, samples, types::Types, unique};
use crate::document::{Document, Entry};
use crate::error::{Error, Result, fail};
use crate::names::Words;
use crate::node::Node;

const JSON: &str = "application/json";

/// What every page of a list has.
const OF_PAGES: [&str; 3] = ["has_more", "data", "next_cursor"];

/// In the order of the tags; without those that have no operation.
pub(super) fn resources(document: &Document, types: &mut Types) -> Result<Vec<Resource>> {
    let mut resources: Vec<(String, Resource)> = Vec::new();
    for tag in document.root.items_of("tags") {
        let (name, words) = (tag.text_of("name"), Words::of(tag.text_of("name")));
        if words.is_empty() {
            return fail("tags", format!("{name:?} is no name"));
        }
        let resource = Resource {
            name: words,
            description: tag.text_of("description").to_owned(),
            operations: Vec::new(),
        };
        resources.push((name.to_owned(), resource));
    }
    for entry in document.operations() {
        let place = place(&entry)?;
        let tag = entry.operation.items_of("tags").first().and_then(Node::as_text);
        let tag = tag.ok_or_else(|| Error::new(place, "it has no tag"))?;
        let resource = resources.iter_mut().find(|(name, _)| name == tag);
        let (_, resource) =
            resource.ok_or_else(|| Error::new(place, format!("{tag} is not among the tags")))?;
        let operation = operation(document, types, &entry, &resource.name)?;
        resource.operations.push(operation);
    }
    let resources = resources.into_iter().map(|(_, resource)| resource);
    Ok(resources
        .filter(|resource| !resource.operations.is_empty())
        .collect())
}

/// Its id.
fn place<'a>(entry: &Entry<'a>) -> Result<&'a str> {
    match entry.operation.text_of("operationId") {
        "" => fail(
            format!("{} {}", entry.method, entry.path),
            "it has no operationId",
        ),
        id => Ok(id),
    }
}

fn operation(document: &Document, types: &mut Types, entry: &Entry, resource: &Words) -> Result<Operation> {
    let id = place(entry)?;
    let words = Words::of(id);
    let name = words
        .without(resource)
        .or_else(|| words.without(&resource.singular()))
        .unwrap_or(words);
    if name.is_empty() {
        return fail(id, "without the words of its tag there is no name left");
    }
    let aliases = entry.operation.items_of("x-aliases").iter();
    let aliases = aliases.map(|alias| Words::of(alias.as_text().unwrap_or_default()));
    let parameters = parameters(document, entry, id)?;
    let body = entry.operation.get("requestBody");
    let body = body.map(|body| document.resolve(body)).transpose()?;
    let call = resource.singular().and(&name);
    Ok(Operation {
        arguments: arguments(id, entry.path, &parameters)?,
        params: params(
            document,
            types,
            id,
            call.and(&Words::of("params")).pascal(),
            &parameters,
            body,
        )?,
        answer: answer(document, types, entry.operation, id, &call.pascal())?,
        sample: samples::sample(document, id, &parameters, body)?,
        id: id.to_owned(),
        name,
        aliases: aliases.collect(),
        method: entry.method.to_uppercase(),
        path: entry.path.to_owned(),
        summary: entry.operation.text_of("summary").to_owned(),
        description: entry.operation.text_of("description").to_owned(),
    })
}

/// Those of the path item and its own; one of the same name and place counts instead.
fn parameters<'a>(document: &'a Document, entry: &Entry<'a>, id: &str) -> Result<Vec<&'a Node>> {
    let mut found: Vec<&Node> = Vec::new();
    for parameter in entry.shared.iter().chain(entry.operation.items_of("parameters")) {
        let parameter = document.resolve(parameter)?;
        let key = |node: &Node| (node.text_of("name").to_owned(), node.text_of("in").to_owned());
        found.retain(|other| key(other) != key(parameter));
        let name = parameter.text_of("name");
        match parameter.text_of("in") {
            "path" | "query" => {}
            "header" if !parameter.is_true("required") => continue,
            other => return fail(id, format!("{name} in {other} cannot be given")),
        }
        if parameter.get("schema").is_none() {
            return fail(id, format!("{name} has no schema"));
        }
        found.push(parameter);
    }
    Ok(found)
}

/// The names in the path, in their order.
fn arguments(id: &str, path: &str, parameters: &[&Node]) -> Result<Vec<Words>> {
    let pieces = path.split('{').skip(1);
    let names: Vec<&str> = pieces
        .filter_map(|piece| Some(piece.split_once('}')?.0))
        .collect();
    let described = parameters
        .iter()
        .filter(|parameter| parameter.text_of("in") == "path");
    let described: Vec<_> = described.map(|parameter| parameter.text_of("name")).collect();
    for name in &names {
        if !described.contains(name) {
            return fail(id, format!("{name} stands in the path and is not described"));
        }
    }
    if let Some(name) = described.iter().find(|name| !names.contains(name)) {
        return fail(id, format!("{name} is described and does not stand in the path"));
    }
    let arguments: Vec<_> = names.into_iter().map(Words::of).collect();
    unique(id, arguments.iter().map(Words::camel))?;
    Ok(arguments)
}

fn params(
    document: &Document,
    types: &mut Types,
    id: &str,
    name: String,
    parameters: &[&Node],
    body: Option<&Node>,
) -> Result<Option<Params>> {
    let in_query = parameters
        .iter()
        .filter(|parameter| parameter.text_of("in") == "query");
    let query: Vec<Property> = in_query
        .map(|parameter| query_parameter(types, id, &name, parameter))
        .collect::<Result<_>>()?;
    let (mut attributes, mut is_body_required) = (Vec::new(), false);
    if let Some(body) = body {
        let Some(schema) = body.at(&["content", JSON, "schema"]) else {
            return fail(id, format!("its body is not {JSON}"));
        };
        let schema = document.resolve(schema)?;
        if schema.entries_of("properties").is_empty() {
            return fail(id, "its body is no object with properties");
        }
        attributes = types.properties(schema, &name)?;
        is_body_required = body.is_true("required");
    }
    if query.is_empty() && attributes.is_empty() {
        return Ok(None);
    }
    let all = || query.iter().chain(&attributes);
    unique(id, all().map(|property| property.name.clone()))?;
    Ok(Some(Params {
        is_required: is_body_required || all().any(|property| property.is_required),
        name,
        query,
        body: attributes,
    }))
}

/// An array is called `name[]` in a query, and `name` where it is given.
fn query_parameter(types: &mut Types, id: &str, owner: &str, parameter: &Node) -> Result<Property> {
    let (full, schema) = (
        parameter.text_of("name"),
        parameter.get("schema").unwrap_or(&Node::Null),
    );
    let name = full.strip_suffix("[]").unwrap_or(full);
    let kind = types.of(schema, owner, name)?;
    let is_list = matches!(kind, Type::List(_));
    let is_plain = |kind: &Type| {
        !matches!(
            kind,
            Type::Named(_) | Type::Map(_) | Type::Anything | Type::Nullable(_)
        )
    };
    let items_are_plain = match &kind {
        Type::List(items) => is_plain(items) && !matches!(**items, Type::List(_)),
        kind => is_plain(kind),
    };
    if is_list != (name != full) || !items_are_plain {
        return fail(
            id,
            format!("{full} in the query is neither a plain value nor an array whose name ends with []"),
        );
    }
    Ok(Property {
        name: name.to_owned(),
        description: parameter.text_of("description").to_owned(),
        kind,
        is_required: parameter.is_true("required"),
    })
}

/// What the successes have in common.
fn answer(document: &Document, types: &mut Types, operation: &Node, id: &str, call: &str) -> Result<Answer> {
    let mut schemas: Vec<Option<&Node>> = Vec::new();
    for (status, response) in operation.entries_of("responses") {
        let response = document.resolve(response)?;
        let content = response.entries_of("content");
        let schema = response.at(&["content", JSON, "schema"]);
        if !status.starts_with('2') {
            schema.map_or(Ok(()), |schema| types.enums_of_error(schema))?;
        } else if schema.is_none() && !content.is_empty() {
            return fail(id, format!("its answer {status} is not {JSON}"));
        } else if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    let schema = match schemas[..] {
        [Some(schema)] => schema,
        [None] => return Ok(Answer::Nothing),
        [] => return fail(id, "it has no success"),
        _ => return fail(id, "its successes differ"),
    };
    let properties = document.resolve(schema)?.entries_of("properties");
    let data = properties.iter().find(|(name, _)| name == "data");
    let is_page = OF_PAGES
        .iter()
        .all(|of_page| properties.iter().any(|(name, _)| name == of_page));
    let Some((_, data)) = data.filter(|_| is_page) else {
        return Ok(Answer::One(types.of(schema, call, "answer")?));
    };
    let Type::List(item) = types.of(data, call, "data")? else {
        return fail(id, "`data` of its page is no array");
    };
    let page = if properties.len() > OF_PAGES.len() {
        Some(types.of(schema, call, "answer")?)
    } else {
        None
    };
    Ok(Answer::Page { item: *item, page })
}
