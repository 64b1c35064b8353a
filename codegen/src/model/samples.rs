//! What the samples of an operation say: the document's first examples of what the call needs.

use super::Sample;
use crate::document::Document;
use crate::error::{Result, fail};
use crate::node::Node;

/// `parameters` are resolved, `body` is the request body.
pub(super) fn sample(
    document: &Document,
    place: &str,
    parameters: &[&Node],
    body: Option<&Node>,
) -> Result<Sample> {
    let mut sample = Sample::default();
    for parameter in parameters {
        let (name, within) = (parameter.text_of("name"), parameter.text_of("in"));
        let is_needed = within == "path" || (within == "query" && parameter.is_true("required"));
        if !is_needed {
            continue;
        }
        let Some(value) = example(document, parameter)? else {
            return fail(place, format!("{name} has no example for the samples"));
        };
        match (within, &value) {
            ("path", Node::Text(text)) => sample.path.push((name.to_owned(), text.clone())),
            ("path", _) => return fail(place, format!("{name} in the path is no text")),
            _ => sample.query.push((name.to_owned(), value)),
        }
    }
    let content = |media| body.and_then(|body| body.at(&["content", media]));
    sample.takes_form = content("application/x-www-form-urlencoded").is_some();
    if let Some(json) = content("application/json") {
        sample.body = example(document, json)?;
        if sample.body.is_none() {
            return fail(place, "its body has no example for the samples");
        }
    }
    if let Some(schema) = content("multipart/form-data").and_then(|multipart| multipart.get("schema")) {
        let properties = document.resolve(schema)?.entries_of("properties");
        let file = properties
            .iter()
            .find(|(_, part)| part.text_of("format") == "binary");
        sample.file = file.map(|(name, _)| name.clone());
    }
    Ok(sample)
}

/// The `example`, or the value of the first of `examples`.
fn example(document: &Document, node: &Node) -> Result<Option<Node>> {
    if let Some(example) = node.get("example") {
        return Ok(Some(example.clone()));
    }
    match node.entries_of("examples").first() {
        Some((_, example)) => Ok(document.resolve(example)?.get("value").cloned()),
        None => Ok(None),
    }
}
