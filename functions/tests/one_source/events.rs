//! `events/`: a sample event for each function, of what invokes it.

use std::collections::BTreeMap;

use local::template::{Events, Function, Route};
use serde_json::{Value, json};

use crate::routes::is_call;
use crate::written::is_update;
use crate::{differences, functions, none, path, read};

const PLACEHOLDER: &str = "Bearer ptc_REPLACE-WITH-A-TOKEN";

fn samples() -> BTreeMap<String, Value> {
    let files = std::fs::read_dir(path("events")).unwrap();
    files
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let content = std::fs::read(path).unwrap();
            let sample =
                serde_json::from_slice(&content).unwrap_or_else(|error| panic!("events/{name}: {error}"));
            (name, sample)
        })
        .collect()
}

fn file_name(function: &Function) -> String {
    format!("{}.json", function.name)
}

fn problems_of_samples(functions: &[Function], samples: &BTreeMap<String, Value>) -> Vec<String> {
    let expected = functions.iter().map(file_name).collect();
    let found = samples.keys().cloned().collect();
    let mut problems: Vec<_> = differences(
        &expected,
        &found,
        |name| format!("events/{name}: add a sample event"),
        |name| format!("events/{name}: remove it, for template.yaml has no such function"),
    )
    .collect();
    for function in functions {
        let name = file_name(function);
        let problem = samples
            .get(&name)
            .and_then(|sample| problem(sample, &function.events));
        problems.extend(problem.map(|problem| format!("events/{name}: {problem}")));
    }
    problems
}

/// What is wrong with a sample for a function that these events invoke.
fn problem(sample: &Value, events: &Events) -> Option<String> {
    if !events.routes.is_empty() {
        return problem_of_request(sample, &events.routes);
    }
    let records = sample["Records"].as_array();
    let is_stream =
        records.is_some_and(|records| records.iter().all(|record| record["dynamodb"].is_object()));
    if !events.streams.is_empty() && !is_stream {
        return Some("write `Records`, each with `dynamodb`".to_owned());
    }
    match events.schedules.first() {
        Some(schedule) if sample["source"] != schedule.source => {
            Some(format!("write \"source\": {:?}", schedule.source))
        }
        _ => None,
    }
}

fn problem_of_request(sample: &Value, routes: &[Route]) -> Option<String> {
    let keys: Vec<_> = routes.iter().map(ToString::to_string).collect();
    let key = sample["routeKey"].as_str().unwrap_or_default();
    let context = &sample["requestContext"];
    if !keys.iter().any(|own| own == key) || context["routeKey"] != key {
        return Some(format!("write \"routeKey\": {:?}, twice", keys.join("\" or \"")));
    }
    if sample["version"] != "2.0" {
        return Some("write \"version\": \"2.0\"".to_owned());
    }
    let raw_path = sample["rawPath"].as_str().unwrap_or_default();
    let method = context["http"]["method"].as_str().unwrap_or_default();
    if context["http"]["path"] != raw_path {
        return Some("write the same path in `rawPath` and in `requestContext`".to_owned());
    }
    if let Some((route_method, route_path)) = key.split_once(' ') {
        let mut parameters = serde_json::Map::new();
        let (expected, given) = (route_path.split('/'), raw_path.split('/'));
        let same_length = expected.clone().count() == given.clone().count();
        let fits = expected.zip(given).all(|(expected, given)| {
            let name = expected.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            if let Some(name) = name {
                parameters.insert(name.to_owned(), json!(given));
            }
            name.is_some() || expected == given
        });
        if !same_length || !fits || (route_method != "ANY" && route_method != method) {
            return Some(format!("write a method and a path of {key}"));
        }
        let given = sample["pathParameters"].as_object().cloned().unwrap_or_default();
        if given != parameters {
            return Some(format!("write \"pathParameters\": {}", Value::from(parameters)));
        }
        if !is_call(route_path) {
            return None;
        }
    }
    (sample["headers"]["authorization"] != PLACEHOLDER)
        .then(|| format!("write \"authorization\": {PLACEHOLDER:?}, and never a token"))
}

/// The sample of a request, as far as the route tells: parameters and what is in the body are for a person to write.
fn first_sample(method: &str, route_path: &str) -> String {
    let parameters: Vec<_> = route_path
        .split(['{', '}'])
        .skip(1)
        .step_by(2)
        .map(|name| format!("    {name:?}: {ID:?}"))
        .collect();
    let of_route = |segment: &str| {
        if segment.starts_with('{') {
            ID.to_owned()
        } else {
            segment.to_owned()
        }
    };
    let raw_path = route_path.split('/').map(of_route).collect::<Vec<_>>().join("/");
    let mut sample = read("events/me-get.json")
        .replace("GET /v1/me", &format!("{method} {route_path}"))
        .replace("\"/v1/me\"", &format!("{raw_path:?}"))
        .replace("\"method\": \"GET\"", &format!("\"method\": {method:?}"));
    let before = |sample: &str, line: &str, more: &str| sample.replace(line, &format!("{more}{line}"));
    let end = "  \"isBase64Encoded\"";
    if !parameters.is_empty() {
        let parameters = parameters.join(",\n");
        sample = before(
            &sample,
            end,
            &format!("  \"pathParameters\": {{\n{parameters}\n  }},\n"),
        );
    }
    if matches!(method, "POST" | "PUT" | "PATCH") {
        let headers = "    \"content-length\": \"2\",\n    \"content-type\": \"application/json\",\n";
        sample = before(&sample, "    \"host\"", headers);
        sample = before(&sample, end, "  \"body\": \"{}\",\n");
    }
    sample
}

/// An id of the samples.
const ID: &str = "L0E1G2M6uuh3y93T";

#[test]
fn every_function_has_its_sample() {
    let functions = functions();
    if is_update() {
        for function in &functions {
            let file = path("events").join(file_name(function));
            if let (false, Some(Route::Path { method, path })) =
                (file.exists(), function.events.routes.first())
            {
                std::fs::write(file, first_sample(method, path)).unwrap();
            }
        }
    }
    none(&problems_of_samples(&functions, &samples()));
}

#[test]
fn the_first_sample_of_a_function_is_one() {
    for route in functions()
        .into_iter()
        .flat_map(|function| function.events.routes)
    {
        if let Route::Path { method, path } = &route {
            let sample = serde_json::from_str(&first_sample(method, path)).unwrap();
            assert_eq!(
                problem_of_request(&sample, std::slice::from_ref(&route)),
                None,
                "{sample}"
            );
        }
    }
}

#[test]
fn a_problem_says_what_to_write() {
    let functions = functions();
    let said = |name: &str, change: fn(&mut Value)| {
        let mut samples = samples();
        change(samples.get_mut(name).unwrap());
        // With `UPDATE`, samples of new functions may not be written yet.
        let mut problems = problems_of_samples(&functions, &samples);
        problems.retain(|problem| problem.starts_with(&format!("events/{name}:")));
        problems
    };
    assert_eq!(
        said("me-get.json", |sample| sample["routeKey"] = json!("GET /me")),
        [r#"events/me-get.json: write "routeKey": "GET /v1/me", twice"#]
    );
    assert_eq!(
        said("me-get.json", |sample| sample["headers"]["authorization"] =
            json!("Bearer x")),
        [
            r#"events/me-get.json: write "authorization": "Bearer ptc_REPLACE-WITH-A-TOKEN", and never a token"#
        ]
    );
    assert_eq!(
        said("contacts-get.json", |sample| {
            sample["pathParameters"].take();
            sample["rawPath"] = json!("/v1/contacts/1");
            sample["requestContext"]["http"]["path"] = json!("/v1/contacts/1");
        }),
        [r#"events/contacts-get.json: write "pathParameters": {"id":"1"}"#]
    );
    assert_eq!(
        said(
            "contacts-get.json",
            |sample| sample["requestContext"]["http"]["method"] = json!("PUT")
        ),
        ["events/contacts-get.json: write a method and a path of GET /v1/contacts/{id}"]
    );
    assert_eq!(
        said("changes.json", |sample| sample["Records"] = json!([{}])),
        ["events/changes.json: write `Records`, each with `dynamodb`"]
    );
    assert_eq!(
        said("reconcile.json", |sample| sample["source"] = json!("x")),
        [r#"events/reconcile.json: write "source": "aws.scheduler""#]
    );
    let mut samples = samples();
    let sample = samples.remove("me-get.json").unwrap();
    samples.insert("me.json".to_owned(), sample);
    assert_eq!(
        problems_of_samples(&functions, &samples),
        [
            "events/me-get.json: add a sample event",
            "events/me.json: remove it, for template.yaml has no such function"
        ]
    );
}
