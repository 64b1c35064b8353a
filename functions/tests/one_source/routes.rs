//! The routes: of `cargo lambda watch`, for 405, and in the contract.

use std::collections::{BTreeMap, BTreeSet};

use local::template::{Function, Route, Template, parse_yaml};
use serde::Deserialize;

use crate::{differences, functions, missed, none, read};

/// Methods of HTTP, in the order of `Allow`. The router of `cargo lambda watch` names all of them for every path, for it
/// knows no "any other method".
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

const FALLBACK: &str = "functions/fallback.rs";

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

#[derive(Deserialize)]
#[serde(untagged)]
enum Watched {
    Any(String),
    Methods(Vec<Method>),
}

#[derive(Deserialize)]
struct Method {
    method: String,
    function: String,
}

fn router(manifest: &str) -> BTreeMap<String, Watched> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let lambda = &manifest["workspace"]["metadata"]["lambda"];
    lambda["watch"]["router"].clone().try_into().unwrap()
}

fn problems_of_the_router(functions: &[Function], manifest: &str) -> Vec<String> {
    const PLACE: &str = "Cargo.toml, [workspace.metadata.lambda.watch.router]";
    let default = &default_function(functions).name;
    let mut expected = BTreeSet::from(["/", "/{*path}"].map(|path| format!("{path:?} = {default:?}")));
    for (path, methods) in routes(functions) {
        expected.extend(METHODS.map(|method| {
            let own = methods.get(method).or_else(|| methods.get("ANY"));
            line(&path, method, own.map_or(default, String::as_str))
        }));
    }
    let mut found = BTreeSet::new();
    for (path, watched) in router(manifest) {
        match watched {
            Watched::Any(function) => found.extend([format!("{path:?} = {function:?}")]),
            Watched::Methods(methods) => {
                found.extend(methods.iter().map(|own| line(&path, &own.method, &own.function)));
            }
        }
    }
    let (add, remove) = (
        |line: &str| format!("{PLACE}: add {line}"),
        |line: &str| format!("{PLACE}: remove {line}"),
    );
    differences(&expected, &found, add, remove).collect()
}

/// A method of a path, as it may stand alone; usually the methods of a path stand in one list.
fn line(path: &str, method: &str, function: &str) -> String {
    format!("{path:?} = [ {{ method = {method:?}, function = {function:?} }}, ]")
}

#[test]
fn cargo_lambda_watch_has_the_same_routes() {
    none(&problems_of_the_router(&functions(), &read("Cargo.toml")));
}

/// A path such as `/v1/messages/search` is also one of `/v1/messages/{id}`, whose routes would take the methods that it
/// does not have. So that they are a 405, the default function has a route for each.
fn problems_of_the_shadows(functions: &[Function]) -> Vec<String> {
    let routes = routes(functions);
    let is_also = |path: &str, pattern: &str| {
        let pairs = path.split('/').zip(pattern.split('/'));
        path != pattern
            && path.split('/').count() == pattern.split('/').count()
            && pairs
                .into_iter()
                .all(|(own, other)| own == other || (other.starts_with('{') && !own.starts_with('{')))
    };
    let mut expected = BTreeSet::new();
    for (path, methods) in &routes {
        let others = routes.iter().filter(|(pattern, _)| is_also(path, pattern));
        let others = others.flat_map(|(_, methods)| methods.keys());
        let missing = others.filter(|method| !methods.contains_key(*method));
        expected.extend(missing.map(|method| format!("{method} {path}")));
    }
    let found = default_function(functions).events.routes.iter();
    let found = found
        .filter(|route| **route != Route::Default)
        .map(ToString::to_string);
    let (add, remove) = (
        |line: &str| format!("template.yaml, the function of $default: add {line}"),
        |line: &str| format!("template.yaml, the function of $default: remove {line}"),
    );
    differences(&expected, &found.collect(), add, remove).collect()
}

#[test]
fn no_route_takes_the_methods_of_another_path() {
    none(&problems_of_the_shadows(&functions()));
}

fn problems_of_the_fallback(functions: &[Function], source: &str) -> Vec<String> {
    let routes = routes(functions);
    let expected = routes.iter().map(|(path, methods)| {
        // In the order of METHODS.
        let methods: Vec<_> = METHODS
            .into_iter()
            .filter(|method| methods.contains_key(*method))
            .collect();
        format!("({path:?}, {:?}),", methods.join(", "))
    });
    let (_, table) = source.split_once("const ROUTES").expect("no ROUTES");
    let (table, _) = table.split_once("];").unwrap();
    // Whatever rustfmt makes of it, every second part between quotation marks is a text.
    let texts: Vec<_> = table.split('"').skip(1).step_by(2).collect();
    let found = texts
        .chunks(2)
        .map(|pair| format!("({:?}, {:?}),", pair[0], pair[1]));
    let (add, remove) = (
        |line: &str| format!("{FALLBACK}, ROUTES: add {line}"),
        |line: &str| format!("{FALLBACK}, ROUTES: remove {line}"),
    );
    differences(&expected.collect(), &found.collect(), add, remove).collect()
}

#[test]
fn the_fallback_knows_every_path() {
    none(&problems_of_the_fallback(&functions(), &read(FALLBACK)));
}

fn problems_of_the_contract(functions: &[Function], contract: &str) -> Vec<String> {
    let expected = routes(functions).into_iter().flat_map(|(path, methods)| {
        let lines = methods
            .into_keys()
            .map(move |method| (path.clone(), method.to_lowercase()));
        lines.map(|(path, method)| format!("{path}: {method}:"))
    });
    let contract = parse_yaml(contract).unwrap();
    let mut found = BTreeSet::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys();
        let methods = methods.filter(|key| METHODS.contains(&key.to_uppercase().as_str()));
        found.extend(methods.map(|method| format!("{path}: {method}:")));
    }
    let (add, remove) = (
        |line: &str| format!("openapi.yaml, paths: add {line}"),
        |line: &str| format!("openapi.yaml, paths: remove {line}"),
    );
    differences(&expected.collect(), &found, add, remove).collect()
}

#[test]
fn the_contract_has_the_same_routes() {
    none(&problems_of_the_contract(&functions(), &read("openapi.yaml")));
}

#[test]
fn a_problem_says_which_line_to_write_where() {
    let functions = functions();
    let place = "Cargo.toml, [workspace.metadata.lambda.watch.router]";
    let put = r#"{ method = "PUT", function = "me-update" }"#;
    missed(
        &read("Cargo.toml"),
        (put, r#"{ method = "PUT", function = "fallback" }"#),
        |text| problems_of_the_router(&functions, text),
        &[
            &format!(r#"{place}: add "/v1/me" = [ {put}, ]"#),
            &format!(r#"{place}: remove "/v1/me" = [ {{ method = "PUT", function = "fallback" }}, ]"#),
        ],
    );
    missed(
        &read("template.yaml"),
        (
            "Method: PUT, Path: \"/v1/messages/search\"",
            "Method: PUT, Path: \"/v1/messages/seek\"",
        ),
        |text| problems_of_the_shadows(&Template::parse(text).unwrap().functions),
        &[
            "template.yaml, the function of $default: add PUT /v1/messages/search",
            "template.yaml, the function of $default: remove PUT /v1/messages/seek",
        ],
    );
    missed(
        &read(FALLBACK),
        (r#"    ("/v1/me", "GET, PUT"),"#, ""),
        |text| problems_of_the_fallback(&functions, text),
        &[r#"functions/fallback.rs, ROUTES: add ("/v1/me", "GET, PUT"),"#],
    );
    missed(
        &read("openapi.yaml"),
        ("\n  /v1/me:\n", "\n  /v1/myself:\n"),
        |text| problems_of_the_contract(&functions, text),
        &[
            "openapi.yaml, paths: add /v1/me: get:",
            "openapi.yaml, paths: add /v1/me: put:",
            "openapi.yaml, paths: remove /v1/myself: get:",
            "openapi.yaml, paths: remove /v1/myself: put:",
        ],
    );
}
