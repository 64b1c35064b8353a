//! The commands of the documentation, byte for byte as curl sends them, and by curl itself where there is one.

use std::process::Command;

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::shape::{assert_conversation, assert_message, assert_page};
use crate::world::{Person, at, id_of, two_people};

/// As the documentation writes them. The answers' statuses follow.
const COMMANDS: [(&str, u16); 5] = [
    (
        r#"curl -G $B/v1/conversations -H "Authorization: Bearer $T" -d limit=10"#,
        200,
    ),
    (
        r#"curl $B/v1/conversations -H "Authorization: Bearer $T" -d 'contact_id'="$C""#,
        201,
    ),
    (
        r#"curl $B/v1/conversations/$ID -H "Authorization: Bearer $T""#,
        200,
    ),
    (
        r#"curl -X PUT $B/v1/conversations/$ID -H "Authorization: Bearer $T" -d 'is_muted'=true"#,
        200,
    ),
    (
        r#"curl -X DELETE $B/v1/conversations/$ID -H "Authorization: Bearer $T""#,
        204,
    ),
];

/// The same requests as curl writes them on the wire: first line and body.
const ON_THE_WIRE: [(&str, &str); 5] = [
    ("GET /v1/conversations?limit=10", ""),
    ("POST /v1/conversations", "contact_id=$C"),
    ("GET /v1/conversations/$ID", ""),
    ("PUT /v1/conversations/$ID", "is_muted=true"),
    ("DELETE /v1/conversations/$ID", ""),
];

/// Walks through the five commands, each done by `perform`, which gets its number and the present `$ID`.
fn walk(kate: &Person<'_>, first: &str, perform: impl Fn(usize, &str) -> (u16, Value)) {
    let mut id = id_of(first).to_owned();
    for (number, (command, expected)) in COMMANDS.iter().enumerate() {
        if number == 1 {
            kate.delete(first).expect(204);
        }
        let (status, body) = perform(number, &id);
        assert_eq!(status, *expected, "{command}: {body}");
        match number {
            0 => assert_page(&body, assert_conversation),
            4 => assert_eq!(body, Value::Null),
            _ => {
                assert_conversation(&body);
                assert_eq!(body["is_muted"], number == 3, "{command}");
                body["id"].as_str().unwrap().clone_into(&mut id);
            }
        }
    }
    kate.get(&format!("/v1/conversations/{id}"))
        .refused(404, "resource_missing", None);
}

#[test]
fn the_bytes_that_curl_sends() {
    let (kate, kevin, first) = two_people("bytes");
    walk(&kate, &first, |number, id| {
        let (line, body) = ON_THE_WIRE[number];
        let (line, body) = (line.replace("$ID", id), body.replace("$C", &kevin.id));
        let (host, token) = (kate.machine.address, &kate.token);
        let mut request = format!(
            "{line} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\
             Authorization: Bearer {token}\r\nConnection: close\r\n"
        );
        if !body.is_empty() {
            let form = "Content-Type: application/x-www-form-urlencoded";
            request = format!("{request}Content-Length: {}\r\n{form}\r\n", body.len());
        }
        let answer: Answer = kate.machine.send_bytes(format!("{request}\r\n{body}").as_bytes());
        let status = answer.status;
        (status, answer.expect(status))
    });
}

#[test]
fn the_commands_as_written() {
    if !is_installed() {
        // The test above sends the same requests.
        return;
    }
    let (kate, kevin, first) = two_people("curl");
    walk(&kate, &first, |number, id| {
        curl(&kate, COMMANDS[number].0, &[("C", &kevin.id), ("ID", id)])
    });
}

/// Runs a command as the shell does, with these variables, and gives the status and the body.
fn curl(caller: &Person<'_>, command: &str, variables: &[(&str, &str)]) -> (u16, Value) {
    // Only what makes curl silent and tells the status is added.
    let wrapper = r#"curl() { command curl --silent --show-error --write-out '\n%{http_code}' "$@"; }"#;
    let output = Command::new("sh")
        .args(["-c", &format!("{wrapper}\n{command}")])
        .env("B", format!("http://{}", caller.machine.address))
        .env("T", &caller.token)
        .env("no_proxy", "*")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let output = String::from_utf8(output.stdout).unwrap();
    let (body, status) = output.rsplit_once('\n').unwrap();
    let body = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(body).unwrap()
    };
    (status.parse().unwrap(), body)
}

fn is_installed() -> bool {
    Command::new("curl").arg("--version").output().is_ok()
}

#[test]
fn the_commands_of_messages_as_written() {
    let (kate, kevin, conversation) = two_people("curl.messages");
    let message = at(&kevin.say(&conversation, "Hello"));
    let variables = [
        ("ID", id_of(&conversation)),
        ("M", id_of(&message)),
        ("USERNAME", &kate.username),
    ];
    let words = "You’re what the French call ‘les incompetents.’";
    if is_installed() {
        let run = |command: &str, status: u16| {
            let (found, body) = curl(&kate, command, &variables);
            assert_eq!(found, status, "{command}: {body}");
            body
        };
        let list =
            r#"curl -G $B/v1/messages -H "Authorization: Bearer $T" -d conversation_id=$ID -d limit=10"#;
        assert_page(&run(list, 200), assert_message);
        let send = r#"curl $B/v1/messages -H "Authorization: Bearer $T" -d 'conversation_id'="$ID" -d 'message'="You’re what the French call ‘les incompetents.’""#;
        assert_eq!(run(send, 201)["message"], words);
        let update = r#"curl -X PUT $B/v1/messages/$M -H "Authorization: Bearer $T" -d 'reactions[red_angry_face][]'="$USERNAME""#;
        assert_eq!(
            run(update, 200)["reactions"],
            json!([{"red_angry_face": [kate.username]}])
        );
        let react = r#"curl -X PUT $B/v1/messages/$M/reactions/scream -H "Authorization: Bearer $T""#;
        assert_eq!(run(react, 200)["reactions"].as_array().unwrap().len(), 2);
        let read = r#"curl -X POST $B/v1/conversations/$ID/read -H "Authorization: Bearer $T""#;
        assert_conversation(&run(read, 200));
        let delete = r#"curl -X DELETE $B/v1/messages/$M/reactions/scream -H "Authorization: Bearer $T""#;
        assert_eq!(run(delete, 204), Value::Null);
    }
    // The bytes that curl makes of the two that take a form.
    let form = |method: &str, path: &str, body: String| kate.send(Request::new(method, path).form(body));
    let sent = form(
        "POST",
        "/v1/messages",
        format!("conversation_id={}&message={words}", id_of(&conversation)),
    );
    assert_eq!(sent.expect_created("/v1/messages")["message"], words);
    let body = format!("reactions[red_angry_face][]={}", kate.username);
    let changed = form("PUT", &message, body).expect(200);
    assert_eq!(changed["reactions"], json!([{"red_angry_face": [kate.username]}]));
}
