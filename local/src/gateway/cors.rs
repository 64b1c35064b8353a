//! CORS as an HTTP API does it: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>.

use anyhow::{Context, Result};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::template;

/// What the API's `CorsConfiguration` makes of requests and answers.
pub(super) struct Cors {
    origins: Vec<String>,
    /// What a page of these origins learns before its request.
    before: HeaderMap,
    /// What it learns with the answer.
    after: HeaderMap,
}

impl Cors {
    pub(super) fn new(configuration: &template::Cors) -> Result<Self> {
        let template::Cors {
            origins,
            methods,
            headers,
            exposed,
            max_age,
        } = configuration;
        let max_age = max_age.map(|seconds| seconds.to_string());
        let before = [
            (ACCESS_CONTROL_ALLOW_METHODS, methods.join(",")),
            (ACCESS_CONTROL_ALLOW_HEADERS, headers.join(",")),
            (ACCESS_CONTROL_MAX_AGE, max_age.unwrap_or_default()),
        ];
        let after = [(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.join(","))];
        Ok(Self {
            origins: origins.clone(),
            before: present(before)?,
            after: present(after)?,
        })
    }

    /// Gives an answer the headers that the request's page needs. Those that a function has set are ignored.
    pub(super) fn apply(&self, request: &Parts, answer: &mut HeaderMap) {
        let is_of_cors = |name: &&HeaderName| name.as_str().starts_with("access-control-");
        for name in answer.keys().filter(is_of_cors).cloned().collect::<Vec<_>>() {
            answer.remove(name);
        }
        let mut origins = request.headers.get_all(ORIGIN).iter();
        if let (Some(origin), None) = (origins.next(), origins.next())
            && self.origins.iter().any(|own| origin == own)
        {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            let headers = if is_preflight(request) {
                &self.before
            } else {
                &self.after
            };
            answer.extend(headers.clone());
        }
    }
}

/// The headers that have a value.
fn present(headers: impl IntoIterator<Item = (HeaderName, String)>) -> Result<HeaderMap> {
    let headers = headers.into_iter().filter(|(_, value)| !value.is_empty());
    let headers = headers.map(|(name, value)| {
        let parsed = HeaderValue::from_str(&value);
        Ok((
            name,
            parsed.with_context(|| format!("CorsConfiguration: {value}"))?,
        ))
    });
    headers.collect()
}

/// Whether a browser asks if a page may send another request.
pub(super) fn is_preflight(request: &Parts) -> bool {
    request.method == Method::OPTIONS
        && request.headers.contains_key(ORIGIN)
        && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    const APP: &str = "https://app.example";

    fn cors() -> Cors {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Cors::new(&template::Cors {
            origins: list(&[APP, "http://127.0.0.1:5173"]),
            methods: list(&["GET", "PUT"]),
            headers: list(&["authorization", "content-type"]),
            exposed: list(&["location", "x-any"]),
            max_age: Some(60),
        })
        .unwrap()
    }

    /// The headers of an answer that had those of a function, in their order.
    fn answered(method: &str, headers: &[(&str, &str)]) -> Vec<String> {
        let mut request = Request::builder().method(method);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (request, ()) = request.body(()).unwrap().into_parts();
        let mut answer = HeaderMap::new();
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-credentials", "true"),
            ("x-any", "kept"),
        ] {
            answer.append(name, HeaderValue::from_static(value));
        }
        cors().apply(&request, &mut answer);
        let mut lines: Vec<_> = answer
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort_unstable();
        lines
    }

    #[test]
    fn a_page_learns_what_it_may_send_and_then_what_it_may_read() {
        let asked = ("access-control-request-method", "PUT");
        assert_eq!(
            answered("OPTIONS", &[("origin", APP), asked]),
            [
                "access-control-allow-headers: authorization,content-type",
                "access-control-allow-methods: GET,PUT",
                "access-control-allow-origin: https://app.example",
                "access-control-max-age: 60",
                "x-any: kept",
            ]
        );
        for method in ["GET", "PUT", "OPTIONS"] {
            assert_eq!(
                answered(method, &[("origin", "http://127.0.0.1:5173")]),
                [
                    "access-control-allow-origin: http://127.0.0.1:5173",
                    "access-control-expose-headers: location,x-any",
                    "x-any: kept",
                ]
            );
        }
    }

    #[test]
    fn nobody_else_learns_anything() {
        let asked = ("access-control-request-method", "PUT");
        for origin in [
            "https://app.example.evil",
            "https://app.example:444",
            "http://app.example",
            "HTTPS://app.example",
            "null",
            "*",
            "",
        ] {
            for method in ["GET", "OPTIONS"] {
                assert_eq!(answered(method, &[("origin", origin), asked]), ["x-any: kept"]);
            }
        }
        assert_eq!(answered("OPTIONS", &[asked]), ["x-any: kept"]);
        let two = [("origin", APP), ("origin", "null")];
        assert_eq!(answered("GET", &two), ["x-any: kept"]);
    }
}
