//! The caller's own person.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::{in_both, view, walk_states};
use crate::failure::{Outcome, equal};
use crate::person::Answers as _;
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "The caller",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("GET /v1/me is whoever the token belongs to", whose_token),
    case(
        "a PUT changes phone number and avatar, and others see it",
        others_see,
    ),
    case(
        "a phone number can be set, changed and cleared",
        phone_number_states,
    ),
    case("an avatar can be set, changed and cleared", avatar_states),
    case(
        "nothing else of a person can be changed, their username least of all",
        nothing_else,
    ),
    case(
        "what is changed is validated, and a refused update does nothing",
        validated,
    ),
    case(
        "who has changed their number is found by the new one only, and who has none by nobody",
        new_number,
    ),
];

fn whose_token(tester: &Tester) -> Outcome {
    for person in tester.people() {
        let me = person.get("/v1/me").answers(200)?;
        let seen = [&me["id"], &me["username"], &me["phone_number"]];
        equal(
            "id, username and phone number",
            seen,
            [&person.id, &person.username, &person.phone_number],
        )?;
    }
    Ok(())
}

fn others_see(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = kevin.say(&conversation, "Hello")?;
    let mut expected = kevin.get("/v1/me").answers(200)?;
    let change = json!({"phone_number": "+44 20 7946 0000", "avatar_url": "https://example.com/kevin.png"});
    let answer = in_both(|encoding| kevin.put_in(encoding, "/v1/me", &change))?;
    let changed = Ok(answer).answers(200)?;
    for param in ["phone_number", "avatar_url"] {
        expected[param] = change[param].clone();
        equal(param, &changed[param], &change[param])?;
        let entry = kate.get(&kevin.entry()).answers(200)?;
        equal("as a contact", &entry[param], &change[param])?;
        let message = kate.get(&crate::person::at(&message)).answers(200)?;
        equal(
            "as the sender of what was sent before",
            &message["contact"][param],
            &change[param],
        )?;
    }
    let me = kevin.get("/v1/me").answers(200)?;
    equal("username", &me["username"], &expected["username"])?;
    equal("created_at", &me["created_at"], &expected["created_at"])
}

fn phone_number_states(tester: &Tester) -> Outcome {
    let numbers = [json!("+1 (555) 123-4567"), json!("5551234567")];
    walk_states(&tester.kate, "/v1/me", "phone_number", &numbers, true)
}

fn avatar_states(tester: &Tester) -> Outcome {
    let urls = [
        json!("https://example.com/a.png"),
        json!("http://example.com/b.png?c=d&e=f"),
    ];
    walk_states(&tester.kate, "/v1/me", "avatar_url", &urls, true)
}

fn nothing_else(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let before = view(kate, &["/v1/me"])?;
    for param in ["username", "id", "created_at", "last_active_at", "display_name"] {
        let answer = in_both(|encoding| kate.put_in(encoding, "/v1/me", &json!({param: "x"})))?;
        Ok(answer).refused(400, "parameter_unknown", Some(param))?;
    }
    equal("Kate", view(kate, &["/v1/me"])?, before)
}

fn validated(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let before = view(kate, &["/v1/me"])?;
    for (param, value) in [
        ("phone_number", "12"),
        ("phone_number", "abc"),
        ("avatar_url", "kate.png"),
    ] {
        let change =
            json!({"phone_number": "+44 20 7946 0002", "avatar_url": "https://example.com/x", param: value});
        let answer = in_both(|encoding| kate.put_in(encoding, "/v1/me", &change))?;
        Ok(answer).refused(400, "parameter_invalid", Some(param))?;
    }
    equal("Kate", view(kate, &["/v1/me"])?, before)
}

fn new_number(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    kate.meet(kevin)?;
    let number = json!({"phone_number": "+44 20 7946 0001"});
    kevin.put("/v1/me", &number).answers(200)?;
    frank
        .post("/v1/contacts", &kevin.card())
        .refused(409, "username_taken", Some("username"))?;
    let mut card = kevin.card();
    card["phone_number"] = number["phone_number"].clone();
    frank.post("/v1/contacts", &card).created("/v1/contacts")?;
    frank.delete(&kevin.entry()).answers(204)?;
    kevin.put("/v1/me", &json!({"phone_number": null})).answers(200)?;
    frank
        .post("/v1/contacts", &card)
        .refused(409, "username_taken", Some("username"))?;
    // Who has him keeps him.
    let entry = kate.get(&kevin.entry()).answers(200)?;
    equal("phone_number", &entry["phone_number"], Value::Null)
}
