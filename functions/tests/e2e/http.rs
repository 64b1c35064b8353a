//! HTTP as bytes. What is written here is what is sent: a client library would repair the very requests that many of
//! these tests are about.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::ops::Deref;
use std::time::Duration;

pub(crate) use conformance::Request;
use serde_json::Value;

/// Longer than anything may take, so that a request that hangs fails its test.
const PATIENCE: Duration = Duration::from_mins(1);

/// The request as it is sent.
pub(crate) fn to_bytes(request: &Request, address: SocketAddr) -> Vec<u8> {
    let Request {
        method,
        path,
        headers,
        body,
    } = request;
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    if !body.is_empty() {
        bytes.extend(format!("content-length: {}\r\n", body.len()).into_bytes());
    }
    bytes.extend(b"connection: close\r\n\r\n");
    bytes.extend(body);
    bytes
}

/// Sends exactly these bytes, on a connection of their own, and reads until the server closes it.
pub(crate) fn send_bytes(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let first_line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
    Answer::parse(&answer, &String::from_utf8_lossy(first_line))
}

/// An answer, and what was asked, for the messages of failed tests.
#[derive(Clone)]
pub(crate) struct Answer {
    inner: conformance::Answer,
    question: String,
}

impl Deref for Answer {
    type Target = conformance::Answer;

    fn deref(&self) -> &conformance::Answer {
        &self.inner
    }
}

impl Answer {
    pub(crate) fn parse(bytes: &[u8], question: &str) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{question}: no whole answer, only {} bytes", bytes.len()));
        let head = str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        };
        let answer = Self {
            inner: conformance::Answer {
                status,
                headers: lines.map(header).collect(),
                body: bytes[end + 4..].to_vec(),
            },
            question: question.to_owned(),
        };
        assert_eq!(
            answer.header("transfer-encoding"),
            None,
            "{answer:?}: this client reads no chunks"
        );
        answer
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The JSON of an answer with this status and everything that all answers of ours share.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.assert_common_headers();
        if status == 204 {
            assert!(self.body.is_empty(), "{self:?}");
            assert_eq!(self.header("content-type"), None, "{self:?}");
            return Value::Null;
        }
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        self.json()
    }

    /// The resource of a 201, which must say where it is.
    #[track_caller]
    pub(crate) fn expect_created(&self, collection: &str) -> Value {
        let resource = self.expect(201);
        let place = format!("{collection}/{}", resource["id"].as_str().unwrap());
        assert_eq!(self.header("location"), Some(place.as_str()), "{self:?}");
        resource
    }

    /// Asserts an error of the contract's shape, and gives its message.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str, param: Option<&str>) -> String {
        let body = self.expect(status);
        let keys: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "code",
                "documentation_url",
                "message",
                "param",
                "request_id",
                "type"
            ],
            "{self:?}"
        );
        assert_eq!(body["code"], code, "{self:?}");
        assert_eq!(body["param"].as_str(), param, "{self:?}");
        assert!(body["param"].is_string() || body["param"].is_null(), "{self:?}");
        let expected = if status < 500 {
            "invalid_request"
        } else {
            "api_error"
        };
        assert_eq!(body["type"], expected, "{self:?}");
        assert_eq!(
            body["request_id"].as_str(),
            self.header("x-request-id"),
            "{self:?}"
        );
        let url = body["documentation_url"].as_str().unwrap();
        assert!(url.ends_with(&format!("/docs#{code}")), "{self:?}");
        let message = body["message"].as_str().unwrap();
        assert!(!message.is_empty(), "{self:?}");
        message.to_owned()
    }

    #[track_caller]
    fn assert_common_headers(&self) {
        let request_id = self.header("x-request-id").unwrap_or_default();
        assert!(request_id.len() >= 16, "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"), "{self:?}");
        let hsts = self.header("strict-transport-security").unwrap_or_default();
        assert!(hsts.starts_with("max-age="), "{self:?}");
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(
            f,
            "{} => {} {:?} {body}",
            self.question, self.status, self.headers
        )
    }
}
