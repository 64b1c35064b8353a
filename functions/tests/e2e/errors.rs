//! Every code of the table of errors that can be reached: one request for each.

use local::{Fault, Rule};
use serde_json::json;

use crate::contacts::guessed_too_often;
use crate::http::{Answer, Request};
use crate::world::{Machine, at, eventually, id_of, now, two_people, world};

/// The table.
const TABLE: [(&str, u16); 20] = [
    ("body_malformed", 400),
    ("body_too_large", 413),
    ("content_type_unsupported", 415),
    ("cursor_invalid", 400),
    // Reached in `failures.rs`: it takes seconds, and a database in the right state.
    ("idempotency_key_in_use", 409),
    ("idempotency_key_reused", 422),
    ("internal_error", 500),
    ("method_not_allowed", 405),
    ("not_allowed", 403),
    ("parameter_invalid", 400),
    ("parameter_missing", 400),
    ("parameter_unknown", 400),
    ("resource_missing", 404),
    ("route_missing", 404),
    ("service_unavailable", 503),
    ("token_expired", 401),
    ("token_invalid", 401),
    ("token_missing", 401),
    ("too_many_attempts", 429),
    ("username_taken", 409),
];

/// Requests that fail in different ways.
fn failures() -> Vec<Answer> {
    let (kate, kevin, conversation) = two_people("table");
    let keyed = |body| {
        kate.send(
            Request::new("POST", "/v1/conversations")
                .header("idempotency-key", "k")
                .json(&body),
        )
    };
    keyed(json!({"contact_id": kevin.id})).expect(200);
    let frank = crate::world::person("table.third");
    kate.meet(&frank);
    let expiring = world().another_token(&kate.username, Some(now() + 2));
    let with_expiring = || world().send(&Request::new("GET", "/v1/me").bearer(&expiring));
    let wrong_number = json!({"username": kevin.username, "phone_number": "+1 555 123"});
    let mut broken = world().row("person", &frank.username);
    broken["created_at"] = json!({"BOOL": true});
    world().put_row(&broken);
    vec![
        kate.send(Request::new("PUT", "/v1/me").form("a=%zz")),
        kate.send(Request::new("PUT", "/v1/me").form(vec![b'a'; 2 << 20])),
        kate.send(
            Request::new("PUT", "/v1/me")
                .header("content-type", "text/plain")
                .body("a"),
        ),
        kate.get(&format!("/v1/contacts?starting_after={}", id_of(&conversation))),
        keyed(json!({"contact_id": frank.id})),
        frank.get("/v1/me"),
        kate.delete("/v1/me"),
        kevin.delete(&at(&kate.say(&conversation, "Hello"))),
        kate.get("/v1/conversations?limit=0"),
        kate.post("/v1/contacts", &json!({})),
        kate.put("/v1/me", &json!({"nonsense": 1})),
        frank.get(&conversation.replace(id_of(&conversation), &kate.id)),
        kate.get("/v1/nothing"),
        unavailable(),
        eventually("the token expires", || {
            Some(with_expiring()).filter(|answer| answer.status != 200)
        }),
        world().send(&Request::new("GET", "/v1/me").bearer("x")),
        world().send(&Request::new("GET", "/v1/me")),
        guessed_too_often(&crate::world::person("table.guesses")),
        kate.post("/v1/contacts", &wrong_number),
    ]
}

fn unavailable() -> Answer {
    let (faults, machine) = Machine::with_faults(|_| ());
    let kate = machine.person("table.unavailable");
    faults.set(Rule::new(Fault::Internal));
    kate.get("/v1/me")
}

#[test]
fn every_code_is_reached_with_its_status() {
    let mut reached = Vec::new();
    for answer in failures() {
        let body = answer.json();
        let (code, param) = (body["code"].as_str().unwrap(), body["param"].as_str());
        // The whole shape, whatever the code.
        answer.refused(answer.status, code, param);
        let challenge = answer.header("www-authenticate").is_some();
        assert_eq!(challenge, answer.status == 401, "{answer:?}");
        assert_eq!(
            answer.header("allow").is_some(),
            answer.status == 405,
            "{answer:?}"
        );
        assert_eq!(
            answer.header("retry-after").is_some(),
            [429, 503].contains(&answer.status),
            "{answer:?}"
        );
        reached.push((code.to_owned(), answer.status));
    }
    reached.sort();
    let elsewhere = "idempotency_key_in_use";
    let table = TABLE.iter().filter(|(code, _)| *code != elsewhere);
    let expected: Vec<_> = table
        .map(|(code, status)| ((*code).to_owned(), *status))
        .collect();
    assert_eq!(reached, expected);
}

#[test]
fn every_answer_has_a_request_id_of_its_own() {
    let kate = crate::world::person("request.id");
    let ids: std::collections::HashSet<_> = (0..20)
        .map(|number| {
            let path = [
                "/v1/me",
                "/v1/nothing",
                "/v1/conversations",
                "/v1/conversations?limit=0",
            ][number % 4];
            let answer = kate.get(path);
            let id = answer.header("x-request-id").unwrap().to_owned();
            assert!(
                world()
                    .local
                    .captured_logs()
                    .iter()
                    .any(|line| line.contains(&id)),
                "{path}: {id} is in the log"
            );
            id
        })
        .collect();
    assert_eq!(ids.len(), 20);
}
