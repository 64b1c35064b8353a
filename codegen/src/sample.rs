//! What the samples of all languages with a client have in common.

use serde::Serialize;

use crate::error::Result;
use crate::layout::Style;
use crate::model::{Api, Operation, Sample};
use crate::names::Words;
use crate::node::Node;
use crate::templates;

/// What a template of a sample shows.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    pub(crate) address: &'a str,
    pub(crate) call: String,
    /// Of the answer, or of an item of it.
    pub(crate) name: Option<String>,
    pub(crate) is_list: bool,
}

impl View<'_> {
    pub(crate) fn render(&self, template: (&str, &str)) -> Result<String> {
        templates::render(&templates::environment()?, template, self)
    }
}

/// What a sample calls the answer, or an item of it: by its type, where a variable may have that name.
pub(crate) fn variable(
    api: &Api,
    operation: &Operation,
    written: fn(&Words) -> String,
    is_free: impl Fn(&str) -> bool,
) -> Option<String> {
    let name = written(&api.subject(operation)?);
    Some(if is_free(&name) { name } else { "answer".to_owned() })
}

/// A call whose last argument is on several lines where one is too short, with so many characters around it: what
/// stands in the path, and all else as one value.
pub(crate) fn call(style: &Style, method: &str, sample: &Sample, around: usize) -> String {
    let texts = sample.path.iter().map(|(_, text)| Node::Text(text.clone()));
    let arguments: Vec<_> = texts.chain(sample.params()).collect();
    let Some((last, others)) = arguments.split_last() else {
        return format!("{method}()");
    };
    let others: String = others
        .iter()
        .map(|argument| style.line(argument) + ", ")
        .collect();
    let call = format!("{method}({others}");
    let around = around + call.chars().count() + ")".len();
    format!("{call}{})", style.fitting(last, around, 0))
}
