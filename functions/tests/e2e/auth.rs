//! Tokens that held once: on every route nothing is read with them and nothing is done. And what a bad one costs.

use local::{Fault, Rule};

use crate::http::{Answer, Request};
use crate::routes::{Ids, NOBODY, ROUTES, Route};
use crate::world::{Machine, Person, eventually, id_of, now, text, two_people};

/// Sends a valid request of every route with this `Authorization` header, and shows the answers.
fn on_every_route(kate: &Person<'_>, ids: Ids<'_>, header: Option<&str>) -> Vec<(Route, Answer)> {
    let send = |route: Route| {
        let mut request = route.request(ids.of(route));
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        (route, kate.machine.send(&request))
    };
    ROUTES.map(send).into()
}

fn assert_refused(
    kate: &Person<'_>,
    kevin: &Person<'_>,
    conversation: &str,
    header: Option<&str>,
    code: &str,
    challenge: &str,
) {
    let message = text(&kate.say(conversation, "Hello")["id"]);
    // Something that could be marked as read.
    kevin.say(conversation, "Hello");
    kate.machine.settle();
    let ids = Ids {
        contact: &kevin.id,
        conversation: id_of(conversation),
        group: &kate.group(&[kevin]),
        message: &message,
    };
    let paths = [
        "/v1/me",
        "/v1/contacts",
        conversation,
        "/v1/groups",
        "/v1/messages",
    ];
    let before = paths.map(|path| kate.get(path).expect(200));
    for (route, answer) in on_every_route(kate, ids, header) {
        answer.refused(401, code, None);
        assert_eq!(answer.header("www-authenticate"), Some(challenge), "{route:?}");
    }
    assert_eq!(
        paths.map(|path| kate.get(path).expect(200)),
        before,
        "nothing was done"
    );
}

const INVALID: &str = r#"Bearer error="invalid_token""#;

#[test]
fn with_an_expired_token() {
    let (kate, kevin, conversation) = two_people("expired");
    let token = kate.machine.another_token(&kate.username, Some(now() + 2));
    let header = format!("Bearer {token}");
    let me = || kate.machine.send(&Request::new("GET", "/v1/me").bearer(&token));
    me().expect(200);
    eventually("the token expires", || (me().status != 200).then_some(()));
    assert_refused(
        &kate,
        &kevin,
        &conversation,
        Some(&header),
        "token_expired",
        INVALID,
    );
}

#[test]
fn with_a_revoked_token() {
    let (kate, kevin, conversation) = two_people("revoked");
    let token = kate.machine.another_token(&kate.username, None);
    let header = format!("Bearer {token}");
    kate.machine
        .send(&Request::new("GET", "/v1/me").bearer(&token))
        .expect(200);
    kate.machine
        .invoke("tokens-revoke", &serde_json::json!({"token": token}))
        .unwrap();
    // At once, without any waiting.
    assert_refused(
        &kate,
        &kevin,
        &conversation,
        Some(&header),
        "token_invalid",
        INVALID,
    );
}

/// With tokens that were never issued, that have expired and that are revoked, the database is asked for the token and
/// for nothing else, whatever the route: so neither time nor cost can tell anything of the person whom they name.
#[test]
fn whatever_a_bad_token_asks_for_only_the_token_is_looked_up() {
    let (faults, machine) = Machine::with_faults(|_| ());
    let (kate, kevin) = (machine.person("lookup"), machine.person("lookup.other"));
    let conversation = kate.meet(&kevin);
    let message = text(&kevin.say(&conversation, "Hello, somebody")["id"]);
    let group = kate.group(&[&kevin]);
    let ids = Ids {
        contact: &kevin.id,
        conversation: id_of(&conversation),
        group: &group,
        message: &message,
    };
    let expires_at = now() + 2;
    let expiring = machine.another_token(&kate.username, Some(expires_at));
    let revoked = machine.another_token(&kate.username, None);
    machine
        .invoke("tokens-revoke", &serde_json::json!({"token": revoked}))
        .unwrap();
    eventually("the token expires", || (now() > expires_at).then_some(()));
    // The functions start first, since a start costs a call of its own.
    on_every_route(&kate, ids, None);
    machine.settle();
    for (token, code) in [
        (never_issued(&kate.id), "token_invalid"),
        (expiring, "token_expired"),
        (revoked, "token_invalid"),
    ] {
        let header = format!("Bearer {token}");
        for route in ROUTES {
            let before = faults.calls().len();
            let request = route.request(ids.of(route)).header("authorization", &header);
            machine.send(&request).refused(401, code, None);
            let calls = faults.calls().split_off(before);
            let calls: Vec<_> = calls
                .iter()
                .map(|call| {
                    (
                        &*call.operation,
                        call.body["Key"]["pk"]["S"].as_str().unwrap_or_default(),
                    )
                })
                .collect();
            let [(operation, key)] = calls[..] else {
                panic!("{route:?} with a token that is {code}: {calls:?}")
            };
            assert!(
                operation == "GetItem" && key.starts_with("TOKEN#"),
                "{route:?}: {calls:?}"
            );
        }
    }
}

/// A token of that person as it could have been issued, its checksum included.
fn never_issued(person: &str) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let body = format!("ptc_{person}{}", "0".repeat(30));
    // https://www.rfc-editor.org/rfc/rfc1952#section-8
    let mut check = body.bytes().fold(u32::MAX, |check, byte| {
        (0..8).fold(check ^ u32::from(byte), |check, _| {
            (check >> 1) ^ if check & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    }) ^ u32::MAX;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(check % 62) as usize];
        check /= 62;
    }
    format!("{body}{}", String::from_utf8(digits.to_vec()).unwrap())
}

#[test]
fn a_typo_in_a_token_costs_no_call_to_the_database() {
    let (faults, machine) = Machine::with_faults(|_| ());
    let kate = machine.person("free");
    kate.get("/v1/me").expect(200);
    let calls = || faults.calls().len();
    let before = calls();
    kate.get("/v1/me").expect(200);
    assert!(calls() > before, "they are counted");

    // The functions start first, since a start costs a call of its own.
    let nothing = Ids {
        contact: NOBODY,
        conversation: NOBODY,
        group: NOBODY,
        message: NOBODY,
    };
    on_every_route(&kate, nothing, None);
    faults.set(Rule::new(Fault::Internal));
    let before = calls();
    for header in [with_typo(&kate.token), "ptc_".to_owned(), "x".to_owned()] {
        for (_, answer) in on_every_route(&kate, nothing, Some(&format!("Bearer {header}"))) {
            answer.refused(401, "token_invalid", None);
        }
    }
    assert_eq!(calls(), before);
}

/// The token with another last character.
fn with_typo(token: &str) -> String {
    let (start, last) = token.split_at(token.len() - 1);
    format!("{start}{}", if last == "0" { '1' } else { '0' })
}
