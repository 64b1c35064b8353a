//! Lambda's Invoke API.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::common::{Fixture, client};

async fn fixture() -> Fixture {
    Fixture::start(|_| {}).await
}

fn request(fixture: &Fixture, function: &str, payload: &str) -> RequestBuilder {
    let url = format!(
        "{}/2015-03-31/functions/{function}/invocations",
        fixture.local.invoke_url()
    );
    client().post(url).body(payload.to_owned())
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_function_by_any_of_its_names() {
    let fixture = fixture().await;
    for name in [
        "echo",
        "Echo",
        "arn:aws:lambda:us-east-1:000000000000:function:echo",
        "a:b:function:echo:$LATEST",
    ] {
        let response = request(&fixture, name, r#"{"a":1}"#).send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        assert_eq!(header(&response, "x-amz-executed-version"), "$LATEST");
        assert_eq!(response.text().await.unwrap(), r#"{"a":1}"#);
    }
    let response = request(&fixture, "nobody", "{}").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "x-amzn-errortype")),
        (404, "ResourceNotFoundException")
    );
}

#[tokio::test]
async fn payloads() {
    let fixture = fixture().await;
    let empty = request(&fixture, "echo", "").send().await.unwrap();
    assert_eq!(empty.text().await.unwrap(), "{}");
    let broken = request(&fixture, "echo", "{").send().await.unwrap();
    assert_eq!(
        (broken.status().as_u16(), header(&broken, "x-amzn-errortype")),
        (400, "InvalidRequestContentException")
    );
    let large = request(&fixture, "echo", &json!("x".repeat(7_000_000)).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(
        (large.status().as_u16(), header(&large, "x-amzn-errortype")),
        (413, "RequestTooLargeException")
    );
}

#[tokio::test]
async fn an_error_is_marked_and_the_log_comes_with_it() {
    let fixture = fixture().await;
    let response = request(&fixture, "echo", r#"{"do":"error"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            header(&response, "x-amz-function-error")
        ),
        (200, "Unhandled")
    );
    let error: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(error["errorMessage"], "it is told to fail");

    let response = request(&fixture, "echo", r#"{"do":"log"}"#)
        .header("x-amz-log-type", "Tail")
        .send()
        .await
        .unwrap();
    let log = BASE64_STANDARD
        .decode(header(&response, "x-amz-log-result"))
        .unwrap();
    let log = String::from_utf8(log).unwrap();
    assert!(
        log.contains("to the output\n") && log.contains("to the error output\n"),
        "{log}"
    );
}

#[tokio::test]
async fn types_of_invocation() {
    let fixture = fixture().await;
    let invoke = async |kind: &str| {
        let request = request(&fixture, "echo", r#"{"do":"sleep"}"#).header("x-amz-invocation-type", kind);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(invoke("DryRun").await, 204);
    assert!(fixture.logged("echo: sleeping").is_empty());
    assert_eq!(invoke("Event").await, 202);
    fixture.wait_for_log("echo: slept").await;
    assert_eq!(invoke("Whenever").await, 400);
}

#[tokio::test]
async fn no_web_page_may_call() {
    let fixture = fixture().await;
    for (name, value) in [
        ("host", "evil.example"),
        ("host", "127.0.0.1:1"),
        ("origin", "http://127.0.0.1"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let response = request(&fixture, "echo", "{}")
            .header(name, value)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 403, "{name}: {value}");
    }
    let port = fixture.local.invoke_url().rsplit_once(':').unwrap().1;
    let response = request(&fixture, "echo", "{}")
        .header("host", format!("localhost:{port}"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
}
