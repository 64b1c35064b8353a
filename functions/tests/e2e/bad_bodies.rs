//! What reaches no function: bodies that are too large for the gateway, and bytes that are no HTTP.

use serde_json::json;

use crate::http::{Answer, Request};
use crate::world::{Person, person};

const JSON: &str = "application/json";

fn send(caller: &Person<'_>, method: &str, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Answer {
    caller.send(
        Request::new(method, path)
            .header("content-type", content_type)
            .body(body),
    )
}

#[test]
fn bodies_over_what_a_function_gets_are_the_gateways() {
    let kate = person("gateway.body");
    for megabytes in [7, 11] {
        let answer = send(&kate, "POST", "/v1/contacts", JSON, vec![b' '; megabytes << 20]);
        assert_eq!(answer.status, 413);
        assert_eq!(answer.json(), json!({"message": "Request Entity Too Large"}));
    }
    kate.get("/v1/me").expect(200);
}

#[test]
fn raw_bytes_that_are_no_http() {
    let kate = person("no.http");
    for line in [
        "GET /v1/\0me HTTP/1.1",
        "GET /v1/me\u{7f} HTTP/1.1",
        "G\u{e4}T /v1/me HTTP/1.1",
    ] {
        let bytes = format!(
            "{line}\r\nhost: x\r\nauthorization: Bearer {}\r\nconnection: close\r\n\r\n",
            kate.token
        );
        assert_eq!(kate.machine.send_bytes(bytes.as_bytes()).status, 400, "{line:?}");
    }
    kate.get("/v1/me").expect(200);
}
