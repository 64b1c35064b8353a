//! `openapi.yaml`, held against everything that these tests send and get.
//!
//! - An answer must have a status that its operation documents, with that status's headers, content type and body, and
//!   no header that is not documented.
//! - A request that is answered 2xx must keep to the contract itself: the API takes nothing that the contract forbids.
//!   What is refused may be as wrong as a test likes.
//! - A request that no operation takes gets what `x-unrouted-responses` says.
//! - Bytes that are no HTTP get a 4xx of the gateway, which is all that can be said about them.

mod operation;
mod schema;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use self::operation::{Operation, Response, responses};
use self::schema::Document;
use self::wire::Question;
use crate::http::Answer;

/// Documented statuses that nothing on one machine can cause. One that is reached after all fails its test.
pub(crate) const UNREACHABLE: [(u16, &str); 1] = [(429, "only AWS throttles callers")];

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.yaml"));
    let text = std::fs::read_to_string(file).unwrap();
    Contract::new(local::template::parse_yaml(&text).unwrap())
});

struct Contract {
    operations: Vec<Operation>,
    /// By status: what is answered where no operation is.
    unrouted: BTreeMap<u16, Response>,
}

impl Contract {
    fn new(document: Value) -> Self {
        let document = Document::new(document);
        let paths = document.at("/paths").as_object().unwrap();
        let operations = paths
            .iter()
            .flat_map(|(path, item)| Operation::all(&document, path, item));
        Self {
            operations: operations.collect(),
            unrouted: responses(&document, document.at("/x-unrouted-responses")),
        }
    }

    fn check(&self, question: &Question, answer: &Answer) -> Result<(), String> {
        // A path goes before one with a parameter that it fits: <https://spec.openapis.org/oas/v3.1.1.html#paths-object>.
        let is_concrete = self.operations.iter().any(|own| own.is_at(&question.path));
        let mut operations = self.operations.iter();
        let takes = |own: &&Operation| own.takes(question) && (!is_concrete || own.is_at(&question.path));
        if let Some(operation) = operations.find(takes) {
            return operation.check(question, answer);
        }
        if !question.is_http && answer.header("x-request-id").is_none() {
            return if (400..500).contains(&answer.status) {
                Ok(())
            } else {
                Err("what is no HTTP must get a 4xx".to_owned())
            };
        }
        let path_is_known = self.operations.iter().any(|own| own.has_path(&question.path));
        let expected = if path_is_known { 405 } else { 404 };
        match self.unrouted.get(&answer.status) {
            Some(response) if answer.status == expected => response.check(answer, question.method == "HEAD"),
            _ => Err(format!("no operation takes this: it must be a {expected}")),
        }
    }
}

/// Fails where `answer` to the request in `bytes` is not as the contract says.
#[track_caller]
pub(crate) fn check(bytes: &[u8], answer: &Answer) {
    if let Err(problem) = CONTRACT.check(&Question::parse(bytes), answer) {
        panic!("openapi.yaml says otherwise: {problem}\nin {answer:?}");
    }
}

/// What stands in place of an operation where there is none.
pub(crate) const UNROUTED: &str = "x-unrouted-responses";

/// Every operation with every status that it documents, such as `("GET /v1/me", 200)`.
pub(crate) fn documented() -> BTreeSet<(String, u16)> {
    let operations = CONTRACT.operations.iter();
    operations
        .map(|operation| (operation.to_string(), &operation.responses))
        .chain([(UNROUTED.to_owned(), &CONTRACT.unrouted)])
        .flat_map(|(name, responses)| responses.keys().map(move |status| (name.clone(), *status)))
        .collect()
}

/// The exchanges that the contract allows are those of all other tests. These it must not.
#[test]
fn what_the_contract_forbids_is_noticed() {
    let good = "GET /v1/me HTTP/1.1\r\nauthorization: Bearer ";
    let token = format!("ptc_{}", "0".repeat(52));
    let me = r#"{"id":"0000000000000000","username":"k","phone_number":null,"avatar_url":null,"last_active_at":null,"created_at":1}"#;
    let headers = "content-type: application/json\r\napigw-requestid: x\r\ncache-control: no-store\r\n\
                   x-content-type-options: nosniff\r\nstrict-transport-security: max-age=63072000; includeSubDomains\r\n\
                   x-request-id: 00000000-0000-4000-8000-000000000000\r\n";
    let question = format!("{good}{token}\r\n\r\n");
    let answer = format!("HTTP/1.1 200 OK\r\n{headers}\r\n{me}");
    let problem = |question: &str, answer: &str| {
        let question = Question::parse(question.as_bytes());
        CONTRACT
            .check(&question, &Answer::parse(answer.as_bytes(), "a test"))
            .err()
    };
    assert_eq!(problem(&question, &answer), None);
    for (from, to, named) in [
        ("200 OK", "201 Created", "201"),
        ("200 OK", "429 Too Many Requests", "only AWS"),
        (r#","created_at":1"#, "", "created_at"),
        (r#""k""#, r#""k k""#, "/username"),
        (r#""created_at":1"#, r#""created_at":1.5"#, "/created_at"),
        (r#""created_at":1"#, r#""created_at":1,"x":1"#, "x"),
        ("application/json", "text/html", "text/html"),
        ("cache-control: no-store\r\n", "", "cache-control is missing"),
        ("no-store", "no-cache", "cache-control"),
        (
            "apigw-requestid: x",
            "apigw-requestid: x\r\nset-cookie: a",
            "set-cookie",
        ),
        ("4000", "4", "x-request-id"),
    ] {
        assert!(answer.contains(from), "{from}");
        let problem = problem(&question, &answer.replacen(from, to, 1)).expect(to);
        assert!(problem.contains(named), "{problem}");
    }
    let body = "\r\ncontent-type: application/json\r\n\r\n{\"x\":1}";
    for (from, to, named) in [
        ("me HTTP", "me?limit=1 HTTP", "limit"),
        ("GET", "PATCH", "405"),
        ("/v1/me", "/v1/us", "404"),
        ("Bearer", "Basic", "token"),
        ("ptc_0", "ptc_", "token"),
        ("\r\n\r\n", body, "body"),
    ] {
        assert!(question.contains(from), "{from}");
        let problem = problem(&question.replacen(from, to, 1), &answer).expect(to);
        assert!(problem.contains(named), "{problem}");
    }
    // The same with a body that the contract knows.
    let put = question.replace("GET", "PUT");
    for (body, named) in [
        (r#"{"avatar_url":null}"#, ""),
        (r#"{"avatar_url":1}"#, "avatar_url"),
        ("[]", "object"),
    ] {
        let put = format!(
            "{}\r\ncontent-type: application/json\r\n\r\n{body}",
            put.trim_end()
        );
        let problem = problem(&put, &answer).unwrap_or_default();
        assert!(
            problem.contains(named) && problem.is_empty() == named.is_empty(),
            "{problem}"
        );
    }
}
