//! Changing and deleting messages.

use serde_json::json;

use super::case::{Case, Section, case};
use super::compare::in_both;
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, at, id};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Changing messages",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("the sender changes the text, and updated_at says so", changed),
    case("what changes nothing is no change", unchanged),
    case(
        "nobody but the sender changes text or attachments: 403 not_allowed",
        not_the_sender,
    ),
    case(
        "the sender deletes it, and then it is gone by every route",
        deleted,
    ),
    case("the other person may not delete it: 403 not_allowed", not_deleted),
];

fn changed(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = kate.say(&conversation, "Hello")?;
    equal(
        "updated_at of a message that nobody changed",
        &message["updated_at"],
        json!(null),
    )?;
    Tester::a_second_passes();
    let answer = in_both(|encoding| kate.put_in(encoding, &at(&message), &json!({"message": "Goodbye"})))?;
    let changed = Ok(answer).answers(200)?;
    equal("message", &changed["message"], "Goodbye")?;
    equal("created_at", &changed["created_at"], &message["created_at"])?;
    holds(
        "updated_at is later than created_at",
        changed["updated_at"].as_i64() > message["created_at"].as_i64(),
        &changed,
    )?;
    for one in [kate, kevin] {
        let seen = one.get(&at(&message)).answers(200)?;
        for key in ["id", "message", "updated_at", "created_at"] {
            equal(key, &seen[key], &changed[key])?;
        }
    }
    Ok(())
}

fn unchanged(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = kate.say(&conversation, "Hello")?;
    Tester::a_second_passes();
    for body in [
        json!({}),
        json!({"message": "Hello"}),
        json!({"attachments": null}),
        json!({"reactions": {"heart": [kate.username]}}),
    ] {
        let changed = kate.put(&at(&message), &body).answers(200)?;
        equal("message", &changed["message"], "Hello")?;
        equal("updated_at", &changed["updated_at"], &message["updated_at"])?;
    }
    let reaction = json!({"reactions": {"heart": [kevin.username]}});
    let changed = kevin.put(&at(&message), &reaction).answers(200)?;
    equal("updated_at", &changed["updated_at"], &message["updated_at"])
}

fn not_the_sender(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = at(&kate.say(&conversation, "Hello")?);
    for body in [
        json!({"message": "Mine"}),
        json!({"message": "Hello"}),
        json!({"attachments": null}),
        json!({"message": "Mine", "reactions": {"fire": [kevin.username]}}),
        json!({"attachments": [NOBODY]}),
    ] {
        let answer = in_both(|encoding| kevin.put_in(encoding, &message, &body))?;
        Ok(answer).refused(403, "not_allowed", None)?;
    }
    let seen = kate.get(&message).answers(200)?;
    equal(
        "nothing was done",
        [&seen["message"], &seen["reactions"]],
        json!(["Hello", []]),
    )
}

fn deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = kate.say(&conversation, "A slip")?;
    let stays = kate.say(&conversation, "Stays")?;
    let path = at(&message);
    kevin
        .put(&format!("{path}/reactions/heart"), &json!({}))
        .answers(200)?;
    kate.delete(&path).answers(204)?;
    for one in [kate, kevin] {
        for answer in [
            one.get(&path),
            one.put(&path, &json!({})),
            one.put(&path, &json!({"message": "Back again"})),
            one.put(&path, &json!({"reactions": {"heart": [one.username]}})),
            one.put(&format!("{path}/reactions/heart"), &json!({})),
            one.delete(&format!("{path}/reactions/heart")),
            one.delete(&path),
        ] {
            answer.refused(404, "resource_missing", None)?;
        }
        one.post(
            &format!("{conversation}/read"),
            &json!({"message_id": message["id"]}),
        )
        .refused(404, "resource_missing", Some("message_id"))?;
        let all = one.all("/v1/messages")?;
        let ids: Vec<_> = all.iter().map(id).collect();
        equal("what is left", ids, [id(&stays)])?;
    }
    Ok(())
}

fn not_deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = at(&kate.say(&conversation, "Hello")?);
    kevin.delete(&message).refused(403, "not_allowed", None)?;
    let seen = kevin.get(&message).answers(200)?;
    equal("nothing was done", &seen["message"], "Hello")
}
