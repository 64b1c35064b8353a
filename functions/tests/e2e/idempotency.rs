//! Idempotency keys: what callers with several tokens, time and large races make of them.

use std::collections::HashSet;

use local::template::Template;
use serde_json::{Value, json};

use crate::encoding::{BOTH, Encoding};
use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::world::{Person, now, person, template, text, two_people, world};

fn post(caller: &Person<'_>, path: &str, key: &str, body: &Value) -> Answer {
    post_in(Encoding::Json, caller, path, key, body)
}

fn post_in(encoding: Encoding, caller: &Person<'_>, path: &str, key: &str, body: &Value) -> Answer {
    let request = Request::new("POST", path).header("Idempotency-Key", key);
    caller.send(request.encoded(encoding, body))
}

/// Asserts that the answer was made by an earlier request.
#[track_caller]
fn assert_replayed(answer: &Answer) {
    assert_eq!(answer.header("idempotent-replayed"), Some("true"), "{answer:?}");
}

#[track_caller]
fn assert_first(answer: &Answer) {
    assert_eq!(answer.header("idempotent-replayed"), None, "{answer:?}");
}

#[test]
fn other_callers_and_other_routes_are_other_requests() {
    let (kate, frank) = (person("key.other"), person("key.other.frank"));
    let kevin = person("key.other.kevin");
    for caller in [&kate, &frank] {
        let answer = post(caller, "/v1/contacts", "same-key", &kevin.card());
        answer.expect(201);
        assert_first(&answer);
        let answer = post(
            caller,
            "/v1/conversations",
            "same-key",
            &json!({"contact_id": kevin.id}),
        );
        answer.expect(200);
        assert_first(&answer);
    }
    // Another token of the same person is the same caller.
    let token = kate.machine.another_token(&kate.username, None);
    let request = Request::new("POST", "/v1/contacts")
        .header("idempotency-key", "same-key")
        .bearer(&token);
    assert_replayed(&kate.machine.send(&request.json(&kevin.card())));
    // Keys are compared exactly.
    assert_first(&post(&kate, "/v1/contacts", "Same-key", &kevin.card()));
}

#[test]
fn a_key_is_free_again_when_its_time_is_over() {
    let (kate, kevin, _) = two_people("key.old");
    let frank = person("key.old.other");
    kate.meet(&frank);
    let create = |other: &Person<'_>| {
        post(
            &kate,
            "/v1/conversations",
            "key",
            &json!({"contact_id": other.id}),
        )
    };
    create(&kevin).expect(200);
    create(&frank).refused(422, "idempotency_key_reused", None);

    let attribute = Template::load(template()).unwrap().table.ttl_attribute.unwrap();
    let mut record = world().row("idempotency", &kate.id);
    let kept_until: i64 = text(&record[&attribute]["N"]).parse().unwrap();
    assert!(kept_until >= now() + 24 * 60 * 60, "a day at least: {kept_until}");
    // DynamoDB removes expired rows late, so one that is still there must not count.
    record[&attribute] = json!({"N": (now() - 1).to_string()});
    world().put_row(&record);
    assert_first(&create(&frank));
    assert_replayed(&create(&frank));
    create(&kevin).refused(422, "idempotency_key_reused", None);
}

#[test]
fn thirty_two_at_once_have_one_effect() {
    let (kate, kevin, conversation) = two_people("key.race");
    kate.delete(&conversation).expect(204);
    let answers = at_once(32, |number| {
        post_in(
            BOTH[number % 2],
            &kate,
            "/v1/conversations",
            "key",
            &json!({"contact_id": kevin.id}),
        )
    });
    assert_one_effect(&answers, "/v1/conversations");
    assert_eq!(
        kate.get("/v1/conversations").expect(200)["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let frank = person("key.race.new");
    let answers = at_once(32, |number| {
        post_in(BOTH[number % 2], &kate, "/v1/contacts", "key", &frank.card())
    });
    assert_one_effect(&answers, "/v1/contacts");
}

/// Each tells of a creation, only one without the mark of a replay, and all of the same resource.
fn assert_one_effect(answers: &[Answer], collection: &str) {
    let ids: HashSet<_> = answers
        .iter()
        .map(|answer| text(&answer.expect_created(collection)["id"]))
        .collect();
    assert_eq!(ids.len(), 1);
    let first = answers
        .iter()
        .filter(|answer| answer.header("idempotent-replayed").is_none());
    assert_eq!(first.count(), 1);
}
