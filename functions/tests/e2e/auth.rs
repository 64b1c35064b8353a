//! Tokens on every route: without one that holds, nothing is read and nothing is done.

use local::{Fault, Rule};

use crate::http::{Answer, Request};
use crate::routes::{Ids, NOBODY, ROUTES, Route};
use crate::world::{Machine, Person, eventually, id_of, now, person, text, two_people};

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

/// Asserts a 401 on every route.
fn refused_everywhere(header: Option<&str>, code: &str, challenge: &str) {
    let (kate, kevin, conversation) = two_people("auth");
    assert_refused(&kate, &kevin, &conversation, header, code, challenge);
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
fn without_a_token() {
    refused_everywhere(None, "token_missing", "Bearer");
    for header in ["", "Bearer", "Basic a2F0ZTprYXRl"] {
        refused_everywhere(Some(header), "token_missing", "Bearer");
    }
    // A token alone, or under another scheme, is none.
    let kate = person("scheme");
    for header in [
        kate.token.clone(),
        format!("Token {}", kate.token),
        format!("Basic {}", kate.token),
    ] {
        let request = Request::new("GET", "/v1/me").header("authorization", header);
        kate.machine.send(&request).refused(401, "token_missing", None);
    }
}

#[test]
fn with_a_malformed_token() {
    for token in [
        "ptc_",
        "x",
        "ptc_short",
        &"p".repeat(56),
        &"x".repeat(5000),
        "ptc_\u{e4}",
        "a b",
    ] {
        refused_everywhere(Some(&format!("Bearer {token}")), "token_invalid", INVALID);
    }
}

#[test]
fn with_a_wrong_checksum() {
    let kate = person("checksum");
    refused_everywhere(
        Some(&format!("Bearer {}", with_typo(&kate.token))),
        "token_invalid",
        INVALID,
    );
}

#[test]
fn with_a_token_that_was_never_issued() {
    let kate = person("unknown");
    // Both are well-formed: other random characters, and the same ones under another person's id.
    let (body, other) = (&kate.token[..50], person("unknown.other"));
    for body in [
        format!("{}{}", &body[..20], "A".repeat(30)),
        format!("ptc_{}{}", other.id, &body[20..]),
    ] {
        let token = format!("{body}{}", checksum(&body));
        refused_everywhere(Some(&format!("Bearer {token}")), "token_invalid", INVALID);
    }
}

#[test]
fn the_checksum_is_the_documented_one() {
    let token = person("shape").token;
    let (body, check) = token.split_at(50);
    assert_eq!(checksum(body), check);
    assert!(
        token.starts_with("ptc_") && token.bytes().skip(4).all(|byte| byte.is_ascii_alphanumeric()),
        "{token}"
    );
}

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

#[test]
fn the_scheme_is_compared_without_regard_to_case() {
    let kate = person("scheme.case");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let request =
            Request::new("GET", "/v1/me").header("Authorization", format!("{scheme} {}", kate.token));
        kate.machine.send(&request).expect(200);
    }
}

#[test]
fn whoever_has_no_token_learns_nothing_of_the_parameters() {
    let header = format!("Bearer {}", with_typo(&person("order").token));
    for request in [
        Request::new("GET", "/v1/conversations?limit=0&nonsense=1"),
        Request::new("PUT", "/v1/me").form("nonsense=%zz"),
        Request::new("POST", "/v1/contacts")
            .header("content-type", "text/plain")
            .body("x"),
    ] {
        let refused = |request: &Request, code| crate::world::world().send(request).refused(401, code, None);
        refused(&request, "token_missing");
        refused(&request.header("authorization", &header), "token_invalid");
    }
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

/// The last six characters of a token: the CRC32 (IEEE) of what stands before them, in base62.
fn checksum(body: &str) -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let crc = body.bytes().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    });
    let digit = |place: u32| char::from(DIGITS[(!crc / 62_u32.pow(place) % 62) as usize]);
    (0..6).rev().map(digit).collect()
}
