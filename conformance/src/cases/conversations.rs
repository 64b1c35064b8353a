//! Conversations of two.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::in_both;
use crate::encoding::BOTH;
use crate::failure::{Outcome, equal, holds};
use crate::http::Request;
use crate::person::{Answers as _, at, id, id_of};
use crate::tester::{NOBODY, Tester, at_once};

pub(crate) const SECTION: Section = Section {
    title: "Conversations",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "a create answers 201 with the conversation and where it is",
        created,
    ),
    case("a create means the same as JSON and as a form", created_in_both),
    case(
        "two people have one conversation: a second create answers 200 with the same id, from both sides",
        created_twice,
    ),
    case(
        "however many callers race, one gets 201 and the rest 200 with the same id",
        created_at_once,
    ),
    case(
        "contact_id must be one of the caller's contacts, and group_id one of the caller's groups",
        with_whom,
    ),
    case(
        "exactly one of contact_id and group_id is given, and it is an id",
        one_of_two,
    ),
    case(
        "last_active_at is when the newest message was sent, and never goes back",
        last_active_at,
    ),
    case(
        "after a DELETE nothing of it can be read or written by any route, by either",
        deleted,
    ),
    case(
        "either of the two may delete it, and a new one can be made at once",
        made_anew,
    ),
];

/// Kate has Kevin as a contact, and the two have no conversation.
fn without_conversation(tester: &Tester) -> Outcome {
    let conversation = tester.pair()?;
    tester.kate.delete(&conversation).answers(204)?;
    Ok(())
}

fn created(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    without_conversation(tester)?;
    let conversation = kate
        .post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .created("/v1/conversations")?;
    let expected = json!({
        "id": conversation["id"],
        "contact_id": kevin.id,
        "group_id": null,
        "pinned_message_id": null,
        "is_pinned": false,
        "is_muted": false,
        "last_active_at": null,
        "last_opened_at": null,
        "created_at": conversation["created_at"],
        "archived_at": null,
        "unread_count": 0,
    });
    equal("a new conversation", &conversation, &expected)?;
    let path = format!("/v1/conversations/{}", id(&conversation));
    equal("the same by its id", kate.get(&path).answers(200)?, &expected)?;
    Tester::eventually("the list has it", || {
        Ok(kate.get("/v1/conversations").answers(200)?
            == json!({"has_more": false, "data": [expected], "next_cursor": null}))
    })
}

fn created_in_both(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let mut path = tester.pair()?;
    let mut shown = Vec::new();
    for encoding in BOTH {
        kate.delete(&path).answers(204)?;
        let mut conversation = kate
            .post_in(encoding, "/v1/conversations", &json!({"contact_id": kevin.id}))
            .created("/v1/conversations")?;
        path = format!("/v1/conversations/{}", id(&conversation));
        conversation["id"].take();
        conversation["created_at"].take();
        shown.push(conversation);
    }
    equal("as a form and as JSON", &shown[0], &shown[1])
}

fn created_twice(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    kevin.meet(kate)?;
    let body = json!({"contact_id": kevin.id});
    let exchange = in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &body))?;
    equal(
        "only a 201 has a location",
        exchange.answer.header("location"),
        Value::Null,
    )?;
    let found = Ok(exchange).answers(200)?;
    equal("what it finds", found, kate.get(&conversation).answers(200)?)?;
    let other = kevin
        .post("/v1/conversations", &json!({"contact_id": kate.id}))
        .answers(200)?;
    equal(
        "from the other side",
        [&other["id"], &other["contact_id"]],
        [id_of(&conversation), &kate.id],
    )
}

fn created_at_once(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    without_conversation(tester)?;
    kevin.meet(kate)?;
    kevin.get(&kate.entry()).answers(200).and_then(|entry| {
        kevin.delete(&format!(
            "/v1/conversations/{}",
            entry["conversation_id"].as_str().unwrap_or(NOBODY)
        ))
    })?;
    let answers = at_once(8, |number| {
        let (one, other) = if number % 2 == 0 {
            (kate, kevin)
        } else {
            (kevin, kate)
        };
        one.post("/v1/conversations", &json!({"contact_id": other.id}))
    })?;
    let mut statuses: Vec<_> = answers.iter().map(|seen| seen.answer.status).collect();
    statuses.sort_unstable();
    equal(
        "the statuses",
        &statuses,
        [200, 200, 200, 200, 200, 200, 200, 201],
    )?;
    let mut ids = Vec::new();
    for seen in &answers {
        ids.push(id(&seen.answer.json()?).to_owned());
    }
    holds("all ids are the same", ids.iter().all(|id| *id == ids[0]), &ids)
}

fn with_whom(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    for (param, id) in [
        ("contact_id", &*kevin.id),
        ("contact_id", &*kate.id),
        ("contact_id", NOBODY),
        ("group_id", &*kevin.id),
        ("group_id", NOBODY),
    ] {
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &json!({param: id})))?;
        Ok(answer).refused(404, "resource_missing", Some(param))?;
    }
    equal("nothing was made", kate.all("/v1/conversations")?, json!([]))
}

fn one_of_two(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    tester.pair()?;
    for none in [
        json!({}),
        json!({"contact_id": null}),
        json!({"contact_id": null, "group_id": null}),
    ] {
        let answer = in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &none))?;
        Ok(answer).refused(400, "parameter_missing", Some("contact_id"))?;
    }
    let both = json!({"contact_id": kevin.id, "group_id": NOBODY});
    let answer = in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &both))?;
    equal("code", &Ok(answer).answers(400)?["code"], "parameter_invalid")?;
    for param in ["contact_id", "group_id"] {
        for bad in ["x", "0000-00000000000", "00000000000000000", "000000000000000é"] {
            let body = json!({param: bad});
            let answer = in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &body))?;
            Ok(answer).refused(400, "parameter_invalid", Some(param))?;
        }
    }
    kate.send(Request::new("POST", "/v1/conversations")).refused(
        400,
        "parameter_missing",
        Some("contact_id"),
    )?;
    // Nobody is their own contact.
    let own = json!({"contact_id": kate.id});
    let answer = in_both(|encoding| kate.post_in(encoding, "/v1/conversations", &own))?;
    Ok(answer).refused(404, "resource_missing", Some("contact_id"))
}

fn last_active_at(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let path = tester.pair()?;
    let is_active_since = |time: &Value| {
        for one in [kate, kevin] {
            let seen = one.get(&path).answers(200)?;
            equal("last_active_at", &seen["last_active_at"], time)?;
        }
        Ok(())
    };
    is_active_since(&Value::Null)?;
    let first = kate.say(&path, "Hello")?;
    is_active_since(&first["created_at"])?;
    Tester::a_second_passes();
    let second = kevin.say(&path, "And back")?;
    holds(
        "a later message has a later time",
        second["created_at"].as_i64() > first["created_at"].as_i64(),
        [&first["created_at"], &second["created_at"]],
    )?;
    is_active_since(&second["created_at"])?;
    Tester::a_second_passes();
    kate.put(&at(&first), &json!({"message": "Changed"}))
        .answers(200)?;
    kate.get(&format!("/v1/messages?conversation_id={}", id_of(&path)))
        .answers(200)?;
    kevin.delete(&at(&second)).answers(204)?;
    is_active_since(&second["created_at"])
}

fn deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let path = tester.pair()?;
    let message = at(&kate.say(&path, "Going")?);
    kate.delete(&path).answers(204)?;
    let conversation = id_of(&path);
    for one in [kate, kevin] {
        for answer in [
            one.get(&path),
            one.put(&path, &json!({"is_muted": true})),
            one.put(&path, &json!({})),
            one.post(&format!("{path}/read"), &json!({})),
            one.delete(&path),
            one.get(&message),
            one.put(&message, &json!({"reactions": {"heart": [one.username]}})),
            one.delete(&format!("{message}/reactions/heart")),
            one.delete(&message),
        ] {
            answer.refused(404, "resource_missing", None)?;
        }
        let hello = json!({"conversation_id": conversation, "message": "Hello"});
        for answer in [
            one.post("/v1/messages", &hello),
            one.get(&format!("/v1/messages?conversation_id={conversation}")),
        ] {
            answer.refused(404, "resource_missing", Some("conversation_id"))?;
        }
        for filter in [
            "",
            "?archived=true",
            "?archived=false",
            "?muted=false",
            "?pinned=false",
        ] {
            let list = one.get(&format!("/v1/conversations{filter}")).answers(200)?;
            equal("a list", &list["data"], json!([]))?;
        }
        for param in ["starting_after", "ending_before"] {
            one.get(&format!("/v1/conversations?{param}={conversation}"))
                .refused(400, "cursor_invalid", Some(param))?;
        }
        equal("the messages", one.all("/v1/messages")?, json!([]))?;
    }
    let entry = kate.get(&kevin.entry()).answers(200)?;
    equal("the contact stays", &entry["conversation_id"], Value::Null)
}

fn made_anew(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let path = tester.pair()?;
    kate.put(&path, &json!({"is_pinned": true, "archived_at": 5}))
        .answers(200)?;
    kate.say(&path, "In the old one")?;
    // Not only who made it.
    kevin.delete(&path).answers(204)?;
    let new = kate
        .post("/v1/conversations", &json!({"contact_id": kevin.id}))
        .created("/v1/conversations")?;
    holds("it is another one", new["id"] != id_of(&path), &new)?;
    equal(
        "nothing of the old one is in it",
        [&new["is_pinned"], &new["archived_at"], &new["last_active_at"]],
        json!([false, null, null]),
    )?;
    let messages = kevin
        .get(&format!("/v1/messages?conversation_id={}", id(&new)))
        .answers(200)?;
    equal("its messages", &messages["data"], json!([]))?;
    kate.get(&path).refused(404, "resource_missing", None)
}
