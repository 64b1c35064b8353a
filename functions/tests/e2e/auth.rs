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
