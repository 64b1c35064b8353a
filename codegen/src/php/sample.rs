//! A call of the client.

use super::literal::{STYLE, is_word};
use crate::error::Result;
use crate::model::{Api, Operation, Resource};
use crate::names::Words;
use crate::sample::{View, call, variable};

const TEMPLATE: &str = include_str!("../../templates/php/sample.php.jinja");

/// A script that makes the call and prints the answer.
pub(crate) fn source(api: &Api, resource: &Resource, operation: &Operation) -> Result<String> {
    let is_free = |name: &str| is_word(name) && !["client", "this"].contains(&name);
    let name = variable(api, operation, Words::camel, is_free);
    let is_list = operation.is_list();
    let around = match &name {
        Some(name) if is_list => "foreach ( as $) {".len() + name.len(),
        Some(name) => "$ = ;".len() + name.len(),
        None => ";".len(),
    };
    let resource = resource.name.camel();
    let call = if operation.sample.file.is_some() {
        // The hand-written part of the client takes files.
        format!("$client->{resource}->upload('photo.jpg')")
    } else {
        let method = format!("$client->{resource}->{}", operation.name.camel());
        call(&STYLE, &method, &operation.sample, around)
    };
    let address = &api.address;
    View {
        address,
        call,
        name,
        is_list,
    }
    .render(("sample.php", TEMPLATE))
}
