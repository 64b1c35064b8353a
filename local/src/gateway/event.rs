//! The event of a request: payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use time::OffsetDateTime;
use time::macros::format_description;

use super::router::Match;
use crate::aws;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'a> {
    version: &'static str,
    route_key: &'a str,
    raw_path: &'a str,
    raw_query_string: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cookies: Vec<String>,
    headers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    request_context: RequestContext<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    path_parameters: &'a BTreeMap<String, String>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    account_id: &'static str,
    api_id: &'static str,
    domain_name: String,
    domain_prefix: &'static str,
    http: Http<'a>,
    request_id: &'a str,
    route_key: &'a str,
    stage: &'static str,
    time: String,
    time_epoch: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    method: &'a str,
    path: &'a str,
    protocol: String,
    source_ip: String,
    user_agent: &'a str,
}

impl<'a> Event<'a> {
    pub(super) fn new(
        parts: &'a Parts,
        body: &Bytes,
        route: &'a Match<'a>,
        request_id: &'a str,
        client: SocketAddr,
    ) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let (body, is_base64_encoded) = encode(&parts.headers, body);
        let now = OffsetDateTime::now_utc();
        let path = parts.uri.path();
        let host = text(&parts.headers, &HOST);
        Self {
            version: "2.0",
            route_key: route.route_key,
            raw_path: path,
            raw_query_string: query,
            cookies: cookies(&parts.headers),
            headers: headers(&parts.headers, client),
            query_string_parameters: joined(form_urlencoded::parse(query.as_bytes())),
            request_context: RequestContext {
                account_id: aws::ACCOUNT_ID,
                api_id: "local",
                domain_name: host
                    .rsplit_once(':')
                    .map_or(host, |(name, _port)| name)
                    .to_owned(),
                domain_prefix: "local",
                http: Http {
                    method: parts.method.as_str(),
                    path,
                    protocol: format!("{:?}", parts.version),
                    source_ip: client.ip().to_string(),
                    user_agent: text(&parts.headers, &USER_AGENT),
                },
                request_id,
                route_key: route.route_key,
                stage: "$default",
                time: now
                    .format(format_description!(
                        "[day]/[month repr:short]/[year]:[hour]:[minute]:[second] +0000"
                    ))
                    .unwrap_or_default(),
                time_epoch: now.unix_timestamp() * 1000 + i64::from(now.millisecond()),
            },
            body,
            path_parameters: &route.parameters,
            is_base64_encoded,
        }
    }
}

/// Text goes as it is, everything else in base64. For API Gateway a form is not text.
fn encode(headers: &HeaderMap, body: &Bytes) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    let is_text = is_text(text(headers, &CONTENT_TYPE));
    match std::str::from_utf8(body) {
        Ok(text) if is_text => (Some(text.to_owned()), false),
        _ => (Some(BASE64_STANDARD.encode(body)), true),
    }
}

fn is_text(content_type: &str) -> bool {
    let media_type = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media_type.split_once('/') {
        Some(("text", _)) => true,
        Some(("application", subtype)) => {
            matches!(subtype, "json" | "javascript" | "xml")
                || subtype.ends_with("+json")
                || subtype.ends_with("+xml")
        }
        _ => false,
    }
}

/// Header names in lower case, repeated ones joined, with what API Gateway adds. Cookies have their own place.
fn headers(headers: &HeaderMap, client: SocketAddr) -> BTreeMap<String, String> {
    let received = headers
        .iter()
        .filter(|(name, _)| *name != COOKIE)
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())));
    let mut all = joined(received);
    all.entry("x-forwarded-for".to_owned())
        .and_modify(|addresses| *addresses = format!("{addresses}, {}", client.ip()))
        .or_insert_with(|| client.ip().to_string());
    all.insert("x-forwarded-proto".to_owned(), "http".to_owned());
    all
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(';'))
        .map(|cookie| cookie.trim().to_owned())
        .filter(|c| !c.is_empty())
        .collect()
}

/// The values of a repeated name are joined by commas.
fn joined<K: AsRef<str>, V: AsRef<str>>(pairs: impl Iterator<Item = (K, V)>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in pairs {
        all.entry(name.as_ref().to_owned())
            .and_modify(|values| {
                values.push(',');
                values.push_str(value.as_ref());
            })
            .or_insert_with(|| value.as_ref().to_owned());
    }
    all
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde_json::{Value, json};

    use super::*;

    fn event(request: Request<&'static [u8]>) -> Value {
        let (parts, body) = request.into_parts();
        let parameters = BTreeMap::from([("id".to_owned(), "1".to_owned())]);
        let route = Match {
            route_key: "GET /things/{id}",
            function: "get",
            parameters,
        };
        let client = SocketAddr::from(([127, 0, 0, 1], 5000));
        serde_json::to_value(Event::new(
            &parts,
            &Bytes::from_static(body),
            &route,
            "r-1",
            client,
        ))
        .unwrap()
    }

    #[test]
    fn everything_of_a_request() {
        let request = Request::get("/things/1?a=1&b=x%20y&a=2&c")
            .header("Host", "127.0.0.1:9000")
            .header("X-Twice", "1")
            .header("X-Twice", "2")
            .header("Cookie", "a=1; b=2")
            .header("User-Agent", "test")
            .body(&b""[..]);
        let event = event(request.unwrap());
        assert_eq!(event["version"], "2.0");
        assert_eq!(event["rawQueryString"], "a=1&b=x%20y&a=2&c");
        assert_eq!(
            event["queryStringParameters"],
            json!({"a": "1,2", "b": "x y", "c": ""})
        );
        assert_eq!(event["headers"]["x-twice"], "1,2");
        assert_eq!(event["headers"].get("cookie"), None);
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        assert_eq!(event["pathParameters"], json!({"id": "1"}));
        let context = &event["requestContext"];
        assert_eq!(context["domainName"], "127.0.0.1");
        assert_eq!(context["http"]["method"], "GET");
        assert_eq!(context["http"]["protocol"], "HTTP/1.1");
        assert_eq!(context["http"]["sourceIp"], "127.0.0.1");
        assert_eq!(event.get("body"), None);
    }

    #[test]
    fn only_text_goes_as_it_is() {
        for (content_type, body, expected, encoded) in [
            ("application/json", &b"{}"[..], "{}", false),
            ("application/problem+json; charset=utf-8", b"{}", "{}", false),
            ("text/plain", b"\xff", "/w==", true),
            ("application/x-www-form-urlencoded", b"a=1", "YT0x", true),
            ("", b"a", "YQ==", true),
        ] {
            let request = Request::post("/things/1")
                .header("content-type", content_type)
                .body(body);
            let event = event(request.unwrap());
            assert_eq!(
                (&event["body"], &event["isBase64Encoded"]),
                (&json!(expected), &json!(encoded)),
                "{content_type}"
            );
        }
    }
}
