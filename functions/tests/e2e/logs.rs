//! What is in the log, and what must never be.

use serde_json::{Value, json};

use crate::http::Request;
use crate::routes::{NOBODY, ROUTES};
use crate::world::{Person, at, catalogue, id_of, person, text, two_people, upload, world};

#[test]
fn neither_tokens_nor_phone_numbers_nor_parameters_are_in_the_log() {
    let (kate, kevin, conversation) = two_people("log");
    // Calls of every kind, good and bad, with secrets in every place.
    for route in ROUTES {
        kate.send(route.request(&kevin.id));
        kate.send(route.request(&kevin.id).header("x-note", "confidential-header"));
        kate.send(route.request(&kate.token));
        kate.send(route.request(&digits(&kate.phone_number)));
        kate.send(Request::new(
            route.method,
            format!("/v1/confidential-path/{}", kate.token),
        ));
        kate.machine
            .send(&route.request(&kevin.id).bearer(&kate.token[..55]));
        let query = format!(
            "phone_number={}&token={}&note=confidential-query",
            digits(&kate.phone_number),
            kate.token
        );
        kate.send(Request::new(route.method, route.asked(&kevin.id, &query)));
    }
    let (username, phone_number) = world().new_name("log.new");
    let card =
        json!({"username": username, "phone_number": phone_number, "display_name": "confidential-name"});
    let contact = kate.post("/v1/contacts", &card).expect(201);
    kate.post(
        "/v1/contacts",
        &json!({"username": kate.token, "phone_number": kate.token}),
    )
    .expect(400);
    kate.send(Request::new("PUT", "/v1/me").form(format!("phone_number={}x", digits(&kate.phone_number))))
        .expect(400);
    kate.put(&kevin.entry(), &json!({"display_name": "confidential\nname"}))
        .expect(400);
    world()
        .invoke(
            "tokens-create",
            &json!({"username": username, "phone_number": phone_number}),
        )
        .unwrap_err();
    world()
        .invoke(
            "tokens-create",
            &json!({"username": username, "phone_number": phone_number, "claim": true}),
        )
        .unwrap();
    world()
        .invoke(
            "tokens-revoke",
            &json!({"token": kevin.token, "id": kevin.token_id}),
        )
        .unwrap_err();
    world()
        .invoke("tokens-revoke", &json!({"token": kevin.token}))
        .unwrap();

    // A failure whose cause is a row that holds such things.
    let mut row = world().row("person", &text(&contact["id"]));
    row["phone_number"] = json!({"S": format!("{phone_number} confidential-row")});
    row["created_at"] = json!({"S": "confidential-row"});
    world().put_row(&row);
    kate.get(&format!("/v1/contacts/{}", text(&contact["id"])))
        .refused(500, "internal_error", None);
    // Answers with links, and a refused one.
    let sound = catalogue().sounds[0].id;
    for path in ["", "/similar", "/download"] {
        kate.get(&format!("/v1/sounds/{sound}{path}")).expect(200);
    }
    kate.get("/v1/sounds?limit=100").expect(200);
    kate.get("/v1/sounds/search?query=confidential").expect(200);
    kate.get("/v1/playlists/search?query=confidential").expect(200);
    // The walk has deleted the first conversation.
    messages_with_secrets(&kate, &kate.meet(&person("log.third")));
    files_with_secrets(&kate, &kate.meet(&person("log.fourth")));
    kate.delete(&conversation);
    world().settle();

    let log = world().local.captured_logs();
    assert!(
        log.iter().any(|line| line.contains("/v1/messages")),
        "messages are logged"
    );
    assert!(
        log.iter().any(|line| line.contains("/v1/contacts")),
        "something is logged"
    );
    // Of this test and of all that ran until now.
    for secret in world().secrets() {
        let written = if secret.starts_with("ptc_") {
            secret[20..50].to_owned()
        } else {
            digits(&secret)
        };
        for hidden in [&secret, &written] {
            assert!(
                !log.iter().any(|line| line.contains(hidden.as_str())),
                "{hidden} is in the log"
            );
        }
    }
    let is_leak = |line: &&String| line.contains("confidential") || line.contains("X-Amz-");
    let leaks: Vec<_> = log.iter().filter(is_leak).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

/// Files whose names and contents are nobody's business, and links to them.
fn files_with_secrets(kate: &Person<'_>, conversation: &str) {
    let file = kate.upload("confidential.txt", "confidential file");
    let attachment = format!("/v1/attachments/{}", text(&file["id"]));
    kate.get(&attachment).expect(200);
    kate.put(&attachment, &json!({"filename": "confidential.pdf"}))
        .expect(200);
    kate.put(&attachment, &json!({"filename": "confidential\nname"}))
        .expect(400);
    kate.send(upload("confidential%0A.txt", "confidential file"))
        .expect(400);
    kate.post(
        "/v1/attachments",
        &json!({"filename": "confidential.mp4", "file_size": 5}),
    )
    .expect(201);
    let message = kate.say_with(conversation, "confidential", &json!([file["id"]]));
    kate.get(&format!(
        "/v1/attachments?conversation_id={}",
        id_of(conversation)
    ))
    .expect(200);
    kate.delete(&at(&message)).expect(204);
}

/// Sends, changes and breaks messages that are nobody else's business.
fn messages_with_secrets(kate: &Person<'_>, conversation: &str) {
    let message = kate.say(conversation, "confidential-text");
    let path = at(&message);
    kate.put(
        &path,
        &json!({"message": "confidential-change", "reactions": {"confidential-name": [kate.username]}}),
    )
    .expect(200);
    kate.send(Request::new(
        "PUT",
        format!("{path}/reactions/confidential-reaction"),
    ))
    .expect(200);
    kate.send(Request::new(
        "PUT",
        format!("{path}/reactions/Confidential%20confidential"),
    ))
    .expect(400);
    let id = id_of(conversation);
    for refused in [
        json!({"conversation_id": id, "message": "confidential\u{0}"}),
        json!({"conversation_id": id, "message": "confidential".repeat(2000)}),
        json!({"conversation_id": "confidential", "message": "confidential"}),
        json!({"conversation_id": NOBODY, "message": "confidential"}),
        json!({"conversation_id": id, "message": "confidential", "attachments": ["confidential"]}),
        json!({"conversation_id": id, "message": "confidential", "attachments": [NOBODY]}),
        json!({"conversation_id": id, "message": ["confidential"]}),
    ] {
        // What was sent is in no error either: errors end up in the logs of others.
        let answer = kate.post("/v1/messages", &refused);
        assert!((400..=404).contains(&answer.status), "{answer:?}");
        let body = String::from_utf8_lossy(&answer.body);
        assert!(!body.contains("confidential"), "{body}");
    }
    // A row that can't be read, with the text in every attribute that may go wrong.
    let mut row = world().row("message", &text(&message["id"]));
    for attribute in ["revision", "updated_at", "sender_id"] {
        row[attribute] = json!({"S": "confidential-row"});
    }
    world().put_row(&row);
    for request in [
        Request::new("GET", path.as_str()),
        Request::new("GET", format!("/v1/messages?conversation_id={id}")),
        Request::new("PUT", path.as_str()).json(&json!({"message": "confidential-change"})),
        Request::new("DELETE", path.as_str()),
    ] {
        kate.send(request).refused(500, "internal_error", None);
    }
}

fn digits(phone_number: &str) -> String {
    phone_number.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn a_request_is_one_line_with_its_id_route_person_and_status() {
    let kate = person("log.line");
    for (method, path, route, status, code) in [
        ("GET", "/v1/me", "GET /v1/me", 200, None),
        (
            "GET",
            "/v1/conversations?limit=0",
            "GET /v1/conversations",
            400,
            Some("parameter_invalid"),
        ),
        (
            "DELETE",
            "/v1/contacts/0000000000000000",
            "DELETE /v1/contacts/{id}",
            404,
            Some("resource_missing"),
        ),
        ("PATCH", "/v1/me", "$default", 405, Some("method_not_allowed")),
    ] {
        let answer = kate.send(Request::new(method, path));
        assert_eq!(answer.status, status);
        let request_id = answer.header("x-request-id").unwrap();
        let log = world().local.captured_logs();
        let lines: Vec<_> = log
            .iter()
            .filter(|line| line.contains(request_id) && line.contains("\"status\""))
            .collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
        let (_, line) = lines[0].split_once(": ").unwrap();
        let line: Value = serde_json::from_str(line).unwrap();
        // The fallback asks for no token, so it knows nobody.
        let person = (route != "$default").then_some(&kate.id);
        assert!(line["timestamp"].is_string() && line["level"] == "INFO", "{line}");
        assert_eq!(
            [
                &line["request_id"],
                &line["method"],
                &line["route"],
                &line["person"],
                &line["status"]
            ],
            [
                &json!(request_id),
                &json!(method),
                &json!(route),
                &json!(person),
                &json!(status)
            ],
            "{line}"
        );
        assert_eq!(line["code"].as_str(), code, "{line}");
    }
}
