//! The routes: in `functions/routes.rs`, of `cargo lambda watch`, in the tour, and in the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use local::template::{Function, Route, Template, parse_yaml};
use serde_json::Value;

use crate::written::{with_body, write_or_compare};
use crate::{differences, functions, none, read};

/// Methods of HTTP, in the order of `Allow`. The router of `cargo lambda watch` names all of them for every path, for it
/// knows no "any other method".
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The function of every method of every path.
type Routes = BTreeMap<String, BTreeMap<String, String>>;

/// What functions answer. What the default function takes beside the rest is no route of the API.
fn routes(functions: &[Function]) -> Routes {
    let mut routes = Routes::new();
    for function in functions.iter().filter(|function| !takes_the_rest(function)) {
        for route in &function.events.routes {
            if let Route::Path { method, path } = route {
                let methods = routes.entry(path.clone()).or_default();
                methods.insert(method.clone(), function.name.clone());
            }
        }
    }
    routes
}

/// Method, path and function, in the order in which they are shown.
fn in_order(routes: &Routes) -> impl Iterator<Item = (&str, &str, &str)> {
    routes.iter().flat_map(|(path, methods)| {
        METHODS.into_iter().filter_map(move |method| {
            let function = methods.get(method)?;
            Some((method, path.as_str(), function.as_str()))
        })
    })
}

fn takes_the_rest(function: &Function) -> bool {
    function.events.routes.contains(&Route::Default)
}

/// The function of `$default`.
fn default_function(functions: &[Function]) -> &Function {
    let mut functions = functions.iter();
    functions
        .find(|function| takes_the_rest(function))
        .expect("no $default")
}

/// What openapi.yaml describes. The rest are pages for people.
pub(crate) fn is_call(path: &str) -> bool {
    path.starts_with("/v1/")
}

fn with_routes(source: &str, functions: &[Function]) -> String {
    let routes = routes(functions);
    let (calls, pages): (Vec<_>, Vec<_>) = in_order(&routes).partition(|(_, path, _)| is_call(path));
    let written = [("ROUTES", calls), ("PAGES", pages)].into_iter();
    written.fold(source.to_owned(), |source, (name, routes)| {
        let mut array = format!("{}] = [\n", routes.len());
        for (method, path, _) in routes {
            writeln!(array, "    ({method:?}, {path:?}),").unwrap();
        }
        let begin = format!("const {name}: [(&str, &str); ");
        with_body(&source, (&begin, "];"), &array)
    })
}

#[test]
fn the_functions_and_the_tests_know_every_route() {
    const FILE: &str = "functions/routes.rs";
    write_or_compare(FILE, &with_routes(&read(FILE), &functions()));
}

fn with_router(manifest: &str, functions: &[Function]) -> String {
    let default = &default_function(functions).name;
    let mut router = format!("\"/\" = {default:?}\n\"/{{*path}}\" = {default:?}\n");
    for (path, methods) in routes(functions) {
        writeln!(router, "{path:?} = [").unwrap();
        for method in METHODS {
            let function = methods.get(method).unwrap_or(default);
            writeln!(router, "    {{ method = {method:?}, function = {function:?} }},").unwrap();
        }
        router.push_str("]\n");
    }
    let place = (
        "[workspace.metadata.lambda.watch.router]\n",
        "\n[workspace.lints.rust]",
    );
    with_body(manifest, place, &router)
}

#[test]
fn cargo_lambda_watch_has_the_same_routes() {
    write_or_compare("Cargo.toml", &with_router(&read("Cargo.toml"), &functions()));
}

/// A path such as `/v1/messages/search` is also one of `/v1/messages/{id}`, whose routes would take the methods that it
/// does not have. So that they are a 405, the default function has a route for each.
fn with_shadows(template: &str) -> String {
    let routes = routes(&Template::parse(template).unwrap().functions);
    let is_also = |path: &str, pattern: &str| {
        let mut pairs = path.split('/').zip(pattern.split('/'));
        path != pattern
            && path.split('/').count() == pattern.split('/').count()
            && pairs.all(|(own, other)| own == other || (other.starts_with('{') && !own.starts_with('{')))
    };
    let mut shadows = String::new();
    for (path, methods) in &routes {
        let others = routes.iter().filter(|(pattern, _)| is_also(path, pattern));
        let others: BTreeSet<_> = others.flat_map(|(_, methods)| methods.keys()).collect();
        for method in others.into_iter().filter(|method| !methods.contains_key(*method)) {
            let name: String = format!("{}{path}", method.to_lowercase())
                .split('/')
                .filter(|part| *part != "v1")
                .map(|part| part.trim_matches(['{', '}']))
                .map(|part| part[..1].to_uppercase() + &part[1..])
                .collect();
            writeln!(
                shadows,
                "        {name}:\n          Type: HttpApi\n          \
                 Properties: {{ ApiId: !Ref Api, Method: {method}, Path: {path:?} }}"
            )
            .unwrap();
        }
    }
    let place = (
        "whose routes would take these. one_source writes them.\n",
        "\n  # --- For operators",
    );
    with_body(template, place, &shadows)
}

#[test]
fn no_route_takes_the_methods_of_another_path() {
    write_or_compare("template.yaml", &with_shadows(&read("template.yaml")));
}

/// Every call, with what `openapi.yaml` says that it does.
fn with_calls(tour: &str, functions: &[Function], contract: &Value) -> String {
    let routes = routes(functions);
    let mut calls = String::from("\n| | |\n|---|---|\n");
    for (method, path, _) in in_order(&routes).filter(|(_, path, _)| is_call(path)) {
        let operation = &contract["paths"][path][method.to_lowercase()];
        let summary = operation["summary"].as_str().unwrap_or_default();
        writeln!(calls, "| `{method} {path}` | {summary} |").unwrap();
    }
    let (head, _) = tour.split_once("## Every call\n").expect("## Every call");
    [head, "## Every call\n", &calls].concat()
}

#[test]
fn the_tour_ends_with_every_call() {
    const FILE: &str = "docs/TOUR.md";
    let contract = parse_yaml(&read("openapi.yaml")).unwrap();
    write_or_compare(FILE, &with_calls(&read(FILE), &functions(), &contract));
}

fn problems_of_the_contract(functions: &[Function], contract: &Value) -> Vec<String> {
    let line = |method: &str, path: &str| format!("{path}: {}:", method.to_lowercase());
    let routes = routes(functions);
    let expected = in_order(&routes).map(|(method, path, _)| line(method, path));
    let mut found = BTreeSet::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        let methods = METHODS
            .iter()
            .filter(|method| item.get(method.to_lowercase()).is_some());
        found.extend(methods.map(|method| line(method, path)));
    }
    let pages = contract["x-pages"].as_array().unwrap();
    found.extend(pages.iter().map(|path| line("GET", path.as_str().unwrap())));
    let (add, remove) = (
        |line: &str| format!("openapi.yaml, paths or x-pages: add {line}"),
        |line: &str| format!("openapi.yaml, paths or x-pages: remove {line}"),
    );
    differences(&expected.collect(), &found, add, remove).collect()
}

#[test]
fn the_contract_has_the_same_routes() {
    let contract = parse_yaml(&read("openapi.yaml")).unwrap();
    none(&problems_of_the_contract(&functions(), &contract));
}

/// One more path, which also fits that of a message, and a method less.
#[test]
fn a_new_route_is_written_everywhere() {
    let template = read("template.yaml");
    let template = template.replace(
        "Method: PUT, Path: \"/v1/me\"",
        "Method: PATCH, Path: \"/v1/messages/places\"",
    );
    let functions = Template::parse(&template).unwrap().functions;
    let source = with_routes(&read("functions/routes.rs"), &functions);
    assert!(
        source.contains("    (\"PATCH\", \"/v1/messages/places\"),\n"),
        "{source}"
    );
    assert!(!source.contains("(\"PUT\", \"/v1/me\")"), "{source}");
    let router = with_router(&read("Cargo.toml"), &functions);
    let line = r#"    { method = "PATCH", function = "me-update" },"#;
    assert_eq!(router.matches(line).count(), 1);
    let shadows = with_shadows(&template);
    let shadow = "        GetMessagesPlaces:\n          Type: HttpApi\n          \
                  Properties: { ApiId: !Ref Api, Method: GET, Path: \"/v1/messages/places\" }\n";
    assert!(shadows.contains(shadow), "{shadows}");
    let contract = parse_yaml(&read("openapi.yaml")).unwrap();
    let tour = with_calls(&read("docs/TOUR.md"), &functions, &contract);
    assert!(tour.contains("| `PATCH /v1/messages/places` |  |\n"), "{tour}");
    let expected = [
        "openapi.yaml, paths or x-pages: add /v1/messages/places: patch:",
        "openapi.yaml, paths or x-pages: remove /v1/me: put:",
    ];
    assert_eq!(problems_of_the_contract(&functions, &contract), expected);
}
