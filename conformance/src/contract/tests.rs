//! What the contract forbids must be noticed.

use super::{Contract, Question};
use crate::http::Answer;

type Head<'a> = (&'a str, Vec<(String, String)>, &'a str);

/// The first line, the headers and the body.
fn parse(text: &str) -> Head<'_> {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let (first, headers) = head.split_once("\r\n").unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.to_owned())
    };
    (first, headers.split("\r\n").map(header).collect(), body)
}

fn parse_question(text: &str) -> Question {
    let (first, headers, body) = parse(text);
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    Question::new(method, target, headers, body.as_bytes().to_vec())
}

fn parse_answer(text: &str) -> Answer {
    let (first, headers, body) = parse(text);
    Answer {
        status: first.split(' ').nth(1).unwrap().parse().unwrap(),
        headers,
        body: body.as_bytes().to_vec(),
    }
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
    let contract = Contract::load();
    let problem = |question: &str, answer: &str| {
        let (question, answer) = (parse_question(question), parse_answer(answer));
        let checked = contract.check(&question, &answer);
        checked
            .and_then(|()| contract.check_header_names(&question, &answer))
            .err()
    };
    assert_eq!(problem(&question, &answer), None);
    for (from, to, named) in [
        ("200 OK", "201 Created", "201"),
        (
            "200 OK",
            "429 Too Many Requests",
            "\"message\" is a required property",
        ),
        (
            "cache-control: no-store",
            "cache-control: no-store\r\ncache-control: no-store",
            "cache-control is repeated",
        ),
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
