//! The commands of the documentation, byte for byte as curl sends them, and by curl itself where there is one.

use std::process::Command;

use serde_json::Value;

use crate::http::Answer;
use crate::shape::{assert_conversation, assert_page};
use crate::world::{Person, id_of, two_people};

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
    if Command::new("curl").arg("--version").output().is_err() {
        // The test above sends the same requests.
        return;
    }
    let (kate, kevin, first) = two_people("curl");
    walk(&kate, &first, |number, id| {
        // Only what makes curl silent and tells the status is added.
        let wrapper = r#"curl() { command curl --silent --show-error --write-out '\n%{http_code}' "$@"; }"#;
        let output = Command::new("sh")
            .args(["-c", &format!("{wrapper}\n{}", COMMANDS[number].0)])
            .env("B", format!("http://{}", kate.machine.address))
            .envs([("T", kate.token.as_str()), ("C", &kevin.id), ("ID", id)])
            .env("no_proxy", "*")
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
    });
}
