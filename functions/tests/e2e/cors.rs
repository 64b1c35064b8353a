//! What web pages of other origins can do: the local gateway and the storage say what `template.yaml` says.

use local::template::parse_yaml;
use serde_json::{Value, json};

use crate::http::{Answer, Request, send_bytes, to_bytes};
use crate::routes::{NOBODY, ROUTES};
use crate::world::{Machine, catalogue, template, text, world};

const APP: &str = "https://app.example";
const STRANGER: &str = "https://evil.example";

fn machine() -> Machine {
    Machine::start(|options| options.cors = vec![APP.parse().unwrap()])
}

/// Sends what no operation of the contract is, and what gets headers that it leaves to CORS.
fn send(machine: &Machine, request: &Request) -> Answer {
    send_bytes(machine.address, &to_bytes(request, machine.address))
}

fn preflight(path: &str, origin: &str, method: &str) -> Request {
    Request::new("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,idempotency-key")
}

/// The headers of CORS.
fn told(answer: &Answer) -> Vec<&str> {
    let names = answer.header_names();
    names.filter(|name| name.starts_with("access-control-")).collect()
}

/// The lists of a `CorsConfiguration` as they are written in the template: what stands there if there are origins.
fn written(resource: &str) -> Value {
    let template = parse_yaml(&std::fs::read_to_string(template()).unwrap()).unwrap();
    template["Resources"][resource]["Properties"]["CorsConfiguration"]["Fn::If"][1].clone()
}

fn joined(list: &Value, by: &str) -> Option<String> {
    let names: Vec<_> = list.as_array()?.iter().map(text).collect();
    Some(names.join(by))
}

#[test]
fn the_gateway_says_what_the_template_says() {
    let machine = machine();
    let kate = machine.person("cors");
    let written = written("Api");
    for route in ROUTES {
        let path = route.at(NOBODY);
        let answer = send(&machine, &preflight(&path, APP, route.method));
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{answer:?}");
        let max_age = written["MaxAge"].to_string();
        for (name, expected) in [
            ("allow-origin", Some(APP.to_owned())),
            ("allow-methods", joined(&written["AllowMethods"], ",")),
            ("allow-headers", joined(&written["AllowHeaders"], ",")),
            ("max-age", Some(max_age)),
        ] {
            let name = format!("access-control-{name}");
            assert!(expected.is_some(), "{written}");
            assert_eq!(answer.header(&name), expected.as_deref(), "{answer:?}");
        }
        // No function has seen it.
        assert_eq!(answer.header("x-request-id"), None, "{answer:?}");
        let stranger = send(&machine, &preflight(&path, STRANGER, route.method));
        assert_eq!((stranger.status, told(&stranger).len()), (204, 0), "{stranger:?}");
    }
    for (request, status) in [
        (Request::new("GET", "/v1/me").bearer(&kate.token), 200),
        (Request::new("GET", "/v1/me"), 401),
        (Request::new("GET", "/v1/nothing"), 404),
        (Request::new("OPTIONS", "/v1/me"), 405),
    ] {
        let answer = send(&machine, &request.clone().header("origin", APP));
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some(APP),
            "{answer:?}"
        );
        let exposed = joined(&written["ExposeHeaders"], ",");
        assert_eq!(
            answer.header("access-control-expose-headers"),
            exposed.as_deref(),
            "{answer:?}"
        );
        for other in [request.clone(), request.header("origin", STRANGER)] {
            let answer = send(&machine, &other);
            assert_eq!((answer.status, told(&answer).len()), (status, 0), "{answer:?}");
        }
    }
}

#[test]
fn the_storage_says_what_the_template_says() {
    let machine = machine();
    catalogue().publish(&machine.local);
    let kate = machine.person("cors.sounds");
    let download = kate.get(&format!("/v1/sounds/{}/download", catalogue().sounds[0].id));
    let url = text(&download.expect(200)["url"]);
    let (host, link) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let address = host.parse().unwrap();
    let ask = |request: Request| send_bytes(address, &to_bytes(&request, address));
    let written = &written("Files")["CorsRules"][0];
    let link = format!("/{link}");
    let part = |origin: &str| {
        Request::new("GET", link.as_str())
            .header("range", "bytes=0-9")
            .header("origin", origin)
    };
    let asked = Request::new("OPTIONS", link.as_str())
        .header("origin", APP)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "range");
    for (request, status) in [(part(APP), 206), (asked, 200)] {
        let answer = ask(request);
        assert_eq!(answer.status, status, "{answer:?}");
        for (name, expected) in [
            ("allow-origin", Some(APP.to_owned())),
            ("allow-methods", joined(&written["AllowedMethods"], ", ")),
            ("expose-headers", joined(&written["ExposedHeaders"], ", ")),
            ("max-age", Some(written["MaxAge"].to_string())),
        ] {
            assert!(expected.is_some(), "{written}");
            let name = format!("access-control-{name}");
            assert_eq!(answer.header(&name), expected.as_deref(), "{answer:?}");
        }
        // All that a page may read is there, but that the embedded storage never says that it knows ranges.
        if status == 206 {
            for name in written["ExposedHeaders"].as_array().unwrap() {
                let is_there = answer.header(&text(name)).is_some();
                assert_eq!(is_there, name != "accept-ranges", "{name}: {answer:?}");
            }
        } else {
            let allowed = joined(&written["AllowedHeaders"], ", ");
            assert_eq!(answer.header("access-control-allow-headers"), allowed.as_deref());
        }
    }
    // The link is for everybody, and the script of a strange page does not see what it leads to.
    let stranger = ask(part(STRANGER));
    assert_eq!((stranger.status, told(&stranger).len()), (206, 0), "{stranger:?}");
}

/// API Gateway may leave preflights to `$default`, and adds the headers of CORS to what that answers.
#[test]
fn the_default_route_answers_preflights_too() {
    for path in ["/v1/me", "/v1/messages/search", "/v1/nothing"] {
        let answer = send(world(), &preflight(path, APP, "GET"));
        assert_eq!(answer.expect(204), json!(null));
        assert_eq!(told(&answer).len(), 0, "{answer:?}");
    }
    let without_origin = Request::new("OPTIONS", "/v1/me").header("access-control-request-method", "GET");
    let without_method = Request::new("OPTIONS", "/v1/me").header("origin", APP);
    let other_method = Request::new("PATCH", "/v1/me").header("origin", APP);
    for request in [
        without_origin,
        without_method,
        other_method.header("access-control-request-method", "GET"),
    ] {
        world().send(&request).refused(405, "method_not_allowed", None);
    }
}
