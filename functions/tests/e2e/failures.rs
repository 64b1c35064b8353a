//! What a caller sees when something behind the API breaks, and what is left of their request.

use std::time::{Duration, Instant};

use local::{Fault, Rule};
use serde_json::json;

use crate::http::{Answer, Request};
use crate::routes::{NOBODY, ROUTES};
use crate::world::{Machine, id_of, person, text, two_people, world};

#[test]
fn a_database_that_is_unavailable() {
    let (faults, machine) = Machine::with_faults(|_| ());
    let kate = machine.person("unavailable");
    for code in [
        "InternalServerError",
        "ServiceUnavailable",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    ] {
        faults.set(Rule::new(Fault::Refuse(code.to_owned())));
        let before = machine.local.captured_logs().len();
        let messages = ROUTES.map(|route| {
            let answer = kate.send(route.request(NOBODY));
            let retry_after = answer.header("retry-after").unwrap_or_default();
            assert!(
                retry_after.parse::<u32>().is_ok_and(|seconds| seconds > 0),
                "{answer:?}"
            );
            let message = answer.refused(503, "service_unavailable", None);
            assert!(
                !message.contains(code) && !message.contains("injected fault"),
                "{message}"
            );
            message
        });
        assert!(
            messages.iter().all(|message| *message == messages[0]),
            "{messages:?}"
        );
        let log = machine.local.captured_logs()[before..].join("\n");
        assert!(log.contains(code), "the cause is in the log");
    }
    // And back again.
    faults.clear();
    kate.get("/v1/me").expect(200);
}

#[test]
fn a_database_that_cannot_be_reached() {
    // A port at which nothing listens, and which nobody gets who asks for any.
    let dead = Machine::start(|options| options.database_endpoint = Some("http://127.0.0.1:1".to_owned()));
    // The token is well-formed, and of another world.
    let token = person("dead").token;
    for (method, path) in [("GET", "/v1/me"), ("PUT", "/v1/me"), ("GET", "/v1/conversations")] {
        let answer = dead.send(&Request::new(method, path).bearer(&token));
        answer.refused(503, "service_unavailable", None);
        assert!(answer.header("retry-after").is_some());
    }
    // What needs no database needs none.
    dead.send(&Request::new("GET", "/v1/me"))
        .refused(401, "token_missing", None);
    dead.send(&Request::new("GET", "/v1/nothing"))
        .refused(404, "route_missing", None);
}

#[test]
fn a_database_that_does_not_answer() {
    let (faults, machine) = Machine::with_faults(|_| ());
    let kate = machine.person("silent");
    kate.get("/v1/me").expect(200);
    let silence = Duration::from_mins(1);
    faults.set(Rule::new(Fault::Delay(silence)));
    let since = Instant::now();
    let answer = kate.get("/v1/me");
    // Before the function's own time is up: then the caller would hear from the gateway and not from us.
    answer.refused(503, "service_unavailable", None);
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
}

#[test]
fn a_row_that_is_broken_is_our_fault_and_nobody_elses_business() {
    let (kate, kevin, conversation) = two_people("broken");
    let mut row = world().row("conversation", id_of(&conversation));
    let whole = row.clone();
    row["created_at"] = json!({"S": "the day before yesterday"});
    world().put_row(&row);
    let answers = [
        kate.get(&conversation),
        kevin.get("/v1/conversations"),
        kate.put(&conversation, &json!({"is_muted": true})),
    ];
    let messages = answers.map(|answer| {
        assert_cause_is_only_in_the_log(&answer, "conversation row");
        assert!(answer.header("retry-after").is_none());
        answer.refused(500, "internal_error", None)
    });
    assert!(
        messages.iter().all(|message| *message == messages[0]),
        "it is constant: {messages:?}"
    );
    world().put_row(&whole);
    kate.get(&conversation).expect(200);

    // A contact whose person is missing, and a row of another kind in a row's place.
    let mut row = world().row("person", &kevin.username);
    let whole = row.clone();
    row["kind"] = json!({"S": "penguin"});
    world().put_row(&row);
    assert_cause_is_only_in_the_log(&kate.get(&kevin.entry()), "a row is no person");
    assert_cause_is_only_in_the_log(&kevin.get("/v1/me"), "a row is no person");
    world().put_row(&whole);
    kevin.get("/v1/me").expect(200);
}

/// The log has a line with the answer's request id and the cause, and the answer tells nothing of it.
#[track_caller]
fn assert_cause_is_only_in_the_log(answer: &Answer, cause: &str) {
    answer.refused(500, "internal_error", None);
    assert!(
        !String::from_utf8_lossy(&answer.body).contains(cause),
        "{answer:?}"
    );
    let request_id = answer.header("x-request-id").unwrap();
    let log = world().local.captured_logs();
    let lines: Vec<_> = log
        .iter()
        .filter(|line| line.contains(request_id) && line.contains(cause))
        .collect();
    assert_eq!(lines.len(), 1, "{request_id}: {lines:?}");
}

#[test]
fn a_write_whose_reply_was_lost_is_not_done_twice() {
    let (faults, machine) = Machine::with_faults(|_| ());
    let (kate, kevin) = (machine.person("lost"), machine.person("lost.other"));
    let conversation = kate.meet(&kevin);
    kate.delete(&conversation).expect(204);
    // The database does it, and the function hears of a failure: the SDK asks again with the same client token.
    let lose = |times: usize| faults.set(Rule::new(Fault::LoseReply).on("TransactWriteItems").times(times));
    lose(1);
    let answer = kate.post("/v1/conversations", &json!({"contact_id": kevin.id}));
    let new = answer.expect_created("/v1/conversations");
    assert_eq!(kate.get("/v1/conversations").expect(200)["data"], json!([new]));

    lose(1);
    kate.delete(&format!("/v1/conversations/{}", text(&new["id"])))
        .expect(204);

    // When all replies are lost, the caller hears of a failure, and the same key finds what was done.
    lose(4);
    let create = || {
        let request = Request::new("POST", "/v1/conversations").header("idempotency-key", "lost");
        kate.send(request.json(&json!({"contact_id": kevin.id})))
    };
    create().refused(503, "service_unavailable", None);
    let answer = create();
    let found = answer.expect_created("/v1/conversations");
    assert_eq!(answer.header("idempotent-replayed"), Some("true"));
    assert_eq!(kate.get("/v1/conversations").expect(200)["data"], json!([found]));
}

#[test]
fn a_key_that_another_request_holds_until_the_time_is_up() {
    let (faults, machine) = Machine::with_faults(|_| ());
    let (kate, kevin) = (machine.person("held"), machine.person("held.other"));
    kate.meet(&kevin);
    // Every transaction is cancelled for the sake of another one on the key's own row, which it writes last.
    faults.set(Rule::new(Fault::Conflict(Some(2))).on("TransactWriteItems"));
    let create = |key: Option<&str>| {
        let mut request = Request::new("POST", "/v1/conversations").json(&json!({"contact_id": kevin.id}));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        kate.send(request)
    };
    let answer = create(Some("held"));
    answer.refused(409, "idempotency_key_in_use", None);
    assert!(answer.header("retry-after").is_some());
    let tries = faults
        .calls()
        .iter()
        .filter(|call| call.operation == "TransactWriteItems")
        .count();
    assert!(tries > 5, "it tried again and again: {tries}");
    faults.clear();
    create(Some("held")).expect(200);
    create(None).expect(200);
}
