//! Idempotency keys: a retry finds what the first request did.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::without_activity;
use crate::failure::{Outcome, equal};
use crate::http::{Exchange, Request};
use crate::person::{Answers as _, id, id_of};
use crate::tester::{Tester, at_once};

pub(crate) const SECTION: Section = Section {
    title: "Idempotency keys",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "a contact is replayed with 201, as it is now, and is 404 once it is deleted",
        contact,
    ),
    case(
        "a conversation is replayed with 201, as it is now, and is 404 once it is deleted",
        conversation,
    ),
    case("a message is sent once, however often it is tried again", message),
    case("a request that found something is replayed with 200", found),
    case("the same key with other parameters is a 422", other_parameters),
    case(
        "the same parameters are the same request however they are written",
        written_otherwise,
    ),
    case(
        "other callers, routes and keys are other requests",
        other_requests,
    ),
    case("failures are not kept", failures),
    case("keys are 1 to 255 visible ASCII characters", shape),
    case(
        "of many at once with one key one does it, and all say so",
        at_the_same_time,
    ),
];

/// Whether the answer was made by an earlier request.
#[track_caller]
fn replayed(exchange: &Exchange, expected: bool) -> Outcome {
    let header = exchange.answer.header("idempotent-replayed");
    let what = "idempotent-replayed";
    equal(what, header, expected.then_some("true")).map_err(|failure| failure.seen_in(exchange))
}

fn contact(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let key = tester.key();
    let post = || kate.post_with_key(&key, "/v1/contacts", &kevin.card());
    let first = post()?;
    replayed(&first, false)?;
    let mut contact = without_activity(Ok(first).created("/v1/contacts")?);
    for display_name in [Value::Null, json!("Kev")] {
        contact["display_name"] = display_name.clone();
        kate.put(&kevin.entry(), &json!({"display_name": display_name}))
            .answers(200)?;
        let again = post()?;
        replayed(&again, true)?;
        let again = without_activity(Ok(again).created("/v1/contacts")?);
        equal("the contact", again, &contact)?;
    }
    kate.delete(&kevin.entry()).answers(204)?;
    post().refused(404, "resource_missing", None)?;
    kate.get(&kevin.entry()).refused(404, "resource_missing", None)
}

fn conversation(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let before = tester.pair()?;
    kate.delete(&before).answers(204)?;
    let (key, body) = (tester.key(), json!({"contact_id": kevin.id}));
    let post = || kate.post_with_key(&key, "/v1/conversations", &body);
    let first = post().created("/v1/conversations")?;
    let path = format!("/v1/conversations/{}", id(&first));
    let now = kate.put(&path, &json!({"is_muted": true})).answers(200)?;
    let again = post()?;
    replayed(&again, true)?;
    equal("the conversation", Ok(again).created("/v1/conversations")?, now)?;
    kevin.delete(&path).answers(204)?;
    post().refused(404, "resource_missing", None)?;
    // Another key makes a new one, and the first still stands for what is gone.
    let other = kate
        .post_with_key(&tester.key(), "/v1/conversations", &body)
        .created("/v1/conversations")?;
    post().refused(404, "resource_missing", None)?;
    kate.get(&format!("/v1/conversations/{}", id(&other)))
        .answers(200)?;
    Ok(())
}

fn message(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let (key, body) = (
        tester.key(),
        json!({"conversation_id": id_of(&conversation), "message": "Once"}),
    );
    let post = || kate.post_with_key(&key, "/v1/messages", &body);
    let first = post().created("/v1/messages")?;
    let path = crate::person::at(&first);
    kate.put(&path, &json!({"message": "Changed since"}))
        .answers(200)?;
    for _ in 0..2 {
        let again = post()?;
        replayed(&again, true)?;
        let again = Ok(again).created("/v1/messages")?;
        equal("id", &again["id"], &first["id"])?;
        equal("as it is now", &again["message"], "Changed since")?;
    }
    equal("how many there are", kevin.all("/v1/messages")?.len(), 1)?;
    let seen = kevin.get(&conversation).answers(200)?;
    equal("unread_count", &seen["unread_count"], 1)?;
    kate.delete(&path).answers(204)?;
    post().refused(404, "resource_missing", None)?;
    equal("how many there are then", kevin.all("/v1/messages")?.len(), 0)
}

fn found(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let (key, body) = (tester.key(), json!({"contact_id": kevin.id}));
    for is_replay in [false, true] {
        let answer = kate.post_with_key(&key, "/v1/conversations", &body)?;
        replayed(&answer, is_replay)?;
        equal(
            "the conversation",
            &Ok(answer).answers(200)?["id"],
            id_of(&conversation),
        )?;
        let answer = kate.post_with_key(&key, "/v1/contacts", &kevin.card())?;
        replayed(&answer, is_replay)?;
        equal("the contact", &Ok(answer).answers(200)?["id"], &kevin.id)?;
    }
    kate.delete(&conversation).answers(204)?;
    kate.post_with_key(&key, "/v1/conversations", &body)
        .refused(404, "resource_missing", None)
}

fn other_parameters(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let conversation = tester.pair()?;
    let other = kate.meet(frank)?;
    let key = tester.key();
    let message =
        |conversation: &str, text: &str| json!({"conversation_id": id_of(conversation), "message": text});
    let mut card = kevin.card();
    card["display_name"] = json!("Kev");
    for (path, first, others) in [
        (
            "/v1/conversations",
            json!({"contact_id": kevin.id}),
            vec![json!({"contact_id": frank.id})],
        ),
        ("/v1/contacts", kevin.card(), vec![card]),
        (
            "/v1/messages",
            message(&conversation, "Hello"),
            vec![message(&conversation, "hello"), message(&other, "Hello")],
        ),
    ] {
        kate.post_with_key(&key, path, &first)?;
        for other in others {
            kate.post_with_key(&key, path, &other)
                .refused(422, "idempotency_key_reused", None)?;
        }
        replayed(&kate.post_with_key(&key, path, &first)?, true)?;
    }
    equal("how many messages there are", kate.all("/v1/messages")?.len(), 1)
}

fn written_otherwise(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let key = tester.key();
    let (name, phone) = (&kevin.username, &kevin.phone_number);
    kate.post_with_key(&key, "/v1/contacts", &kevin.card())
        .created("/v1/contacts")?;
    let form: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("display_name", "")
        .append_pair("username", name)
        .append_pair("phone_number", phone)
        .finish();
    let (name, phone) = (json!(name), json!(phone));
    for (content_type, body) in [
        (
            "application/json",
            format!("{{ \"phone_number\": {phone},\n \"username\": {name} }}"),
        ),
        (
            "application/json; charset=utf-8",
            format!("{{\"username\":{name},\"phone_number\":{phone},\"avatar_url\":null}}"),
        ),
        ("application/x-www-form-urlencoded", form),
    ] {
        let request = Request::new("POST", "/v1/contacts").header("idempotency-key", &key);
        let answer = kate.send(request.header("content-type", content_type).body(body))?;
        replayed(&answer, true)?;
        Ok(answer).created("/v1/contacts")?;
    }
    Ok(())
}

fn other_requests(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let key = tester.key();
    for caller in [kate, frank] {
        let answer = caller.post_with_key(&key, "/v1/contacts", &kevin.card())?;
        replayed(&answer, false)?;
        Ok(answer).created("/v1/contacts")?;
        let body = json!({"contact_id": kevin.id});
        let answer = caller.post_with_key(&key, "/v1/conversations", &body)?;
        replayed(&answer, false)?;
    }
    // Keys are compared exactly.
    let answer = kate.post_with_key(&key.to_uppercase(), "/v1/contacts", &kevin.card())?;
    replayed(&answer, false)
}

fn failures(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let (key, body) = (tester.key(), json!({"contact_id": kevin.id}));
    kate.post_with_key(&key, "/v1/conversations", &body).refused(
        404,
        "resource_missing",
        Some("contact_id"),
    )?;
    let wrong = json!({"username": kevin.username, "phone_number": "+1 555 000 111 222"});
    kate.post_with_key(&key, "/v1/contacts", &wrong)
        .refused(409, "username_taken", Some("username"))?;
    kate.post_with_key(&key, "/v1/contacts", &json!({"x": 1}))
        .refused(400, "parameter_unknown", Some("x"))?;
    // With the same keys it works once it can.
    let answer = kate.post_with_key(&key, "/v1/contacts", &kevin.card())?;
    replayed(&answer, false)?;
    Ok(answer).created("/v1/contacts")?;
    let answer = kate.post_with_key(&key, "/v1/conversations", &body)?;
    replayed(&answer, false)?;
    Ok(answer).answers(200)?;
    Ok(())
}

fn shape(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    tester.pair()?;
    let body = json!({"contact_id": kevin.id});
    let send = |key: &[u8]| {
        let request = Request::new("POST", "/v1/conversations").header("Idempotency-Key", key);
        kate.send(request.json(&body))
    };
    for bad in [
        &b""[..],
        b"a b",
        "k\u{e4}se".as_bytes(),
        b"a\tb",
        b"\xff",
        &[b'k'; 256],
        &[b'k'; 4000],
    ] {
        send(bad).refused(400, "parameter_invalid", Some("Idempotency-Key"))?;
    }
    // Routes that are idempotent by nature do not mind a key, as long as it is one.
    let put = |key: &str| kate.send(Request::new("PUT", "/v1/me").header("idempotency-key", key));
    put("k").answers(200)?;
    put("a b").refused(400, "parameter_invalid", Some("Idempotency-Key"))?;
    let key = tester.key();
    for good in [
        format!("{key:k<255}"),
        format!(r##"{key}!"#$%&'()*+,-./:;<=>?@[\]^_`{{|}}~"##),
    ] {
        for is_replay in [false, true] {
            replayed(&send(good.as_bytes())?, is_replay)?;
        }
    }
    Ok(())
}

fn at_the_same_time(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let (key, body) = (
        tester.key(),
        json!({"conversation_id": id_of(&conversation), "message": "Once"}),
    );
    let answers = at_once(8, |_| kate.post_with_key(&key, "/v1/messages", &body))?;
    let mut first = 0;
    for answer in answers {
        first += usize::from(answer.answer.header("idempotent-replayed").is_none());
        Ok(answer).created("/v1/messages")?;
    }
    equal("how many are no replay", first, 1)?;
    equal("how many messages there are", kevin.all("/v1/messages")?.len(), 1)
}
