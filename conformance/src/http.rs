//! Requests and answers. What is written here is what is sent: nothing is repaired on the way.

use serde_json::Value;

use crate::encoding::Encoding;

/// A request, before it is sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// As it is sent, in any case.
    pub method: String,
    /// As it is sent, with its query.
    pub path: String,
    /// In their order. A name may come twice.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Empty where there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body. `path` goes out as it is, with its query.
    #[must_use]
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        Self {
            method: method.to_owned(),
            path: path.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// With a token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With a body that has no content type.
    #[must_use]
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        body.as_ref().clone_into(&mut self.body);
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.encoded(Encoding::Json, body)
    }

    /// With a form that is written already.
    #[must_use]
    pub fn form(self, body: impl AsRef<[u8]>) -> Self {
        self.header("content-type", Encoding::Form.content_type())
            .body(body)
    }

    /// With these parameters in one of the two encodings.
    #[must_use]
    pub fn encoded(self, encoding: Encoding, parameters: &Value) -> Self {
        self.header("content-type", encoding.content_type())
            .body(encoding.encode(parameters))
    }
}

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// Empty where there is none.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header by its name in lower case. The contract check refuses repeated ones.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The name of every header, in lower case.
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name.as_str())
    }

    /// All of the answer but what differs in every one: two requests with the same essence can't be told apart.
    #[must_use]
    pub fn essence(&self) -> (u16, Vec<(String, String)>, String) {
        const OWN: [&str; 3] = ["apigw-requestid", "date", "x-request-id"];
        let headers = self
            .headers
            .iter()
            .filter(|(name, _)| !OWN.contains(&name.as_str()));
        let body = String::from_utf8_lossy(&self.body).into_owned();
        let body = match self.header("x-request-id") {
            Some(id) => body.replace(id, "{request_id}"),
            None => body,
        };
        (self.status, headers.cloned().collect(), body)
    }
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The username of the caller, where it is one of the test people.
    pub caller: Option<String>,
    /// As it was sent, with its token.
    pub request: Request,
    /// As it came.
    pub answer: Answer,
}
