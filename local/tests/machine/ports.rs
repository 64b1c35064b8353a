//! What web pages, slow clients and strangers get at each port but that of the HTTP API.

use std::time::Duration;

use local::{Faults, Options};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::common::{self, Fixture, client};

/// A running fixture, and the port of each of its services by what it is.
struct Ports {
    fixture: Fixture,
    ports: Vec<(&'static str, u16)>,
}

impl Ports {
    async fn start() -> Self {
        let with_faults = |options: &mut Options| options.faults = Some(Faults::new(1));
        let fixture = Fixture::start(with_faults).await;
        let environment = fixture
            .local
            .invoke("echo", &json!({"do": "environment"}))
            .await
            .unwrap();
        let told = |name: &str| environment[name].as_str().unwrap().to_owned();
        let ports = [
            ("DynamoDB", fixture.local.database_url().to_owned()),
            ("faults", told("AWS_ENDPOINT_URL_DYNAMODB")),
            ("S3", fixture.local.storage_url().to_owned()),
            ("Invoke API", fixture.local.invoke_url().to_owned()),
            ("Runtime API", told("AWS_LAMBDA_RUNTIME_API")),
        ];
        let ports = ports.map(|(name, url)| (name, url.rsplit_once(':').unwrap().1.parse().unwrap()));
        Self {
            fixture,
            ports: ports.to_vec(),
        }
    }
}

/// Sends these bytes, and no more, and gives what is answered.
async fn answer(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = timeout(Duration::from_secs(10), stream.read(&mut answer))
        .await
        .unwrap()
        .unwrap();
    String::from_utf8_lossy(&answer[..length]).to_ascii_lowercase()
}

#[tokio::test]
async fn a_page_gets_nothing_from_any_port() {
    let machine = Ports::start().await;
    for (name, port) in &machine.ports {
        let foreign = [
            "host: evil.test".to_owned(),
            format!("host: evil.test:{port}"),
            "host: 127.0.0.1:1".to_owned(),
            format!("host: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:1"),
            format!("host: 127.0.0.1:{port}\r\norigin: null"),
            format!("host: localhost:{port}\r\norigin: https://app.example"),
            format!("host: 127.0.0.1:{port}\r\nsec-fetch-site: cross-site"),
            format!("host: 127.0.0.1:{port}\r\nsec-fetch-site: same-site"),
        ];
        for headers in foreign {
            // The body never comes: whoever waits for it does not answer.
            let request = format!(
                "POST / HTTP/1.1\r\n{headers}\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\n"
            );
            let answer = answer(*port, &request).await;
            assert!(answer.starts_with("http/1.1 403 "), "{name}: {headers}: {answer}");
            assert!(
                answer.contains("only programs of this machine"),
                "{name}: {answer}"
            );
            assert!(!answer.contains("access-control-"), "{name}: {answer}");
        }
        let without_host = answer(*port, "GET / HTTP/1.0\r\n\r\n").await;
        assert!(without_host.contains(" 403 "), "{name}: {without_host}");
    }
}

#[tokio::test]
async fn a_preflight_allows_nothing() {
    let machine = Ports::start().await;
    for (name, port) in &machine.ports {
        let request = format!(
            "OPTIONS / HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: https://app.example\r\n\
             access-control-request-method: POST\r\naccess-control-request-headers: x-amz-target\r\n\r\n"
        );
        let answer = answer(*port, &request).await;
        assert!(answer.starts_with("http/1.1 403 "), "{name}: {answer}");
        assert!(!answer.contains("access-control-"), "{name}: {answer}");
    }
}

#[tokio::test]
async fn a_page_takes_no_request_from_a_function() {
    let machine = Ports::start().await;
    let (_, port) = machine.ports[4];
    let next = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n";
    for headers in [
        format!("host: evil.test:{port}"),
        format!("host: 127.0.0.1:{port}\r\nsec-fetch-site: cross-site"),
    ] {
        let answer = answer(port, &format!("{next}{headers}\r\n\r\n")).await;
        assert!(answer.starts_with("http/1.1 403 "), "{answer}");
    }
    let echo = machine.fixture.local.invoke("echo", &json!({"a": 1})).await;
    assert_eq!(echo.unwrap(), json!({"a": 1}));
}

/// What DynamoDB answers to whoever signs with this key.
async fn list_tables(url: &str, authorization: Option<String>) -> (u16, Value) {
    let mut request = client()
        .post(url)
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", "DynamoDB_20120810.ListTables")
        .header("x-amz-date", "20260101T000000Z");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    let answer = request.body("{}").send().await.unwrap();
    let status = answer.status().as_u16();
    (
        status,
        serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap(),
    )
}

#[tokio::test]
async fn dynamodb_takes_only_the_credentials_of_this_start() {
    let machine = Ports::start().await;
    let own = common::authorization(machine.fixture.local.credentials());
    for (name, port) in &machine.ports[..2] {
        let url = format!("http://127.0.0.1:{port}");
        let (status, answer) = list_tables(&url, Some(own.clone())).await;
        assert_eq!(
            (status, &answer["TableNames"]),
            (200, &json!(["Table"])),
            "{name}"
        );
        for wrong in [None, Some("local".to_owned()), Some(common::signed_by("local"))] {
            let (status, answer) = list_tables(&url, wrong).await;
            assert_eq!(status, 403, "{name}");
            let kind = answer["__type"].as_str().unwrap();
            assert!(kind.ends_with("#UnrecognizedClientException"), "{name}: {answer}");
        }
    }
}

#[tokio::test]
async fn kept_data_outlives_its_credentials() {
    let directory = tempfile::TempDir::new().unwrap();
    let kept = |options: &mut Options| options.data = local::Data::Directory(directory.path().to_owned());
    let first = Fixture::start(kept).await;
    first.put("a", "a", false);
    let old = first.local.credentials().clone();
    first.local.stop().await;
    let second = Fixture::start(kept).await;
    let url = second.local.database_url();
    assert_eq!(list_tables(url, Some(common::authorization(&old))).await.0, 403);
    let own = common::authorization(second.local.credentials());
    assert_eq!(list_tables(url, Some(own)).await.0, 200);
}
