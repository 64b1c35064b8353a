//! Tokens: without one that holds, nothing is read and nothing is done.

use serde_json::json;

use super::case::{Case, Section, case};
use super::compare::view;
use crate::failure::{Failure, Outcome, equal};
use crate::http::{Exchange, Request};
use crate::person::{Answers as _, at};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Tokens",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "every operation answers 401 token_missing and WWW-Authenticate: Bearer without a token",
        without_token,
    ),
    case("a token under another scheme, or alone, is none", other_scheme),
    case(
        "every operation answers 401 token_invalid to a token with a typo",
        with_typo,
    ),
    case(
        "a well-formed token that was never issued is token_invalid, also under another person's id",
        never_issued,
    ),
    case("malformed tokens are token_invalid, however long", malformed),
    case("the scheme is compared without regard to case", case_of_scheme),
    case(
        "whoever has no token learns nothing of the parameters",
        before_parameters,
    ),
    case("a 401 does nothing", does_nothing),
    case("a token is of the documented shape, with its checksum", shape),
];

const INVALID: &str = r#"Bearer error="invalid_token""#;

/// The path with ids that name nothing.
fn nowhere(path: &str) -> String {
    path.replace("{id}", NOBODY).replace("{name}", "heart")
}

#[track_caller]
fn refused(exchange: Outcome<Exchange>, code: &str, challenge: &str) -> Outcome {
    let exchange = exchange?;
    let found = exchange.answer.header("www-authenticate").map(str::to_owned);
    Ok(exchange).refused(401, code, None)?;
    equal("www-authenticate", found, challenge)
}

/// Asserts a 401 of every operation.
#[track_caller]
fn refused_everywhere(tester: &Tester, header: Option<&str>, code: &str, challenge: &str) -> Outcome {
    for (method, path) in tester.operations() {
        let mut request = Request::new(&method, nowhere(&path));
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        refused(tester.send(&request), code, challenge)?;
    }
    Ok(())
}

fn without_token(tester: &Tester) -> Outcome {
    refused_everywhere(tester, None, "token_missing", "Bearer")
}

fn other_scheme(tester: &Tester) -> Outcome {
    let token = &tester.kate.token;
    for header in [
        "Bearer".to_owned(),
        "Basic a2F0ZTprYXRl".to_owned(),
        token.clone(),
        format!("Token {token}"),
        format!("Basic {token}"),
    ] {
        let request = Request::new("GET", "/v1/me").header("authorization", header);
        refused(tester.send(&request), "token_missing", "Bearer")?;
    }
    Ok(())
}

/// Kate's token with another last character.
fn typo(tester: &Tester) -> String {
    let token = &tester.kate.token;
    let (start, last) = token.split_at(token.len() - 1);
    format!("{start}{}", if last == "0" { '1' } else { '0' })
}

fn with_typo(tester: &Tester) -> Outcome {
    let header = format!("Bearer {}", typo(tester));
    refused_everywhere(tester, Some(&header), "token_invalid", INVALID)
}

fn never_issued(tester: &Tester) -> Outcome {
    let token = &tester.kate.token;
    for body in [
        format!("{}{}", &token[..20], "A".repeat(30)),
        format!("ptc_{}{}", tester.kevin.id, &token[20..50]),
    ] {
        let header = format!("Bearer {body}{}", checksum(&body));
        for (method, path) in [("GET", "/v1/me"), ("PUT", "/v1/me"), ("GET", "/v1/messages")] {
            let request = Request::new(method, path).header("authorization", &header);
            refused(tester.send(&request), "token_invalid", INVALID)?;
        }
    }
    Ok(())
}

fn malformed(tester: &Tester) -> Outcome {
    for token in [
        "ptc_",
        "x",
        "ptc_short",
        "ptc_\u{e4}",
        &"p".repeat(56),
        &"x".repeat(5000),
        "a b",
    ] {
        let request = Request::new("GET", "/v1/me").bearer(token);
        refused(tester.send(&request), "token_invalid", INVALID)?;
    }
    Ok(())
}

fn case_of_scheme(tester: &Tester) -> Outcome {
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let header = format!("{scheme} {}", tester.kate.token);
        let request = Request::new("GET", "/v1/me").header("Authorization", header);
        let me = tester.send(&request).answers(200)?;
        equal("who it is", &me["id"], &tester.kate.id)?;
    }
    Ok(())
}

fn before_parameters(tester: &Tester) -> Outcome {
    let header = format!("Bearer {}", typo(tester));
    for request in [
        Request::new("GET", "/v1/conversations?limit=0&nonsense=1"),
        Request::new("PUT", "/v1/me").form("nonsense=%zz"),
        Request::new("POST", "/v1/contacts")
            .header("content-type", "text/plain")
            .body("x"),
    ] {
        refused(tester.send(&request), "token_missing", "Bearer")?;
        let request = request.header("authorization", &header);
        refused(tester.send(&request), "token_invalid", INVALID)?;
    }
    Ok(())
}

fn does_nothing(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = at(&kevin.say(&conversation, "Hello")?);
    let paths = ["/v1/me", "/v1/contacts", &*conversation, &*message];
    let before = view(kate, &paths)?;
    let header = format!("Bearer {}", typo(tester));
    for request in [
        Request::new("PUT", "/v1/me").json(&json!({"avatar_url": "https://example.com/x.png"})),
        Request::new("DELETE", kevin.entry()),
        Request::new("PUT", conversation.as_str()).json(&json!({"is_muted": true})),
        Request::new("POST", format!("{conversation}/read")),
        Request::new("PUT", format!("{message}/reactions/heart")),
        Request::new("DELETE", message.as_str()),
        Request::new("DELETE", conversation.as_str()),
    ] {
        let request = request.header("authorization", &header);
        refused(tester.send(&request), "token_invalid", INVALID)?;
    }
    equal("what Kate sees", view(kate, &paths)?, before)
}

fn shape(tester: &Tester) -> Outcome {
    for person in tester.people() {
        let (body, check) = person.token.split_at(50);
        // Neither side may be shown: it is a secret.
        let holds_here = checksum(body) == check && body[4..20] == person.id;
        if !holds_here {
            return Err(Failure::new(
                "`ptc_`, the id of the person, 30 characters, and their CRC32",
            ));
        }
    }
    Ok(())
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
