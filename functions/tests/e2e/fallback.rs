//! Paths and methods that no route takes.

use std::collections::BTreeMap;

use conformance::probes::paths::UNKNOWN;
use local::template::{Route as TemplateRoute, Template};

use crate::http::Request;
use crate::routes::NOBODY;
use crate::world::{person, template, two_people, world};

/// The methods of every path of the template.
fn methods_by_path() -> BTreeMap<String, Vec<String>> {
    let template = Template::load(template()).unwrap();
    let mut methods = BTreeMap::<_, Vec<_>>::new();
    let functions = template.functions.into_iter();
    // The fallback answers no path: it refuses.
    let functions = functions.filter(|function| !function.events.routes.contains(&TemplateRoute::Default));
    for route in functions.flat_map(|function| function.events.routes) {
        if let TemplateRoute::Path { method, path } = route {
            methods.entry(path).or_default().push(method);
        }
    }
    methods
}

#[test]
fn a_known_path_names_its_methods() {
    let paths = methods_by_path();
    assert!(paths.len() >= 5, "{paths:?}");
    for (path, mut methods) in paths {
        methods.sort();
        for method in [
            "HEAD", "OPTIONS", "PATCH", "GET", "POST", "PUT", "DELETE", "TRACE", "BREW", "get",
        ] {
            if methods.iter().any(|own| own == method) {
                continue;
            }
            // Whatever the id is, and with or without a token.
            for id in [NOBODY, "x", "%00", "a%2Fb"] {
                let request = Request::new(method, path.replace("{id}", id));
                let answer = world().send(&request);
                if method == "HEAD" {
                    assert_eq!((answer.status, answer.body.len()), (405, 0));
                } else {
                    answer.refused(405, "method_not_allowed", None);
                }
                let mut allow: Vec<_> = answer.header("allow").unwrap().split(", ").collect();
                allow.sort_unstable();
                assert_eq!(allow, methods, "{method} {path}");
            }
        }
    }
}

#[test]
fn an_odd_path_is_a_404_and_so_is_options() {
    let (kate, _, conversation) = two_people("paths");
    let odd = [
        "/V1/conversations",
        "/v1//conversations",
        "//v1/conversations",
        "/v1/conversations//",
        &format!("{conversation}/"),
        &format!("{conversation}/messages"),
        &format!("/{conversation}"),
        "/v1/me/",
        "/v1/%63onversations",
        "/v1/conversations%2F0000000000000000",
        "/v1/conversations/../me",
        "/v1/./me",
        "/v1/conversations;x=1",
        "/%00",
        "/%FF",
        "/%",
        "/v1/m%65",
    ];
    let refused = |method: &str, path: &str| {
        let answer = kate.send(Request::new(method, path));
        answer.refused(404, "route_missing", None);
        assert_eq!(answer.header("allow"), None, "{method} {path}");
    };
    for path in odd {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            refused(method, path);
        }
    }
    // The contract suite tries these with every other method.
    for path in UNKNOWN {
        refused("OPTIONS", path);
    }
    kate.get(&conversation).expect(200);
}

#[test]
fn a_fallback_needs_no_token_and_reads_no_parameters() {
    let request = Request::new("POST", "/v1/nothing?limit=%zz")
        .header("content-type", "text/plain")
        .body("\u{0}");
    world().send(&request).refused(404, "route_missing", None);
    world()
        .send(&Request::new("GET", "/v1/nothing").bearer("x"))
        .refused(404, "route_missing", None);
}

#[test]
fn odd_hosts_do_not_matter() {
    let kate = person("host");
    let request = |host: &str| {
        let token = &kate.token;
        let bytes = format!(
            "GET /v1/me HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        );
        kate.machine.send_bytes(bytes.as_bytes())
    };
    for host in ["example.com", "example.com:8080", "[::1]:9000", "EXAMPLE.com"] {
        request(host).expect(200);
    }
}
