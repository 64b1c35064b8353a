//! Messages from their sending to their end, when everything goes well.

use serde_json::{Value, json};

use crate::encoding::{BOTH, in_both};
use crate::http::Answer;
use crate::routes::NOBODY;
use crate::shape::assert_message;
use crate::world::{Person, at, eventually, id_of, now, text, two_people};

fn send(caller: &Person<'_>, conversation: &str, text: &str) -> Answer {
    let message = json!({"conversation_id": id_of(conversation), "message": text});
    caller.post("/v1/messages", &message)
}

#[test]
fn a_message_from_its_sending_to_its_end() {
    let (kate, kevin, conversation) = two_people("message.life");
    let before = now();
    let answer = send(
        &kate,
        &conversation,
        "You're what the French call les incompétents.",
    );
    let message = answer.expect_created("/v1/messages");
    assert_message(&message);
    let created_at = message["created_at"].as_i64().unwrap();
    assert!((before - 1..=now() + 1).contains(&created_at), "{message}");
    kate.machine.settle();
    let me = kate.get("/v1/me").expect(200);
    let expected = json!({
        "id": message["id"],
        "conversation_id": id_of(&conversation),
        "contact": me,
        "message": "You're what the French call les incompétents.",
        "reactions": [],
        "attachments": [],
        "read_at": null,
        "created_at": created_at,
        "updated_at": created_at,
    });
    let path = answer.header("location").unwrap();
    for one in [&kate, &kevin] {
        assert_eq!(one.get(path).expect(200), expected, "the same for both");
        for query in [
            String::new(),
            format!("conversation_id={}&mark_read=false", id_of(&conversation)),
        ] {
            let page = one.get(&format!("/v1/messages?{query}")).expect(200);
            assert_eq!(
                page,
                json!({"has_more": false, "data": [expected], "next_cursor": null})
            );
        }
    }
    // The keys stand in the documented order.
    let body = String::from_utf8(kate.get(path).body.clone()).unwrap();
    let places: Vec<_> = [
        "\"id\"",
        "\"conversation_id\"",
        "\"contact\"",
        "\"message\"",
        "\"reactions\"",
        "\"attachments\"",
        "\"read_at\"",
    ]
    .map(|key| body.find(key).unwrap())
    .into();
    assert!(places.is_sorted(), "{body}");

    kate.delete(path).expect(204);
    for one in [&kate, &kevin] {
        one.get(path).refused(404, "resource_missing", None);
        let page = one.get("/v1/messages").expect(200);
        assert_eq!(page, json!({"has_more": false, "data": [], "next_cursor": null}));
    }
    kate.delete(path).refused(404, "resource_missing", None);
}

#[test]
fn sending_is_the_same_in_both_encodings() {
    let (kate, _, conversation) = two_people("message.encoded");
    for attachments in [None, Some(json!(null))] {
        let sent = BOTH.map(|encoding| {
            let mut body = json!({"conversation_id": id_of(&conversation), "message": "a+b & c=d %41 é"});
            if let Some(attachments) = &attachments {
                body["attachments"] = attachments.clone();
            }
            let answer = kate.post_in(encoding, "/v1/messages", &body);
            let message = answer.expect_created("/v1/messages");
            assert_eq!(message["message"], "a+b & c=d %41 é");
            text(&message["id"])
        });
        assert!(
            sent[0] < sent[1],
            "each is one of its own, in the order of sending"
        );
    }
    let empty = json!({"conversation_id": id_of(&conversation), "message": "a", "attachments": []});
    kate.post("/v1/messages", &empty).expect_created("/v1/messages");
}

#[test]
fn the_sender_changes_the_text_and_nobody_else() {
    let (kate, kevin, conversation) = two_people("message.update");
    let mut message = kate.say(&conversation, "Hello");
    kate.machine.settle();
    let path = at(&message);
    message["contact"] = kate.get("/v1/me").expect(200);
    // Until the clock shows another second, it cannot be seen that the time changes.
    let created_at = message["created_at"].as_i64().unwrap();
    eventually("a second passes", || (now() > created_at).then_some(()));

    // What changes nothing is no change.
    for body in [
        json!({}),
        json!({"message": "Hello"}),
        json!({"attachments": null}),
    ] {
        let answer = in_both(|encoding| kate.put_in(encoding, &path, &body));
        assert_eq!(answer.expect(200), message, "{body}");
    }
    // A reaction is no change of the sender's.
    let reaction = json!({"reactions": {"heart": [kevin.username]}});
    message["reactions"] = json!([{"heart": [kevin.username]}]);
    assert_eq!(kevin.put(&path, &reaction).expect(200), message);

    let changed = kate.put(&path, &json!({"message": "Goodbye"})).expect(200);
    let updated_at = changed["updated_at"].as_i64().unwrap();
    assert!(updated_at > created_at && updated_at <= now(), "{changed}");
    message["message"] = json!("Goodbye");
    message["updated_at"] = json!(updated_at);
    assert_eq!(changed, message);
    for one in [&kate, &kevin] {
        assert_eq!(one.get(&path).expect(200), message);
    }

    for body in [
        json!({"message": "Mine"}),
        json!({"message": "Goodbye"}),
        json!({"attachments": null}),
        json!({"message": "Mine", "reactions": {"fire": [kevin.username]}}),
        json!({"attachments": [NOBODY]}),
    ] {
        let answer = in_both(|encoding| kevin.put_in(encoding, &path, &body));
        answer.refused(403, "not_allowed", None);
    }
    kevin.delete(&path).refused(403, "not_allowed", None);
    assert_eq!(kevin.get(&path).expect(200), message, "nothing was done");
}

#[test]
fn a_message_is_with_a_conversation_of_the_callers() {
    let (kate, kevin, conversation) = two_people("message.where");
    let (_, _, foreign) = two_people("message.foreign");
    let gone = kate.meet(&crate::world::person("message.gone"));
    kate.delete(&gone).expect(204);
    let hello = |id: &Value| json!({"conversation_id": id, "message": "Hello"});
    for id in [NOBODY, id_of(&foreign), id_of(&gone), &kevin.id] {
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/messages", &hello(&json!(id))));
        answer.refused(404, "resource_missing", Some("conversation_id"));
    }
    for bad in ["x", "0000-00000000000", "00000000000000000", "00000000000000 é"] {
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/messages", &hello(&json!(bad))));
        answer.refused(400, "parameter_invalid", Some("conversation_id"));
        kate.get(&format!(
            "/v1/messages?conversation_id={}",
            bad.replace(" é", "%20%C3%A9")
        ))
        .refused(400, "parameter_invalid", Some("conversation_id"));
    }
    for (body, missing) in [
        (json!({}), "conversation_id"),
        (json!({"message": "Hello"}), "conversation_id"),
        (json!({"conversation_id": id_of(&conversation)}), "message"),
    ] {
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/messages", &body));
        answer.refused(400, "parameter_missing", Some(missing));
    }
    for id in [NOBODY, id_of(&foreign), id_of(&gone)] {
        kate.get(&format!("/v1/messages?conversation_id={id}")).refused(
            404,
            "resource_missing",
            Some("conversation_id"),
        );
    }
    assert_eq!(kate.get("/v1/messages").expect(200)["data"], json!([]));
}

#[test]
fn nothing_can_be_attached_yet() {
    let (kate, _, conversation) = two_people("message.attach");
    let message = at(&kate.say(&conversation, "Hello"));
    let ids = |count: usize| json!(vec![NOBODY; count]);
    for (attachments, status, code, param) in [
        (json!([NOBODY]), 404, "resource_missing", "attachments[0]"),
        (json!([{"id": NOBODY}]), 404, "resource_missing", "attachments[0]"),
        (
            json!([{"sound_id": NOBODY}]),
            404,
            "resource_missing",
            "attachments[0]",
        ),
        (ids(30), 404, "resource_missing", "attachments[0]"),
        (ids(31), 400, "parameter_invalid", "attachments"),
        (json!([{}]), 400, "parameter_invalid", "attachments[0]"),
        (json!(["short"]), 400, "parameter_invalid", "attachments[0]"),
        (
            json!([NOBODY, "short"]),
            400,
            "parameter_invalid",
            "attachments[1]",
        ),
        (
            json!([{"id": "short"}]),
            400,
            "parameter_invalid",
            "attachments[0][id]",
        ),
        (
            json!([{"id": NOBODY, "sound_id": NOBODY}]),
            400,
            "parameter_invalid",
            "attachments[0]",
        ),
        (
            json!([{"file": NOBODY}]),
            400,
            "parameter_unknown",
            "attachments[0][file]",
        ),
        (json!([[NOBODY]]), 400, "parameter_invalid", "attachments[0]"),
    ] {
        let create =
            json!({"conversation_id": id_of(&conversation), "message": "Hi", "attachments": attachments});
        let update = json!({"message": "Hi", "attachments": attachments});
        for answer in [kate.post("/v1/messages", &create), kate.put(&message, &update)] {
            answer.refused(status, code, Some(param));
        }
    }
    // As forms write them.
    let id = id_of(&conversation);
    for attachments in [
        format!("attachments[]={NOBODY}&attachments[]={NOBODY}"),
        format!("attachments[][id]={NOBODY}"),
        format!("attachments[][sound_id]={NOBODY}"),
    ] {
        let form = format!("conversation_id={id}&message=Hi&{attachments}");
        kate.send(crate::http::Request::new("POST", "/v1/messages").form(form))
            .refused(404, "resource_missing", Some("attachments[0]"));
    }
    let all = kate.get("/v1/messages").expect(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 1, "{all}");
    assert_eq!(all["data"][0]["message"], "Hello");
}
