//! Small documents for tests.

use std::fmt::Write as _;

use crate::document::Document;
use crate::error::Result;
use crate::model::Api;

/// A document with these operations, `(method, path, YAML)`, and schemas, `(name, YAML)`.
pub(crate) fn openapi(operations: &[(&str, &str, &str)], schemas: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "info: { title: Test, description: '## Errors' }
servers: [{ url: 'https://{host}/', variables: { host: { default: api.example.com } } }]
tags: [{ name: Messages, description: What people wrote. }, { name: Sound packs }, { name: Me }]
paths:
",
    );
    let mut last = "";
    for (method, path, operation) in operations {
        if *path != last {
            writeln!(text, "  {path}:").unwrap();
        }
        writeln!(text, "    {method}: {operation}").unwrap();
        last = path;
    }
    text.push_str("components:\n  schemas:\n");
    for (name, schema) in schemas {
        writeln!(text, "    {name}: {schema}").unwrap();
    }
    text
}

pub(crate) fn api(operations: &[(&str, &str, &str)], schemas: &[(&str, &str)]) -> Result<Api> {
    let document = Document::parse(&openapi(operations, schemas)).unwrap();
    Api::read(&document)
}

/// An operation about messages that answers nothing, with more of it.
pub(crate) fn operation(id: &str, more: &str) -> String {
    format!(
        "{{ operationId: {id}, tags: [Messages], responses: {{ '204': {{ description: Done. }} }}{more} }}"
    )
}

/// An operation about messages that answers so.
pub(crate) fn answering(id: &str, schema: &str) -> String {
    let content = format!("content: {{ application/json: {{ schema: {schema} }} }}");
    format!("{{ operationId: {id}, tags: [Messages], responses: {{ '200': {{ {content} }} }} }}")
}

/// A body with an example, as more of an operation.
pub(crate) fn body(schema: &str, example: &str) -> String {
    format!(
        ", requestBody: {{ content: {{ application/json: {{ schema: {schema}, example: {example} }} }} }}"
    )
}
