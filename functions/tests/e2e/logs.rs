//! What is in the log, and what must never be.

use serde_json::{Value, json};

use crate::http::Request;
use crate::routes::ROUTES;
use crate::world::{person, text, two_people, world};

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
            "?phone_number={}&token={}&note=confidential-query",
            digits(&kate.phone_number),
            kate.token
        );
        kate.send(Request::new(
            route.method,
            format!("{}{query}", route.path.replace("{id}", &kevin.id)),
        ));
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
    kate.put(&kevin.entry(), &json!({"display_name": "confidential-name\n"}))
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
    kate.delete(&conversation);

    let log = world().local.captured_logs();
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
    let leaks: Vec<_> = log.iter().filter(|line| line.contains("confidential")).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
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
