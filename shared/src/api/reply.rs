//! Successful answers.

use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use lambda_http::Body;
use serde::Serialize;

use crate::store::Created;

/// An answer, without the headers that all answers share.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    body: Option<Vec<u8>>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// 200 with a resource or a page.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with a new resource and its location (`collection`/`id`), or 200 with an existing one.
    pub fn created<T: Serialize>(created: &Created<T>, collection: &str, id: impl std::fmt::Display) -> Self {
        let reply = if created.is_new {
            let location = HeaderValue::try_from(format!("{collection}/{id}")).ok();
            let reply = Self::json(StatusCode::CREATED, &created.resource);
            location
                .into_iter()
                .fold(reply, |reply, place| reply.with_header(header::LOCATION, place))
        } else {
            Self::ok(&created.resource)
        };
        reply.of_replay(created.replayed)
    }

    /// 204 after a call that takes an idempotency key.
    #[must_use]
    pub fn done(done: &Created<()>) -> Self {
        Self::no_content().of_replay(done.replayed)
    }

    /// 204 without content.
    #[must_use]
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            headers: Vec::new(),
        }
    }

    pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        // The model's types are plain structs and always serialize to JSON.
        let body = serde_json::to_vec(body).unwrap_or_default();
        let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self {
            status,
            body: Some(body),
            headers: vec![json],
        }
    }

    fn of_replay(self, replayed: bool) -> Self {
        if !replayed {
            return self;
        }
        let header = HeaderName::from_static("idempotent-replayed");
        self.with_header(header, HeaderValue::from_static("true"))
    }

    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// The complete answer, with the headers that all answers share. It may be kept only where it says so itself.
    pub(super) fn into_response(self, request_id: &str) -> Response<Body> {
        let body = self
            .body
            .map_or(Body::Empty, |body| match String::from_utf8(body) {
                Ok(text) => Body::Text(text),
                Err(bytes) => Body::Binary(bytes.into_bytes()),
            });
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
        if let Ok(id) = HeaderValue::try_from(request_id) {
            headers.insert(HeaderName::from_static("x-request-id"), id);
        }
        response
    }
}

/// A file that is served to everybody.
impl From<Response<&'static [u8]>> for Reply {
    fn from(file: Response<&'static [u8]>) -> Self {
        let (parts, body) = file.into_parts();
        let headers = parts.headers.into_iter();
        Self {
            status: parts.status,
            body: (!body.is_empty()).then(|| body.to_vec()),
            headers: headers.filter_map(|(name, value)| Some((name?, value))).collect(),
        }
    }
}
