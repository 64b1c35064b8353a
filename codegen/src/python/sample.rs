//! A call of the client.

use serde::Serialize;

use super::literal::{STYLE, is_name};
use crate::error::Result;
use crate::layout::WIDTH;
use crate::model::{Api, Operation, Resource};
use crate::node::Node;
use crate::templates;

/// What a sample calls itself, or uses.
const TAKEN: [&str; 3] = ["client", "os", "print"];

#[derive(Serialize)]
struct View<'a> {
    address: &'a str,
    call: String,
    /// Of the answer, or of an item of it.
    name: Option<String>,
    is_list: bool,
}

/// A program that makes the call and prints the answer.
pub(crate) fn source(api: &Api, resource: &Resource, operation: &Operation) -> Result<String> {
    let sample = &operation.sample;
    let name = api.subject(operation).map(|name| match name.snake() {
        name if is_name(&name) && !TAKEN.contains(&name.as_str()) => name,
        _ => "answer".to_owned(),
    });
    let is_list = operation.is_list();
    let before = match &name {
        Some(name) if is_list => "for  in :".len() + name.len(),
        Some(name) => " = ".len() + name.len(),
        None => 0,
    };
    let call = if sample.file.is_some() {
        // The hand-written part of the client takes files.
        format!("client.{}.upload(\"photo.jpg\")", resource.name.snake())
    } else {
        let texts = sample
            .path
            .iter()
            .map(|(_, text)| (String::new(), Node::Text(text.clone())));
        let params = sample.params();
        let params = params.iter().flat_map(Node::entries).cloned();
        let arguments: Vec<_> = texts
            .chain(params.map(|(name, value)| (name + "=", value)))
            .collect();
        let method = format!("client.{}.{}", resource.name.snake(), operation.name.snake());
        written(&method, &arguments, before)
    };
    let view = View {
        address: &api.address,
        call,
        name,
        is_list,
    };
    let template = include_str!("../../templates/python/sample.py.jinja");
    templates::render(&templates::environment()?, ("sample.py", template), view)
}

/// On one line where it fits, else an argument a line. An argument is what stands before its value, and the value.
fn written(method: &str, arguments: &[(String, Node)], before: usize) -> String {
    let all: Vec<_> = arguments
        .iter()
        .map(|(name, value)| name.clone() + &STYLE.line(value))
        .collect();
    let line = format!("{method}({})", all.join(", "));
    if arguments.is_empty() || before + line.chars().count() <= WIDTH {
        return line;
    }
    let indent = STYLE.indent;
    let lines = arguments.iter().map(|(name, value)| {
        let before = indent + name.chars().count() + ",".len();
        format!("{:indent$}{name}{},\n", "", STYLE.fitting(value, before, indent))
    });
    format!("{method}(\n{})", lines.collect::<String>())
}
