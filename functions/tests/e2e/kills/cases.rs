//! What each function is killed at.

use serde_json::{Value, json};

use super::scene::{Act, Scene, newest};
use crate::http::Request;
use crate::world::{at, id_of, upload};

/// Something that a function does, and is killed at.
pub(super) struct Case {
    pub(super) function: &'static str,
    pub(super) what: &'static str,
    pub(super) prepare: fn(&Scene<'_>) -> Act,
    /// How many calls it makes at least: fewer kills would prove nothing.
    pub(super) least_calls: usize,
    /// Rows that may be there once more, since whoever asks again can't say that it is the same.
    pub(super) left_over: &'static [(&'static str, i64)],
}

const fn case(
    function: &'static str,
    what: &'static str,
    least_calls: usize,
    prepare: fn(&Scene<'_>) -> Act,
) -> Case {
    Case {
        function,
        what,
        prepare,
        least_calls,
        left_over: &[],
    }
}

/// A function of the operator's knows no idempotency keys: a token whose reply was lost stays until it is revoked.
const TOKEN: &[(&str, i64)] = &[("token", 1), ("person_token", 1)];

pub(super) const CASES: &[Case] = &[
    case("contacts-create", "of somebody new", 3, |scene| {
        post("/v1/contacts", &scene.stranger)
    }),
    case("contacts-create", "of somebody who exists", 7, |scene| {
        let known = scene.machine.person("known");
        post("/v1/contacts", &known.card())
    }),
    case("contacts-update", "", 3, |scene| {
        put(&scene.kevin.entry(), &json!({"display_name": "Kev"}))
    }),
    case("contacts-delete", "", 3, |scene| {
        Act::Request(Request::new("DELETE", scene.kevin.entry()))
    }),
    case("conversations-create", "", 4, |scene| {
        scene.kate.delete(&scene.with_kevin).expect(204);
        post("/v1/conversations", &json!({"contact_id": scene.kevin.id}))
    }),
    case("conversations-update", "", 3, |scene| {
        let pin = newest(&scene.kate, &scene.with_kevin);
        let changes = json!({"pinned_message_id": pin, "is_muted": true, "archived_at": 1});
        put(&scene.with_kevin, &changes)
    }),
    case("conversations-delete", "", 3, |scene| {
        Act::Request(Request::new("DELETE", scene.with_kevin.clone()))
    }),
    case("conversations-read", "", 4, |scene| {
        post(&format!("{}/read", scene.with_kevin), &json!({}))
    }),
    case("conversations-create", "of a group", 4, |scene| {
        let group = scene.kate.group(&[&scene.kevin, &scene.anna]);
        scene.kate.delete(&scene.conversation_of(&group)).expect(204);
        post("/v1/conversations", &json!({"group_id": group}))
    }),
    case("conversations-delete", "of a group", 3, |scene| {
        let group = scene.kate.group(&[&scene.kevin, &scene.anna]);
        scene.kevin.say(&scene.conversation_of(&group), "Hello");
        Act::Request(Request::new("DELETE", scene.conversation_of(&group)))
    }),
    case("groups-create", "", 5, |scene| {
        let contacts = [&scene.kevin.id, &scene.anna.id];
        post("/v1/groups", &json!({"name": "Neighbours", "contacts": contacts}))
    }),
    case(
        "groups-update",
        "that lets somebody in and puts somebody out",
        4,
        |scene| {
            let group = scene.kate.group(&[&scene.kevin]);
            scene.kevin.say(&scene.conversation_of(&group), "Hello");
            let path = format!("/v1/groups/{group}");
            put(&path, &json!({"contacts": [scene.anna.id], "name": "Neighbours"}))
        },
    ),
    case("groups-update", "that has no conversation", 3, |scene| {
        let group = scene.kate.group(&[&scene.kevin]);
        scene.kate.delete(&scene.conversation_of(&group)).expect(204);
        let path = format!("/v1/groups/{group}");
        put(&path, &json!({"contacts": [scene.anna.id], "archived_at": 1}))
    }),
    case("groups-leave", "", 3, |scene| {
        scene.kevin.meet(&scene.kate);
        let group = scene.kevin.group(&[&scene.kate]);
        scene.kate.say(&scene.conversation_of(&group), "Goodbye");
        post(&format!("/v1/groups/{group}/leave"), &json!({}))
    }),
    case("groups-delete", "", 3, |scene| {
        let group = scene.kate.group(&[&scene.kevin]);
        scene.kevin.say(&scene.conversation_of(&group), "Hello");
        Act::Request(Request::new("DELETE", format!("/v1/groups/{group}")))
    }),
    case("messages-list", "that opens a group's conversation", 5, |scene| {
        let group = scene.kate.group(&[&scene.kevin, &scene.anna]);
        let conversation = scene.conversation_of(&group);
        scene.kevin.say(&conversation, "Hello");
        let path = format!("/v1/messages?conversation_id={}", id_of(&conversation));
        Act::Request(Request::new("GET", path))
    }),
    case("messages-delete", "of a member", 5, |scene| {
        let group = scene.kate.group(&[&scene.kevin, &scene.anna]);
        let message = scene.kevin.say(&scene.conversation_of(&group), "Hello");
        Act::Request(Request::new("DELETE", at(&message)))
    }),
    case("messages-create", "", 3, |scene| {
        let message = json!({"conversation_id": id_of(&scene.with_kevin), "message": "Hello"});
        post("/v1/messages", &message)
    }),
    case("messages-list", "that opens", 5, |scene| {
        let path = format!("/v1/messages?conversation_id={}", id_of(&scene.with_kevin));
        Act::Request(Request::new("GET", path))
    }),
    case("messages-update", "", 4, |scene| {
        let message = at(&scene.kate.say(&scene.with_kevin, "Helo"));
        put(
            &message,
            &json!({"message": "Hello", "reactions": {"heart": [scene.kate.username]}}),
        )
    }),
    case("messages-delete", "that is pinned and unread", 4, |scene| {
        let message = at(&scene.kate.say(&scene.with_kevin, "Hello"));
        let pin = json!({"pinned_message_id": id_of(&message)});
        scene.kate.put(&scene.with_kevin, &pin).expect(200);
        Act::Request(Request::new("DELETE", message))
    }),
    case("reactions-add", "", 4, |scene| {
        let message = newest(&scene.kate, &scene.with_kevin);
        Act::Request(Request::new(
            "PUT",
            format!("/v1/messages/{message}/reactions/heart"),
        ))
    }),
    case("reactions-remove", "", 3, |scene| {
        let reaction = format!(
            "/v1/messages/{}/reactions/heart",
            newest(&scene.kate, &scene.with_kevin)
        );
        scene.kate.send(Request::new("PUT", reaction.clone())).expect(200);
        Act::Request(Request::new("DELETE", reaction))
    }),
    case("attachments-create", "of a file", 3, |_| {
        Act::Request(upload("House.txt", "Hello").header("idempotency-key", "once"))
    }),
    case("attachments-update", "of a sent one", 4, |scene| {
        let file = scene.kate.upload("House.txt", "Hello");
        scene.kate.say_with(&scene.with_kevin, "", &json!([file["id"]]));
        put(&attachment(&file), &json!({"filename": "Hotel.txt"}))
    }),
    case("attachments-delete", "that is not sent", 3, |scene| {
        let file = scene.kate.upload("House.txt", "Hello");
        Act::Request(Request::new("DELETE", attachment(&file)))
    }),
    case("attachments-delete", "that is sent", 4, |scene| {
        let file = scene.kate.upload("House.txt", "Hello");
        scene
            .kate
            .say_with(&scene.with_kevin, "Look", &json!([file["id"]]));
        Act::Request(Request::new("DELETE", attachment(&file)))
    }),
    case("messages-create", "with an upload and a forward", 5, |scene| {
        let [own, other] = [(), ()].map(|()| scene.kate.upload("House.txt", "Hello"));
        scene.kate.say_with(&scene.with_anna, "", &json!([other["id"]]));
        let attachments = json!([own["id"], {"forward_id": other["id"]}]);
        let message =
            json!({"conversation_id": id_of(&scene.with_kevin), "message": "", "attachments": attachments});
        post("/v1/messages", &message)
    }),
    case("messages-update", "that replaces attachments", 5, |scene| {
        let [before, after] = [(), ()].map(|()| scene.kate.upload("House.txt", "Hello"));
        let message = at(&scene.kate.say_with(&scene.with_kevin, "", &json!([before["id"]])));
        put(&message, &json!({"attachments": [after["id"]]}))
    }),
    case(
        "changes",
        "after a message with attachments was deleted",
        7,
        |scene| {
            let file = scene.kate.upload("House.txt", "Hello");
            let message = at(&scene.kate.say_with(&scene.with_kevin, "", &json!([file["id"]])));
            scene.kate.delete(&message).expect(204);
            Act::Deliver
        },
    ),
    case(
        "changes",
        "after a conversation with attachments was deleted",
        8,
        |scene| {
            let file = scene.kate.upload("House.txt", "Hello");
            scene.kate.say_with(&scene.with_kevin, "", &json!([file["id"]]));
            scene.kate.delete(&scene.with_kevin).expect(204);
            Act::Deliver
        },
    ),
    case("reconcile", "after a day with an upload", 7, |scene| {
        let file = scene.kate.upload("House.txt", "Hello");
        let mut note = scene.machine.row("upload", file["id"].as_str().unwrap());
        note["rank"] = json!({"S": "0000000000000001"});
        scene.machine.put_row(&note);
        let mut object = scene.machine.row("object", file["id"].as_str().unwrap());
        object["written_until"] = json!({"N": "1"});
        scene.machine.put_row(&object);
        Act::Invoke("reconcile", json!({}))
    }),
    case("me-update", "", 2, |_| {
        put("/v1/me", &json!({"avatar_url": "https://example.com/kate.png"}))
    }),
    Case {
        left_over: TOKEN,
        ..case("tokens-create", "for somebody new", 2, |scene| {
            Act::Invoke("tokens-create", scene.stranger.clone())
        })
    },
    Case {
        left_over: TOKEN,
        ..case("tokens-create", "for somebody who exists", 3, |scene| {
            Act::Invoke("tokens-create", json!({"username": scene.kate.username}))
        })
    },
    Case {
        left_over: TOKEN,
        ..case(
            "tokens-create",
            "for somebody whose number was typed",
            3,
            |scene| {
                scene.kate.post("/v1/contacts", &scene.stranger).expect(201);
                let mut claim = scene.stranger.clone();
                claim["claim"] = json!(true);
                Act::Invoke("tokens-create", claim)
            },
        )
    },
    Case {
        left_over: TOKEN,
        ..case("tokens-create", "that retires somebody", 3, |scene| {
            scene.kate.post("/v1/contacts", &scene.stranger).expect(201);
            let claim = json!({"username": scene.stranger["username"], "claim": true});
            Act::Invoke("tokens-create", claim)
        })
    },
    case("tokens-revoke", "", 3, |scene| {
        let token = scene.machine.another_token(&scene.kate.username, None);
        Act::Invoke("tokens-revoke", json!({ "token": token }))
    }),
    case("changes", "after messages", 3, |scene| {
        // The older conversation comes up in Kevin's list, and each has been active.
        scene.kevin.meet(&scene.anna);
        scene.settle();
        scene.kate.say(&scene.with_kevin, "Hello");
        scene.anna.say(&scene.with_anna, "Hello");
        Act::Deliver
    }),
    case("changes", "after a delete", 4, |scene| {
        scene.kate.delete(&scene.kevin.entry()).expect(204);
        Act::Deliver
    }),
    case("changes", "after somebody was retired", 8, |scene| {
        scene.claim();
        Act::Deliver
    }),
    case("reconcile", "after somebody was retired", 8, |scene| {
        scene.claim();
        scene.age_work();
        Act::Invoke("reconcile", json!({}))
    }),
    case("reconcile", "", 5, |scene| {
        scene.kate.delete(&scene.with_kevin).expect(204);
        scene.age_work();
        Act::Invoke("reconcile", json!({}))
    }),
];

/// A POST with a key, so that the same can be asked again.
fn post(path: &str, body: &Value) -> Act {
    let request = Request::new("POST", path).header("idempotency-key", "once");
    Act::Request(request.json(body))
}

fn put(path: &str, body: &Value) -> Act {
    Act::Request(Request::new("PUT", path).json(body))
}

/// The path of an attachment.
fn attachment(file: &Value) -> String {
    format!("/v1/attachments/{}", file["id"].as_str().unwrap())
}
