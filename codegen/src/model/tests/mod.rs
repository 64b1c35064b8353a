//! The rules of names, types and samples, with small documents.

mod calls;
mod types;

use super::*;
use crate::testing::{answering, api, body, operation};

const THING: &str = "{ type: object, properties: { id: { type: string } } }";

fn read_one(operation: &str) -> Result<Api> {
    api(&[("get", "/v1/x", operation)], &[("Thing", THING)])
}

/// What is wrong with the only operation.
#[track_caller]
fn problem(operation: &str) -> String {
    read_one(operation).unwrap_err().to_string()
}

#[track_caller]
fn assert_problems<'a>(problems: impl IntoIterator<Item = (String, &'a str)>) {
    for (operation, expected) in problems {
        let found = problem(&operation);
        assert!(found.contains(expected), "{operation}\n{found}");
    }
}

#[test]
fn methods_have_the_names_of_operations_without_the_words_of_the_tag() {
    let packs = |id| operation(id, "").replace("Messages", "Sound packs");
    let me = operation("getMe", "").replace("Messages", "Me");
    let send = operation("createMessage", ", x-aliases: [send, post_it]");
    let read = api(
        &[
            ("get", "/v1/sounds", &packs("listSoundPacks")),
            ("put", "/v1/sounds", &packs("tagSoundPack")),
            ("get", "/v1/messages", &operation("listMessages", "")),
            ("post", "/v1/messages", &send),
            ("put", "/v1/messages", &operation("markMessageRead", "")),
            ("delete", "/v1/messages", &operation("addReaction", "")),
            ("get", "/v1/me", &me),
        ],
        &[],
    );
    let read = read.unwrap();
    let names = read.resources.iter().map(|resource| {
        let of_operation = |operation: &Operation| {
            let aliases = operation.aliases.iter().map(Words::camel);
            std::iter::once(operation.name.camel())
                .chain(aliases)
                .collect::<Vec<_>>()
                .join("=")
        };
        let methods: Vec<_> = resource.operations.iter().map(of_operation).collect();
        format!("{}: {}", resource.name.camel(), methods.join(" "))
    });
    assert_eq!(
        names.collect::<Vec<_>>(),
        [
            "messages: list create=send=postIt markRead addReaction",
            "soundPacks: list tag",
            "me: get"
        ]
    );
    assert_eq!(read.address, "https://api.example.com");
}

#[test]
fn names_that_clash_or_are_none_are_errors() {
    let two = |one: &str, other: &str| {
        let operations = [("get", "/v1/x", one), ("put", "/v1/x", other)];
        api(&operations, &[("Thing", THING)]).unwrap_err().to_string()
    };
    let list = operation("listMessages", "");
    assert_eq!(two(&list, &list), "operations: two are called listMessages");
    assert_eq!(
        two(&list, &operation("list", "")),
        "Messages: two are called list"
    );
    let alias = operation("seeMessages", ", x-aliases: [list]");
    assert_eq!(two(&list, &alias), "Messages: two are called list");
    let params = body("{ $ref: '#/components/schemas/MessageSendParams' }", "{ id: a }");
    let send = operation("sendMessage", &params)
        + "\n    put: "
        + &answering("getMessage", "{ $ref: '#/components/schemas/MessageSendParams' }");
    let found = api(&[("get", "/v1/x", &send)], &[("MessageSendParams", THING)]).unwrap_err();
    assert_eq!(
        found.to_string(),
        "types, parameters and resources: two are called MessageSendParams"
    );
    assert_problems([
        (operation("messages", ""), "no name left"),
        (
            operation("listMessages", "").replace("tags: [Messages]", "tags: []"),
            "it has no tag",
        ),
        (
            operation("listMessages", "").replace("[Messages]", "[Notes]"),
            "Notes is not among the tags",
        ),
        (operation("''", ""), "get /v1/x: it has no operationId"),
    ]);
}

#[test]
fn an_address_has_all_its_variables() {
    for (servers, expected) in [
        ("[]", "servers: there is none"),
        ("[{ url: / }]", "servers: / is no whole address"),
        (
            "[{ url: 'https://{host}' }]",
            "servers: https://{host} is no whole address",
        ),
    ] {
        let document = Document::parse(&format!("servers: {servers}")).unwrap();
        assert_eq!(Api::read(&document).unwrap_err().to_string(), expected);
    }
}
