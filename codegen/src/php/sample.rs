//! A call of the client.

use serde::Serialize;

use super::literal::{STYLE, is_word};
use crate::error::Result;
use crate::model::{Api, Operation, Resource};
use crate::node::Node;
use crate::templates;

/// What a sample calls itself, and PHP.
const TAKEN: [&str; 2] = ["client", "this"];

#[derive(Serialize)]
struct View<'a> {
    address: &'a str,
    call: String,
    /// Of the answer, or of an item of it.
    name: Option<String>,
    is_list: bool,
}

/// A script that makes the call and prints the answer.
pub(crate) fn source(api: &Api, resource: &Resource, operation: &Operation) -> Result<String> {
    let sample = &operation.sample;
    let name = api.subject(operation).map(|name| match name.camel() {
        name if is_word(&name) && !TAKEN.contains(&name.as_str()) => name,
        _ => "answer".to_owned(),
    });
    let is_list = operation.is_list();
    let around = match &name {
        Some(name) if is_list => "foreach ( as $) {".len() + name.len(),
        Some(name) => "$ = ;".len() + name.len(),
        None => ";".len(),
    };
    let call = if sample.file.is_some() {
        // The hand-written part of the client takes files.
        format!("$client->{}->upload('photo.jpg')", resource.name.camel())
    } else {
        let texts = sample.path.iter().map(|(_, text)| Node::Text(text.clone()));
        let arguments: Vec<_> = texts.chain(sample.params()).collect();
        let method = format!("$client->{}->{}", resource.name.camel(), operation.name.camel());
        written(&method, &arguments, around)
    };
    let view = View {
        address: &api.address,
        call,
        name,
        is_list,
    };
    let template = include_str!("../../templates/php/sample.php.jinja");
    templates::render(&templates::environment()?, ("sample.php", template), view)
}

/// With the last argument on several lines where one is too short.
fn written(method: &str, arguments: &[Node], around: usize) -> String {
    let Some((last, others)) = arguments.split_last() else {
        return format!("{method}()");
    };
    let others: String = others
        .iter()
        .map(|argument| STYLE.line(argument) + ", ")
        .collect();
    let call = format!("{method}({others}");
    let around = around + call.chars().count() + ")".len();
    format!("{call}{})", STYLE.fitting(last, around, 0))
}
