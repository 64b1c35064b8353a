//! CORS as S3 does it: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>, with the headers of
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html>.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};

use super::refusal;
use crate::template::Cors;

/// Answers preflights, and tells pages what they may read of answers. Without rules nothing changes.
pub(super) fn tell_pages(service: Router, rules: &[Cors]) -> Router {
    if rules.is_empty() {
        return service;
    }
    service.layer(from_fn_with_state(Arc::<[Cors]>::from(rules), tell))
}

async fn tell(State(rules): State<Arc<[Cors]>>, request: Request, next: Next) -> Response {
    let Some(question) = Question::of(&request) else {
        return next.run(request).await;
    };
    let rule = rules.iter().find(|rule| question.fits(rule));
    let mut response = match rule {
        _ if !question.is_preflight => next.run(request).await,
        Some(_) => StatusCode::OK.into_response(),
        None => refusal(
            "AccessForbidden",
            "CORSResponse: This CORS request is not allowed.",
        ),
    };
    if let Some(rule) = rule {
        question.answer(rule, response.headers_mut());
    }
    response
}

/// What a page asks for, or does.
struct Question {
    origin: HeaderValue,
    is_preflight: bool,
    method: String,
    /// The headers that its request would have. Of a request that is done they do not matter.
    headers: Vec<String>,
}

impl Question {
    fn of(request: &Request) -> Option<Self> {
        let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let is_preflight = request.method() == Method::OPTIONS;
        let method = if is_preflight {
            text(ACCESS_CONTROL_REQUEST_METHOD)?
        } else {
            request.method().as_str()
        };
        let headers = text(ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
        let headers = headers.split(',').map(|name| name.trim().to_ascii_lowercase());
        Some(Self {
            origin: request.headers().get(ORIGIN)?.clone(),
            is_preflight,
            method: method.to_owned(),
            headers: headers.filter(|name| !name.is_empty()).collect(),
        })
    }

    fn fits(&self, rule: &Cors) -> bool {
        let is_allowed = |header: &String| rule.headers.iter().any(|own| own.eq_ignore_ascii_case(header));
        rule.origins.iter().any(|origin| self.origin == origin)
            && rule.methods.contains(&self.method)
            && self.headers.iter().all(is_allowed)
    }

    fn answer(self, rule: &Cors, answer: &mut HeaderMap) {
        let max_age = rule.max_age.map(|seconds| seconds.to_string());
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, rule.methods.join(", ")),
            (ACCESS_CONTROL_ALLOW_HEADERS, self.headers.join(", ")),
            (ACCESS_CONTROL_EXPOSE_HEADERS, rule.exposed.join(", ")),
            (ACCESS_CONTROL_MAX_AGE, max_age.unwrap_or_default()),
        ] {
            // Names of headers and methods are always fit for one.
            if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(&value)) {
                answer.insert(name, value);
            }
        }
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
        answer.append(VARY, HeaderValue::from_static(vary));
    }
}
