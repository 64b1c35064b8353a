//! A call of the client.

use super::literal::{STYLE, is_name};
use crate::error::Result;
use crate::layout::WIDTH;
use crate::model::{Api, Operation, Resource};
use crate::names::Words;
use crate::node::Node;
use crate::sample::{View, variable};

const TEMPLATE: &str = include_str!("../../templates/python/sample.py.jinja");

/// A program that makes the call and prints the answer.
pub(crate) fn source(api: &Api, resource: &Resource, operation: &Operation) -> Result<String> {
    let sample = &operation.sample;
    let is_free = |name: &str| is_name(name) && !["client", "os", "print"].contains(&name);
    let name = variable(api, operation, Words::snake, is_free);
    let is_list = operation.is_list();
    let before = match &name {
        Some(name) if is_list => "for  in :".len() + name.len(),
        Some(name) => " = ".len() + name.len(),
        None => 0,
    };
    let resource = resource.name.snake();
    let call = if sample.file.is_some() {
        // The hand-written part of the client takes files.
        format!("client.{resource}.upload(\"photo.jpg\")")
    } else {
        let text = |(_, text): &(String, String)| (String::new(), Node::Text(text.clone()));
        let params = sample.params();
        let params = params.iter().flat_map(Node::entries).cloned();
        let named = params.map(|(name, value)| (name + "=", value));
        let arguments: Vec<_> = sample.path.iter().map(text).chain(named).collect();
        let method = format!("client.{resource}.{}", operation.name.snake());
        written(&method, &arguments, before)
    };
    let address = &api.address;
    View {
        address,
        call,
        name,
        is_list,
    }
    .render(("sample.py", TEMPLATE))
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
