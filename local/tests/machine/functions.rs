//! Functions behind the gateway: what a caller sees of their environments.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::{Fixture, client, get, pid, wait_for_end};

async fn fixture() -> Fixture {
    Fixture::start(|_| {}).await
}

impl Fixture {
    async fn pid(&self) -> i64 {
        self.local
            .invoke("echo", &json!({"do": "pid"}))
            .await
            .unwrap()
            .as_i64()
            .unwrap()
    }

    /// The error of an invocation.
    async fn error(&self, function: &str, payload: Value) -> (String, String) {
        let error = self.local.invoke(function, &payload).await.unwrap_err();
        (error.error_type, error.error_message)
    }
}

#[tokio::test]
async fn a_request_becomes_an_event() {
    let fixture = fixture().await;
    let request = client()
        .post(format!("{}/things/a%2Fb?x=1&x=2", fixture.local.url()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("name=Kate");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("apigw-requestid"));
    let event: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(event["routeKey"], "ANY /things/{id}");
    assert_eq!(event["rawPath"], "/things/a%2Fb");
    assert_eq!(event["pathParameters"], json!({"id": "a/b"}));
    assert_eq!(event["queryStringParameters"], json!({"x": "1,2"}));
    assert_eq!(
        (&event["body"], &event["isBase64Encoded"]),
        (&json!("bmFtZT1LYXRl"), &json!(true))
    );
    assert_eq!(fixture.get("/elsewhere").await.1["routeKey"], "$default");
}

#[tokio::test]
async fn an_environment_is_used_again() {
    let fixture = fixture().await;
    let first = fixture.pid().await;
    assert_eq!(fixture.pid().await, first);
}

#[tokio::test]
async fn there_are_no_more_environments_than_allowed() {
    let fixture = Fixture::start(|options| options.max_concurrency = 2).await;
    let requests: Vec<_> = (0..6)
        .map(|_| {
            let request = get(fixture.local.url(), "/?do=sleep");
            tokio::spawn(async move { request.await.unwrap().text().await.unwrap() })
        })
        .collect();
    let mut pids = BTreeSet::new();
    for request in requests {
        pids.insert(request.await.unwrap());
    }
    assert_eq!(pids.len(), 2, "{pids:?}");
}

#[tokio::test]
async fn many_requests_at_once() {
    let fixture = fixture().await;
    let requests: Vec<_> = (0..64)
        .map(|number| {
            let request = get(fixture.local.url(), &format!("/things/{number}"));
            tokio::spawn(async move { request.await.unwrap().bytes().await.unwrap() })
        })
        .collect();
    for (number, request) in requests.into_iter().enumerate() {
        let event: Value = serde_json::from_slice(&request.await.unwrap()).unwrap();
        assert_eq!(event["pathParameters"]["id"], number.to_string());
    }
}

#[tokio::test]
async fn a_crash_costs_its_own_request_only() {
    let fixture = fixture().await;
    let before = fixture.pid().await;
    assert_eq!(
        fixture.get("/?do=exit").await,
        (502, json!({"message": "Bad Gateway"}))
    );
    assert_ne!(fixture.pid().await, before);
    let (error_type, message) = fixture.error("echo", json!({"do": "exit"})).await;
    assert_eq!(error_type, "Runtime.ExitError");
    assert!(
        message.ends_with("Error: Runtime exited with error: exit status 101"),
        "{message}"
    );
}

#[tokio::test]
async fn an_error_and_a_panic_leave_the_environment_alive() {
    let fixture = fixture().await;
    let before = fixture.pid().await;
    for what in ["error", "panic"] {
        let answer = fixture.get(&format!("/?do={what}")).await;
        assert_eq!(
            answer,
            (500, json!({"message": "Internal Server Error"})),
            "{what}"
        );
    }
    assert_eq!(fixture.pid().await, before);
}

#[tokio::test]
async fn what_takes_too_long_is_killed() {
    let fixture = fixture().await;
    assert_eq!(fixture.get("/impatient?do=hang").await.0, 500);
    wait_for_end(pid(&fixture.wait_for_log("impatient: hanging").await)).await;
    let (error_type, message) = fixture.error("impatient", json!({"do": "hang"})).await;
    assert_eq!(error_type, "Sandbox.Timedout");
    assert!(
        message.ends_with("Task timed out after 1.00 seconds"),
        "{message}"
    );
    assert_eq!(
        fixture.local.invoke("impatient", &json!({"a": 1})).await.unwrap(),
        json!({"a": 1})
    );
}

#[tokio::test]
async fn answers_that_are_too_large_or_malformed() {
    let fixture = fixture().await;
    let before = fixture.pid().await;
    assert_eq!(fixture.get("/?do=large").await.0, 500);
    assert_eq!(
        fixture.error("echo", json!({"do": "large"})).await.0,
        "Function.ResponseSizeTooLarge"
    );
    assert_eq!(fixture.get("/?do=malformed").await.0, 500);
    assert_eq!(fixture.pid().await, before);
}

#[tokio::test]
async fn a_host_that_is_none_reaches_no_function() {
    let fixture = fixture().await;
    let address = fixture.local.url().strip_prefix("http://").unwrap();
    let status = async |request: &str| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse::<u16>().unwrap();
        if status == 400 {
            assert!(answer.ends_with(r#"{"message":"Bad Request"}"#), "{answer}");
        }
        status
    };
    for (host, expected) in [
        ("api.example", 200),
        ("a b", 400),
        ("a?b", 400),
        ("ex%ample", 400),
        ("[::", 400),
        ("256.256.256.256", 400),
        ("x:99999", 400),
        ("xn--a", 400),
        ("a.example\r\nhost: b.example", 400),
    ] {
        let request = format!("GET /things/1 HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(status(&request).await, expected, "{host}");
    }
    let long = format!("/{}", "a".repeat(65_529));
    for (line, headers) in [
        ("OPTIONS * HTTP/1.1", "host: a.example\r\nconnection: close\r\n"),
        ("GET /things/1 HTTP/1.0", ""),
        (
            &format!("GET {long} HTTP/1.1"),
            "host: a.example\r\nconnection: close\r\n",
        ),
    ] {
        let status = status(&format!("{line}\r\n{headers}\r\n")).await;
        assert_eq!(status, 400, "{}", &line[..20]);
    }
}

#[tokio::test]
async fn requests_that_are_too_large() {
    let fixture = fixture().await;
    let post = async |size: usize| {
        let request = client()
            .post(fixture.local.url())
            .header("content-type", "text/plain");
        let response = request.body("x".repeat(size)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let refusal = (413, r#"{"message":"Request Entity Too Large"}"#.to_owned());
    // Over Lambda's 6 MB, and over API Gateway's 10 MB.
    assert_eq!(post(7_000_000).await, refusal);
    assert_eq!(post(12_000_000).await, refusal);
    assert_eq!(post(1_000_000).await.0, 200);
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why_and_does_not_spin() {
    let fixture = fixture().await;
    assert_eq!(fixture.get("/broken").await.0, 500);
    let (error_type, message) = fixture.error("broken", json!({})).await;
    assert_eq!(error_type, "Runtime.ExitError");
    assert!(
        message.contains("exit status 3") && message.contains("there is no such table"),
        "{message}"
    );
    for _ in 0..50 {
        fixture.error("broken", json!({})).await;
    }
    let starts = fixture.logged("broken: starting").len();
    assert!(starts < 20, "{starts}");
}

#[tokio::test]
async fn a_process_that_ended_while_idle_is_replaced() {
    let fixture = fixture().await;
    let ending = fixture
        .local
        .invoke("echo", &json!({"do": "exit-later"}))
        .await
        .unwrap();
    wait_for_end(pid(&ending.to_string())).await;
    assert_ne!(json!(fixture.pid().await), ending);
}

#[tokio::test]
async fn an_invocation_runs_to_its_end_without_its_caller() {
    let fixture = fixture().await;
    let request = tokio::spawn(get(fixture.local.url(), "/?do=sleep"));
    fixture.wait_for_log("echo: sleeping").await;
    request.abort();
    fixture.wait_for_log("echo: slept").await;
}

#[tokio::test]
async fn a_stop_leaves_no_process() {
    let fixture = fixture().await;
    let idle = i32::try_from(fixture.pid().await).unwrap();
    let request = tokio::spawn(get(fixture.local.url(), "/?do=hang"));
    let busy = pid(&fixture.wait_for_log("echo: hanging").await);
    fixture.local.stop().await;
    wait_for_end(idle).await;
    wait_for_end(busy).await;
    request.abort();
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_stop() {
    let fixture = fixture().await;
    let request = tokio::spawn(get(fixture.local.url(), "/?do=sleep"));
    fixture.wait_for_log("echo: sleeping").await;
    fixture.local.stop().await;
    assert_eq!(request.await.unwrap().unwrap().status(), 200);
}

#[test]
fn a_machine_can_be_used_from_another_runtime() {
    let home = tokio::runtime::Runtime::new().unwrap();
    let fixture = home.block_on(fixture());
    let pids: BTreeSet<_> = (0..2)
        .map(|_| tokio::runtime::Runtime::new().unwrap().block_on(fixture.pid()))
        .collect();
    assert_eq!(pids.len(), 1, "{pids:?}");
}
