//! Idempotency keys: a retry finds what the first request did.

use std::collections::HashSet;

use local::template::Template;
use serde_json::{Value, json};

use crate::encoding::{BOTH, Encoding};
use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::routes::{NOBODY, ROUTES};
use crate::world::{Person, id_of, now, person, template, text, two_people, world};

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
fn a_contact_is_replayed_as_it_is_now() {
    let (kate, kevin) = (person("key.contact"), person("key.contact.other"));
    let first = post(&kate, "/v1/contacts", "key-1", &kevin.card());
    assert_first(&first);
    let mut contact = first.expect_created("/v1/contacts");
    for encoding in BOTH {
        let again = post_in(encoding, &kate, "/v1/contacts", "key-1", &kevin.card());
        assert_replayed(&again);
        assert_eq!(again.expect_created("/v1/contacts"), contact);
    }
    contact["display_name"] = json!("Kev");
    kate.put(&kevin.entry(), &json!({"display_name": "Kev"}))
        .expect(200);
    let again = post(&kate, "/v1/contacts", "key-1", &kevin.card());
    assert_eq!(again.expect_created("/v1/contacts"), contact);
    kate.delete(&kevin.entry()).expect(204);
    post(&kate, "/v1/contacts", "key-1", &kevin.card()).refused(404, "resource_missing", None);
    kate.get(&kevin.entry()).refused(404, "resource_missing", None);
}

#[test]
fn a_conversation_is_replayed_as_it_is_now() {
    let (kate, kevin, before) = two_people("key.conversation");
    kate.delete(&before).expect(204);
    let body = json!({"contact_id": kevin.id});
    let first = post_in(Encoding::Form, &kate, "/v1/conversations", "key-1", &body);
    assert_first(&first);
    let mut conversation = first.expect_created("/v1/conversations");
    let path = first.header("location").unwrap();
    conversation["is_muted"] = json!(true);
    kate.put(path, &json!({"is_muted": true})).expect(200);
    for encoding in BOTH {
        let again = post_in(encoding, &kate, "/v1/conversations", "key-1", &body);
        assert_replayed(&again);
        assert_eq!(again.expect_created("/v1/conversations"), conversation);
    }
    // Once it is deleted the key stands for what is gone, and another key for a new one.
    kevin.delete(path).expect(204);
    post(&kate, "/v1/conversations", "key-1", &body).refused(404, "resource_missing", None);
    assert_eq!(kate.get("/v1/conversations").expect(200)["data"], json!([]));
    let other = post(&kate, "/v1/conversations", "key-2", &body).expect_created("/v1/conversations");
    assert_ne!(other["id"], conversation["id"]);
    post(&kate, "/v1/conversations", "key-1", &body).refused(404, "resource_missing", None);
}

#[test]
fn a_request_that_found_something_is_replayed_as_that() {
    let (kate, kevin, conversation) = two_people("key.found");
    let body = json!({"contact_id": kevin.id});
    for expect_replay in [false, true, true] {
        let answer = post(&kate, "/v1/conversations", "key", &body);
        assert_eq!(answer.expect(200)["id"], json!(id_of(&conversation)));
        assert_eq!(answer.header("idempotent-replayed").is_some(), expect_replay);
        let answer = post(&kate, "/v1/contacts", "key", &kevin.card());
        assert_eq!(answer.expect(200)["id"], json!(kevin.id));
        assert_eq!(answer.header("idempotent-replayed").is_some(), expect_replay);
    }
    kate.delete(&conversation).expect(204);
    post(&kate, "/v1/conversations", "key", &body).refused(404, "resource_missing", None);
}

#[test]
fn a_key_belongs_to_one_request() {
    let (kate, kevin, _) = two_people("key.reused");
    let frank = person("key.reused.other");
    kate.meet(&frank);
    post(
        &kate,
        "/v1/conversations",
        "key",
        &json!({"contact_id": kevin.id}),
    )
    .expect(200);
    for encoding in BOTH {
        let answer = post_in(
            encoding,
            &kate,
            "/v1/conversations",
            "key",
            &json!({"contact_id": frank.id}),
        );
        answer.refused(422, "idempotency_key_reused", None);
    }
    post(&kate, "/v1/contacts", "key", &kevin.card()).expect(200);
    let mut other = kevin.card();
    other["display_name"] = json!("Kev");
    post(&kate, "/v1/contacts", "key", &other).refused(422, "idempotency_key_reused", None);
    // The first one still stands.
    assert_replayed(&post(&kate, "/v1/contacts", "key", &kevin.card()));
    assert_replayed(&post(
        &kate,
        "/v1/conversations",
        "key",
        &json!({"contact_id": kevin.id}),
    ));
}

#[test]
fn the_same_parameters_are_the_same_request_however_they_are_written() {
    let (kate, kevin) = (person("key.written"), person("key.written.other"));
    let (name, phone) = (&kevin.username, &kevin.phone_number);
    let send = |content_type: &str, body: String| {
        let request = Request::new("POST", "/v1/contacts").header("idempotency-key", "key");
        kate.send(request.header("content-type", content_type).body(body))
    };
    send(
        "application/json",
        json!({"username": name, "phone_number": phone}).to_string(),
    )
    .expect(201);
    let escaped = phone.replace('+', "%2B").replace(' ', "+");
    for (content_type, body) in [
        (
            "application/json",
            format!("{{ \"phone_number\": \"{phone}\",\n \"username\": \"{name}\" }}"),
        ),
        (
            "application/json",
            json!({"username": name, "phone_number": phone, "avatar_url": null}).to_string(),
        ),
        (
            "application/x-www-form-urlencoded",
            format!("phone_number={escaped}&username={name}"),
        ),
        (
            "application/x-www-form-urlencoded; charset=utf-8",
            format!("display_name=&username={name}&phone_number={escaped}"),
        ),
    ] {
        let answer = send(content_type, body);
        answer.expect(201);
        assert_replayed(&answer);
    }
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
fn failures_are_not_kept() {
    let (kate, kevin) = (person("key.failure"), person("key.failure.other"));
    let body = json!({"contact_id": kevin.id});
    post(&kate, "/v1/conversations", "key", &body).refused(404, "resource_missing", Some("contact_id"));
    let wrong = json!({"username": kevin.username, "phone_number": "+1 555 000 111 222"});
    post(&kate, "/v1/contacts", "key", &wrong).refused(409, "username_taken", Some("username"));
    post(&kate, "/v1/contacts", "key", &json!({"x": 1})).refused(400, "parameter_unknown", Some("x"));
    // With the same keys it works once it can.
    let answer = post(&kate, "/v1/contacts", "key", &kevin.card());
    answer.expect_created("/v1/contacts");
    assert_first(&answer);
    let answer = post(&kate, "/v1/conversations", "key", &body);
    answer.expect(200);
    assert_first(&answer);
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
fn keys_are_1_to_255_visible_ascii_characters() {
    let (kate, kevin, _) = two_people("key.shape");
    let body = json!({"contact_id": kevin.id});
    let send = |key: &[u8]| {
        let request = Request::new("POST", "/v1/conversations").header("Idempotency-Key", key);
        kate.send(request.json(&body))
    };
    for bad in [
        &b""[..],
        b"a b",
        "käse".as_bytes(),
        b"a\tb",
        b"\xff",
        &[b'k'; 256],
        &[b'k'; 4000],
    ] {
        send(bad).refused(400, "parameter_invalid", Some("Idempotency-Key"));
    }
    for good in [
        &b"k"[..],
        &[b'k'; 255],
        br##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##,
        b"123e4567-e89b-12d3-a456-426614174000",
    ] {
        assert_first(&send(good));
        assert_replayed(&send(good));
    }
    // Routes that are idempotent by nature do not mind a key, as long as it is one.
    for route in ROUTES.into_iter().filter(|route| route.method == "PUT") {
        let put = |key: &str| {
            kate.send(route.request(NOBODY).header("Idempotency-Key", key))
                .status
        };
        assert!([200, 404].contains(&put("k")), "{route:?}");
        assert_eq!(put("a b"), 400, "{route:?}");
    }
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
