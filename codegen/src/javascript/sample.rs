//! A call of the client.

use super::literal::{STYLE, is_name};
use crate::error::Result;
use crate::model::{Api, Operation, Resource};
use crate::names::Words;
use crate::sample::{View, call, variable};

const TEMPLATE: &str = include_str!("../../templates/javascript/sample.js.jinja");

/// A module that makes the call and prints the answer.
pub(crate) fn source(api: &Api, resource: &Resource, operation: &Operation) -> Result<String> {
    let name = variable(api, operation, Words::camel, |name| {
        is_name(name) && name != "client"
    });
    let is_list = operation.is_list();
    let around = match &name {
        _ if is_list => "for await (const x of ) {".len(),
        Some(name) => "const  = await ".len() + name.len(),
        None => "await ".len(),
    };
    let resource = resource.name.camel();
    let call = if operation.sample.file.is_some() {
        // The hand-written part of the client takes files.
        format!("client.{resource}.upload('photo.jpg')")
    } else {
        let method = format!("client.{resource}.{}", operation.name.camel());
        call(&STYLE, &method, &operation.sample, around)
    };
    let address = &api.address;
    View {
        address,
        call,
        name,
        is_list,
    }
    .render(("sample.js", TEMPLATE))
}
