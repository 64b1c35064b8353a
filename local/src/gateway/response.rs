//! A function's answer as an HTTP response: payload format 2.0.

use anyhow::{Context, Result, bail};
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, TRANSFER_ENCODING};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// An answer of the gateway itself.
pub(super) fn message(status: StatusCode, message: &str) -> Response {
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        json!({ "message": message }).to_string(),
    )
        .into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: Value,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    multi_value_headers: Option<Map<String, Value>>,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: Option<bool>,
}

/// Maps an answer. It fails when the answer is malformed.
pub(super) fn from_answer(answer: &[u8]) -> Result<Response> {
    let value: Value = serde_json::from_slice(answer).context("it is not JSON")?;
    if value.get("statusCode").is_none() {
        return Ok(inferred(&value));
    }
    let answer: Answer = serde_json::from_value(value)?;
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers.into_iter().flatten() {
        insert(&mut headers, &name, &[value])?;
    }
    for (name, values) in answer.multi_value_headers.into_iter().flatten() {
        // `headers` has priority over the lists: lambda_http fills both.
        if !headers.contains_key(&name) {
            insert(
                &mut headers,
                &name,
                values.as_array().context("multiValueHeaders holds lists")?,
            )?;
        }
    }
    for cookie in answer.cookies.into_iter().flatten() {
        headers.append(SET_COOKIE, HeaderValue::from_str(&cookie)?);
    }
    let body = match (answer.body, answer.is_base64_encoded) {
        (Some(body), Some(true)) => BASE64_STANDARD.decode(body).context("its body is not base64")?,
        (body, _) => body.unwrap_or_default().into_bytes(),
    };
    if !body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
    }
    // The function does not decide how the body is sent.
    headers.remove(CONTENT_LENGTH);
    headers.remove(TRANSFER_ENCODING);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status(&answer.status_code)?;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Without a status code the answer is the body.
fn inferred(value: &Value) -> Response {
    let body = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    ([(CONTENT_TYPE, "application/json")], body).into_response()
}

fn status(value: &Value) -> Result<StatusCode> {
    let code = match value {
        Value::Number(number) => number.as_u64().and_then(|code| u16::try_from(code).ok()),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let status = code
        .and_then(|code| StatusCode::from_u16(code).ok())
        .filter(|status| status.as_u16() < 600);
    status.with_context(|| format!("{value} is not a status code"))
}

fn insert(headers: &mut HeaderMap, name: &str, values: &[Value]) -> Result<()> {
    let name = HeaderName::from_bytes(name.as_bytes())?;
    for value in values {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => bail!("the header {name} is not a text"),
        };
        headers.append(&name, HeaderValue::from_str(&text)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parts(answer: Value) -> (StatusCode, HeaderMap, String) {
        let response = from_answer(answer.to_string().as_bytes()).unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (
            parts.status,
            parts.headers,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }

    #[tokio::test]
    async fn a_full_answer() {
        let (status, headers, body) = parts(json!({
            "statusCode": 201,
            "headers": {"location": "/x", "content-type": "application/json"},
            "multiValueHeaders": {"x-two": ["1", "2"], "location": ["/x"]},
            "cookies": ["a=1", "b=2"],
            "body": "aGk=",
            "isBase64Encoded": true,
        }))
        .await;
        assert_eq!((status.as_u16(), body.as_str()), (201, "hi"));
        assert_eq!(headers.get_all("location").iter().count(), 1);
        assert_eq!(headers.get_all("x-two").iter().count(), 2);
        assert_eq!(headers.get_all("set-cookie").iter().count(), 2);
    }

    #[tokio::test]
    async fn without_a_status_code_the_answer_is_the_body() {
        let (status, headers, body) = parts(json!({"a": 1})).await;
        assert_eq!((status.as_u16(), body.as_str()), (200, r#"{"a":1}"#));
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(parts(json!("hello")).await.2, "hello");
    }

    #[test]
    fn malformed_answers() {
        for answer in [
            r#"{"statusCode": "x"}"#,
            r#"{"statusCode": 42}"#,
            r#"{"statusCode": 200, "body": 1}"#,
            r#"{"statusCode": 200, "body": "?", "isBase64Encoded": true}"#,
            r#"{"statusCode": 200, "headers": {"a b": "c"}}"#,
            "<html>",
        ] {
            assert!(from_answer(answer.as_bytes()).is_err(), "{answer}");
        }
    }
}
