//! What `CorsConfiguration` lets web pages do is all that the contract lets them do.

use std::collections::BTreeSet;

use local::template::{Cors, Parameters, Template, parse_yaml};
use serde_json::Value;

use crate::{differences, none, path, read};

/// Headers that an answer has for the browser, or says again in its status and body: no page has to read them.
const NOT_FOR_PAGES: [&str; 6] = [
    "accept-encoding",
    "access-control-allow-origin",
    "allow",
    "strict-transport-security",
    "www-authenticate",
    "x-content-type-options",
];

/// What every page may read: <https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name>.
const ALWAYS_READABLE: [&str; 7] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

fn cors() -> Cors {
    let parameters = Parameters::from([("CorsOrigins".to_owned(), "https://app.example".to_owned())]);
    let template = Template::load_with(&path("template.yaml"), &parameters).unwrap();
    template.cors.unwrap()
}

/// Calls `see` with every value in a document.
fn walk(value: &Value, see: &mut impl FnMut(&Value)) {
    see(value);
    match value {
        Value::Object(object) => object.values().for_each(|inner| walk(inner, see)),
        Value::Array(items) => items.iter().for_each(|inner| walk(inner, see)),
        _ => {}
    }
}

/// Methods, headers of requests, and headers of answers.
fn of_the_contract(contract: &Value) -> [BTreeSet<String>; 3] {
    let operations = contract["paths"].as_object().unwrap().values();
    let methods = operations.flat_map(|item| item.as_object().unwrap().keys());
    let methods = methods.filter(|key| key.as_str() != "parameters");
    // The token, and the format of the body.
    let mut sent = BTreeSet::from(["authorization".to_owned(), "content-type".to_owned()]);
    let mut answered = BTreeSet::new();
    walk(contract, &mut |value| {
        if value["in"] == "header" {
            sent.insert(value["name"].as_str().unwrap().to_ascii_lowercase());
        }
        // A response has a description, and the list of headers that responses share has none.
        if let (Some(headers), true) = (value["headers"].as_object(), value["description"].is_string()) {
            answered.extend(headers.keys().map(|name| name.to_ascii_lowercase()));
        }
    });
    [methods.map(|name| name.to_uppercase()).collect(), sent, answered]
}

fn problems(cors: &Cors, contract: &Value) -> Vec<String> {
    let [methods, sent, mut answered] = of_the_contract(contract);
    answered
        .retain(|name| !NOT_FOR_PAGES.contains(&name.as_str()) && !ALWAYS_READABLE.contains(&name.as_str()));
    let lists = [
        ("AllowMethods", &cors.methods, methods),
        ("AllowHeaders", &cors.headers, sent),
        ("ExposeHeaders", &cors.exposed, answered),
    ];
    let problems = lists.into_iter().flat_map(|(name, found, expected)| {
        let (add, remove) = (
            |what: &str| format!("template.yaml, {name}: add {what}"),
            |what: &str| format!("template.yaml, {name}: remove {what}"),
        );
        let found = found.iter().cloned().collect();
        differences(&expected, &found, add, remove).collect::<Vec<_>>()
    });
    problems.collect()
}

#[test]
fn pages_may_send_and_read_what_the_contract_has() {
    none(&problems(&cors(), &parse_yaml(&read("openapi.yaml")).unwrap()));
}

#[test]
fn what_pages_would_miss_is_named() {
    let contract = read("openapi.yaml").replace("name: Idempotency-Key\n", "name: Another-Key\n");
    let mut cors = cors();
    cors.methods.retain(|method| method != "PUT");
    cors.exposed.retain(|name| name != "location");
    assert_eq!(
        problems(&cors, &parse_yaml(&contract).unwrap()),
        [
            "template.yaml, AllowMethods: add PUT",
            "template.yaml, AllowHeaders: add another-key",
            "template.yaml, AllowHeaders: remove idempotency-key",
            "template.yaml, ExposeHeaders: add location",
        ]
    );
}
