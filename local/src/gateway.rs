//! The HTTP API in front of the functions, in place of API Gateway.

mod cors;
mod event;
mod response;
mod router;

use std::error::Error;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use reqwest::Url;
use tokio::time::timeout;
use uuid::Uuid;

use crate::aws;
use crate::logs::Logger;
use crate::runtime::{Cause, InvokeError, Runtime};
use crate::server::TooSlow;
use crate::template::Template;
use cors::Cors;
use event::Event;
use response::message;
use router::Router;

/// API Gateway's limit of a request's body:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// A body over the limit is read to here, so that its sender sees the answer and not a broken connection.
const DRAIN_LIMIT: usize = 10 * BODY_LIMIT;

/// API Gateway's limit of an integration, from the same page.
const INTEGRATION_TIMEOUT: Duration = Duration::from_secs(30);

struct Gateway {
    router: Router,
    cors: Option<Cors>,
    runtime: Arc<Runtime>,
    logger: Logger,
}

/// The service that answers every request.
pub(crate) fn service(template: &Template, runtime: Arc<Runtime>, logger: Logger) -> Result<axum::Router> {
    let gateway = Gateway {
        router: Router::new(&template.functions)?,
        cors: template.cors.as_ref().map(Cors::new).transpose()?,
        runtime,
        logger,
    };
    Ok(axum::Router::new().fallback(handle).with_state(Arc::new(gateway)))
}

async fn handle(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let (parts, body) = request.into_parts();
    let mut response = gateway.answer(&parts, body, client, &request_id).await;
    if let Some(cors) = &gateway.cors {
        cors.apply(&parts, response.headers_mut());
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("apigw-requestid", value);
    }
    response
}

impl Gateway {
    async fn answer(&self, parts: &Parts, body: Body, client: SocketAddr, request_id: &str) -> Response {
        if !is_addressed(parts) {
            return message(StatusCode::BAD_REQUEST, "Bad Request");
        }
        if self.cors.is_some() && cors::is_preflight(parts) {
            return StatusCode::NO_CONTENT.into_response();
        }
        let Some(route) = self.router.find(parts.method.as_str(), parts.uri.path()) else {
            return message(StatusCode::NOT_FOUND, "Not Found");
        };
        let body = match read(body).await {
            Ok(Some(body)) => body,
            Ok(None) => return too_large(),
            Err(error) if error.source().is_some_and(<dyn Error>::is::<TooSlow>) => {
                return message(StatusCode::REQUEST_TIMEOUT, "Request Timeout");
            }
            Err(_) => return message(StatusCode::BAD_REQUEST, "Bad Request"),
        };
        let event = Event::new(parts, &body, &route, request_id, client);
        let Ok(event) = serde_json::to_vec(&event) else {
            return internal_error();
        };
        let invocation = self.runtime.invoke(route.function, event.into());
        let answer = match timeout(INTEGRATION_TIMEOUT, invocation).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(InvokeError::PayloadTooLarge)) => return too_large(),
            Ok(Err(InvokeError::NotFound)) => return internal_error(),
            Ok(Err(InvokeError::Throttled | InvokeError::Stopped)) => return unavailable(),
            Err(_) => {
                self.logger
                    .notice(route.function, "took longer than the 30 s that the gateway waits");
                return unavailable();
            }
        };
        match answer.outcome {
            Ok(body) => response::from_answer(&body).unwrap_or_else(|error| {
                self.logger
                    .notice(route.function, &format!("its answer is malformed: {error:#}"));
                internal_error()
            }),
            // On AWS this is a 500 like every other failure. Here a developer can tell it apart.
            Err(error) if error.cause == Cause::Crash => message(StatusCode::BAD_GATEWAY, "Bad Gateway"),
            Err(_) => internal_error(),
        }
    }
}

/// Whether there is one host, and host, path and query form a valid URL, as `lambda_http` builds it from the event. API
/// Gateway finds an API by them, so a function never gets others. `lambda_http` relies on that and would panic.
fn is_addressed(parts: &Parts) -> bool {
    let mut hosts = parts.headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return false;
    };
    let (Ok(authority), path) = (Authority::try_from(host.as_bytes()), parts.uri.path()) else {
        return false;
    };
    let Ok(url) = Url::parse(&format!("http://{authority}{path}")) else {
        return false;
    };
    let query = parts.uri.query().filter(|query| !query.is_empty());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    path.starts_with('/') && Uri::try_from(format!("{url}{query}")).is_ok()
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html>
fn internal_error() -> Response {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// The caller gets this when Lambda throttles, or when an integration takes too long.
fn unavailable() -> Response {
    message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
}

fn too_large() -> Response {
    message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
}

/// Reads a body; `None` if it is too large.
async fn read(mut body: Body) -> Result<Option<Bytes>, axum::Error> {
    let mut content = Vec::new();
    let mut length = 0;
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        if length <= BODY_LIMIT {
            content.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            break;
        } else {
            content = Vec::new();
        }
    }
    Ok((length <= BODY_LIMIT).then(|| content.into()))
}

// Lambda's limit is the lower one, so API Gateway's own limit never decides what a function gets.
const _: () = assert!(aws::PAYLOAD_LIMIT < BODY_LIMIT);

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::http::{HeaderName, Method};
    use proptest::prelude::*;
    use router::Match;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::credentials::Credentials;
    use crate::logs::Logs;
    use crate::runtime::{Configuration, Endpoints};
    use crate::server::Server;
    use crate::template::Template;

    fn parts(method: &str, target: &str, hosts: &[&str]) -> Parts {
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        parts.method = Method::from_bytes(method.as_bytes()).unwrap();
        parts.uri = Uri::try_from(target).unwrap();
        for host in hosts {
            parts.headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        parts
    }

    /// The request that `lambda_http` makes of the event.
    fn convert(parts: &Parts, body: &[u8]) -> Result<lambda_http::Request, serde_json::Error> {
        let route = Match {
            route_key: "$default",
            function: "get",
            parameters: BTreeMap::new(),
        };
        let client = SocketAddr::from(([127, 0, 0, 1], 5000));
        let body = Bytes::copy_from_slice(body);
        let event = Event::new(parts, &body, &route, "r-1", client);
        lambda_http::request::from_str(&serde_json::to_string(&event).unwrap())
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("/{}", "a".repeat(65_529));
        for host in ["127.0.0.1:9000", "api.example", "[::1]:9000", "localhost"] {
            assert!(is_addressed(&parts("GET", "/a?b=c", &[host])), "{host}");
        }
        for host in [
            "256.256.256.256",
            "x:99999",
            "xn--a",
            "a b",
            "a/b",
            "[::",
            "a%00",
            "",
        ] {
            assert!(!is_addressed(&parts("GET", "/a", &[host])), "{host}");
        }
        assert!(!is_addressed(&parts("GET", "/a", &[])));
        assert!(!is_addressed(&parts("GET", "/a", &["a.example", "b.example"])));
        assert!(!is_addressed(&parts("OPTIONS", "*", &["a.example"])));
        assert!(!is_addressed(&parts("CONNECT", "a.example:443", &["a.example"])));
        assert!(!is_addressed(&parts("GET", &long, &["127.0.0.1:9000"])));
    }

    #[tokio::test]
    async fn a_body_that_does_not_arrive_is_not_waited_for() {
        let template = Template::parse(
            "Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
  Any:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: target/lambda/any/
      Events: { Any: { Type: HttpApi } }",
        );
        let template = template.unwrap();
        let configuration = Configuration {
            binaries: BTreeMap::new(),
            max_concurrency: 1,
            endpoints: Endpoints {
                database: String::new(),
                storage: String::new(),
                credentials: Credentials::draw(),
            },
            faults: None,
        };
        let logger = Logger::new(Logs::Captured);
        let runtime = Arc::new(Runtime::new(&template.functions, &configuration, &logger));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let gateway = service(&template, runtime, logger).unwrap();
        let _server = Server::start_with(listener, gateway, Duration::from_millis(100), |_, client| client);
        let request = b"POST / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 9\r\n\r\nabc";
        stream.write_all(request).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.ends_with(r#"{"message":"Request Timeout"}"#), "{answer}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn what_passes_never_lets_lambda_http_panic(
            host in prop_oneof![
                "[ -~]{0,12}",
                "[a-z0-9.:\\[\\]@%-]{1,16}",
                "(xn--)?[a-z]{1,6}(:[0-9]{0,6})?",
                "[0-9]{1,3}(\\.[0-9]{1,3}){3}(:[0-9]{1,5})?",
                "\\[[0-9a-f:]{1,20}\\](:[0-9]{1,5})?",
            ],
            method in prop_oneof!["GET|POST|OPTIONS|HEAD", "[A-Z]{1,10}"],
            target in prop_oneof![
                8 => "/[!-~]{0,40}",
                1 => "\\*",
                1 => (65_500..65_532_usize, "[a-z\"^{}|`]").prop_map(|(length, end)| format!("/{}{end}", "a".repeat(length))),
                4 => "/[a-z]{0,3}\\?[!-~]{0,20}",
            ],
            header in "[ -~]{0,20}",
            body in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            // The server refuses an invalid target before.
            if Uri::try_from(&target).is_err() {
                return Ok(());
            }
            let mut parts = parts(&method, &target, &[&host]);
            let header = HeaderValue::from_str(&header).unwrap();
            parts.headers.insert(HeaderName::from_static("x-any"), header.clone());
            parts.headers.insert(HeaderName::from_static("cookie"), header.clone());
            parts.headers.insert(HeaderName::from_static("x-forwarded-proto"), header);
            if is_addressed(&parts) {
                let request = convert(&parts, &body);
                prop_assert!(request.is_ok(), "{request:?}");
            }
        }
    }
}
