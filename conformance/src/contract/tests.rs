//! What the contract forbids must be noticed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Contract, Question, yaml};
use crate::http::Answer;

const SOURCE: &str = include_str!("../../../openapi.yaml");

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::load);

/// The headers of every answer.
const HEADERS: &str = "content-type: application/json\r\napigw-requestid: x\r\ncache-control: no-store\r\n\
                       x-content-type-options: nosniff\r\nstrict-transport-security: max-age=63072000; \
                       includeSubDomains\r\nx-request-id: 00000000-0000-4000-8000-000000000000\r\n";

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
    let question = format!("{good}{token}\r\n\r\n");
    let answer = format!("HTTP/1.1 200 OK\r\n{HEADERS}\r\n{me}");
    let problem = |question: &str, answer: &str| {
        let (question, answer) = (parse_question(question), parse_answer(answer));
        let checked = CONTRACT.check(&question, &answer);
        checked
            .and_then(|()| CONTRACT.check_header_names(&question, &answer))
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
        assert_named(&problem, named);
    }
}

/// What is wrong with a call of this body, answered so.
fn problem(method: &str, target: &str, content: (&str, &str), status: u16, answer: &Value) -> String {
    let (content_type, body) = content;
    let token = "0".repeat(52);
    let question = format!(
        "{method} {target} HTTP/1.1\r\nauthorization: Bearer ptc_{token}\r\ncontent-type: {content_type}\r\n\r\n{body}"
    );
    let location = "location: /v1/conversations/0000000000000000\r\n";
    let location = if status == 201 { location } else { "" };
    let answer = format!("HTTP/1.1 {status} \r\n{location}{HEADERS}\r\n{answer}");
    let checked = CONTRACT.check(&parse_question(&question), &parse_answer(&answer));
    checked.err().unwrap_or_default()
}

/// `named` is part of the problem, or empty where there must be none.
#[track_caller]
fn assert_named(problem: &str, named: &str) {
    let is_as_expected = problem.contains(named) && problem.is_empty() == named.is_empty();
    assert!(is_as_expected, "{named:?} was expected: {problem:?}");
}

const NOTHING: (&str, &str) = ("application/json", "{}");

fn conversation(contact: &Value, group: &Value) -> Value {
    json!({
        "id": "0000000000000000", "contact_id": contact, "group_id": group, "pinned_message_id": null,
        "is_pinned": false, "is_muted": false, "last_active_at": null, "last_opened_at": null, "created_at": 1,
        "archived_at": null, "unread_count": 0,
    })
}

#[test]
fn a_conversation_has_either_a_contact_or_a_group() {
    let (id, one) = (json!("0000000000000000"), "exactly one of contact_id, group_id");
    for (contact, group, named) in [
        (&id, &Value::Null, ""),
        (&Value::Null, &id, ""),
        (&id, &id, one),
        (&Value::Null, &Value::Null, one),
    ] {
        let conversation = conversation(contact, group);
        let page = json!({"has_more": false, "data": [conversation], "next_cursor": null});
        for (target, answer) in [
            ("/v1/conversations/0000000000000000", &conversation),
            ("/v1/conversations", &page),
        ] {
            let problem = problem("GET", target, NOTHING, 200, answer);
            assert_named(&problem, named);
        }
    }
}

#[test]
fn a_request_names_either_a_contact_or_a_group() {
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    let (id, one) = ("0000000000000000", "exactly one of contact_id, group_id");
    let answer = conversation(&json!(id), &Value::Null);
    for (content_type, body, named) in [
        (json, format!(r#"{{"contact_id":"{id}","group_id":null}}"#), ""),
        (json, format!(r#"{{"contact_id":"{id}","group_id":"{id}"}}"#), one),
        (json, r#"{"contact_id":null}"#.to_owned(), one),
        (json, format!(r#"{{"contact_id":"{id}","x":1}}"#), "x"),
        (form, format!("contact_id=&group_id={id}"), ""),
        (form, format!("contact_id={id}&group_id={id}"), one),
        (form, "contact_id=".to_owned(), one),
    ] {
        let problem = problem("POST", "/v1/conversations", (content_type, &body), 201, &answer);
        assert_named(&problem, named);
    }
}

#[test]
fn an_error_has_one_of_the_codes_of_its_status() {
    let error = |class: &str, code: &str| {
        json!({
            "type": class, "code": code, "message": "m", "param": null,
            "documentation_url": format!("https://api.protocol.chat/docs#{code}"),
            "request_id": "00000000-0000-4000-8000-000000000000",
        })
    };
    for (status, class, code, named) in [
        (404, "invalid_request", "resource_missing", ""),
        (404, "invalid_request", "route_missing", "x-codes"),
        (404, "invalid_request", "unheard_of", "unheard_of"),
        (404, "api_error", "resource_missing", "invalid_request"),
        (500, "api_error", "internal_error", ""),
        (500, "api_error", "service_unavailable", "x-codes"),
        (500, "invalid_request", "internal_error", "api_error"),
        // That is the gateway's alone.
        (429, "invalid_request", "too_many_attempts", "Additional"),
    ] {
        let answer = error(class, code);
        let problem = problem("GET", "/v1/sounds/0000000000000000", NOTHING, status, &answer);
        assert_named(&problem, named);
    }
    let gateway = json!({"message": "m"});
    for (status, is_allowed) in [(404, false), (429, true), (500, true)] {
        let problem = problem("GET", "/v1/sounds/0000000000000000", NOTHING, status, &gateway);
        assert_eq!(problem.is_empty(), is_allowed, "{problem}");
    }
}

#[test]
#[should_panic(expected = "errors have x-codes")]
fn no_error_is_without_its_codes() {
    let codes = "      x-codes: [resource_missing]\n";
    assert!(SOURCE.contains(codes));
    Contract::new(yaml::parse(&SOURCE.replacen(codes, "", 1)));
}

#[test]
fn a_waveform_has_all_its_hundredths() {
    let sound = |hundredths: usize| {
        json!({
            "id": "0000000000000000", "title": "t", "description": null, "category": null, "tags": [], "themes": [],
            "duration_ms": 1, "sample_rate": 1, "channels": 1, "file_type": "audio/wav", "file_size": 1,
            "preview_url": "https://localhost/", "waveform": vec![0.5; hundredths], "created_at": 1,
        })
    };
    for (hundredths, named) in [(100, ""), (99, "less than 100"), (101, "/waveform")] {
        let answer = sound(hundredths);
        let problem = problem("GET", "/v1/sounds/0000000000000000", NOTHING, 200, &answer);
        assert_named(&problem, named);
    }
}

/// Every key of an extension, and every list of codes.
fn visit(value: &Value, extensions: &mut BTreeSet<String>, codes: &mut BTreeSet<String>) {
    if let Some(object) = value.as_object() {
        extensions.extend(object.keys().filter(|key| key.starts_with("x-")).cloned());
        let own = object
            .get("x-codes")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        codes.extend(own.filter_map(Value::as_str).map(str::to_owned));
        object.values().for_each(|inner| visit(inner, extensions, codes));
    }
    let items = value.as_array().into_iter().flatten();
    items.for_each(|inner| visit(inner, extensions, codes));
}

/// Else a rule that is misspelt would be none.
#[test]
fn every_extension_is_known_and_every_code_is_somewhere() {
    let document = yaml::parse(SOURCE);
    let (mut extensions, mut codes) = (BTreeSet::new(), BTreeSet::new());
    visit(&document, &mut extensions, &mut codes);
    // This one is a header.
    extensions.remove("x-request-id");
    let known = [
        "x-aliases",
        "x-codes",
        "x-exactly-one-of",
        "x-internal",
        "x-min-items",
        "x-pages",
        "x-pattern-properties",
        "x-request-body",
        "x-unrouted-responses",
    ];
    assert_eq!(extensions, known.map(str::to_owned).into());
    let all = document["components"]["schemas"]["ErrorCode"]["enum"].clone();
    assert_eq!(codes, serde_json::from_value(all).unwrap());
}

/// What generators make names and documents of.
#[test]
fn every_operation_is_named_and_has_examples() {
    let document = super::Document::new(yaml::parse(SOURCE));
    let has_examples = |owner: &Value| {
        let mut content = document.resolve(owner)["content"]
            .as_object()
            .into_iter()
            .flatten();
        content.all(|(_, inner)| inner["examples"].as_object().is_some_and(|all| !all.is_empty()))
    };
    for (path, item) in document.at("/paths").as_object().unwrap() {
        for (method, operation) in item
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| *key != "parameters")
        {
            let place = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(
                id.starts_with(|first: char| first.is_ascii_lowercase()),
                "{place}: {id}"
            );
            assert!(
                id.chars().all(|letter| letter.is_ascii_alphanumeric()),
                "{place}: {id}"
            );
            assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{place}");
            let words = operation["summary"].as_str().unwrap().split(' ').count();
            assert!((2..=5).contains(&words), "{place}: a summary of a few words");
            assert!(
                has_examples(&operation["requestBody"]),
                "{place}: an example of its body"
            );
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(has_examples(response), "{place}: an example of its {status}");
            }
        }
    }
}

#[test]
fn a_form_has_only_the_names_that_the_contract_knows() {
    let form = "application/x-www-form-urlencoded";
    let answer = json!({
        "id": "0000000000000000", "conversation_id": "0000000000000000", "message": "m", "reactions": [],
        "contact": {
            "id": "0000000000000000", "username": "k", "phone_number": null, "avatar_url": null,
            "last_active_at": null, "created_at": 1,
        },
        "attachments": [], "read_at": null, "created_at": 1, "updated_at": null,
    });
    for (body, named) in [
        ("reactions[heart][]=kate&attachments[]=0000000000000000", ""),
        ("reactions=&attachments=", ""),
        ("attachments[][sound_id]=0000000000000000", ""),
        ("attachments[][forward_id]=0000000000000000&message=", ""),
        ("attachments=0000000000000000", "null"),
        ("reactions[Heart][]=kate", "reactions[Heart][]"),
        ("attachments[][name]=0000000000000000", "attachments[][name]"),
        ("x=", "'x'"),
    ] {
        let target = "/v1/messages/0000000000000000";
        assert_named(&problem("PUT", target, (form, body), 200, &answer), named);
    }
}

#[test]
fn an_upload_has_one_file() {
    let answer = json!({
        "id": "0000000000000000", "message_id": null, "filename": "a", "file_url": "https://localhost/",
        "file_type": "text/plain", "file_size": 1, "width": null, "height": null, "preview_url": null,
        "sound_id": null, "expires_at": 1, "created_at": 1, "upload": null,
    });
    let content_type = "multipart/form-data; boundary=x";
    let part = |name: &str, content: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n{content}\r\n")
    };
    let file = part("file", "a");
    for (parts, named) in [
        (file.clone(), ""),
        (file.repeat(2), "/file"),
        (part("file", ""), "/file"),
        (part("other", "a") + &file, "other"),
        (String::new(), "required"),
    ] {
        let body = format!("{parts}--x--\r\n");
        let problem = problem("POST", "/v1/attachments", (content_type, &body), 201, &answer);
        assert_named(&problem, named);
    }
}
