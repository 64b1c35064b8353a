//! What can be changed in a conversation.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::{in_both, walk_states};
use crate::failure::{Outcome, equal};
use crate::person::{Answers as _, at};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Changing conversations",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "each sees it from their own side: what one sets is not set for the other",
        own_side,
    ),
    case("is_muted can be set and unset, and is not nullable", muted_states),
    case(
        "is_pinned can be set and unset, and is not nullable",
        pinned_states,
    ),
    case("archived_at can be set, changed and cleared", archived_states),
    case("an update changes several attributes together", changed_together),
    case(
        "an update with a wrong value is refused as a whole, and names the parameter",
        refused_updates,
    ),
    case(
        "a message is pinned for both, whoever sent it and whoever pins it",
        pinned_message,
    ),
    case(
        "only a message of this conversation can be pinned",
        pinned_elsewhere,
    ),
    case("deleting the pinned message clears the pin", pin_deleted),
];

fn own_side(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let path = tester.pair()?;
    let theirs = kevin.get(&path).answers(200)?;
    equal("Kevin's side", &theirs["contact_id"], &kate.id)?;
    let change = json!({"is_muted": true, "is_pinned": true, "archived_at": 1_700_000_000});
    let mine = kate.put(&path, &change).answers(200)?;
    equal("Kevin's side afterwards", kevin.get(&path).answers(200)?, &theirs)?;
    equal(
        "what they share",
        [&mine["id"], &mine["created_at"]],
        [&theirs["id"], &theirs["created_at"]],
    )
}

fn muted_states(tester: &Tester) -> Outcome {
    let path = tester.pair()?;
    walk_states(
        &tester.kate,
        &path,
        "is_muted",
        &[json!(true), json!(false)],
        false,
    )
}

fn pinned_states(tester: &Tester) -> Outcome {
    let path = tester.pair()?;
    let all = json!({"is_muted": true, "archived_at": 1_700_000_000});
    tester.kate.put(&path, &all).answers(200)?;
    walk_states(
        &tester.kate,
        &path,
        "is_pinned",
        &[json!(true), json!(false)],
        false,
    )
}

fn archived_states(tester: &Tester) -> Outcome {
    let path = tester.pair()?;
    let times = [json!(1_700_000_000), json!(0), json!(253_402_300_799_i64)];
    walk_states(&tester.kate, &path, "archived_at", &times, true)
}

fn changed_together(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let path = tester.pair()?;
    let mut expected = kate.get(&path).answers(200)?;
    let change =
        json!({"is_muted": true, "is_pinned": true, "archived_at": 1_700_000_001, "pinned_message_id": null});
    for (param, value) in change.as_object().into_iter().flatten() {
        expected[param] = value.clone();
    }
    let answer = in_both(|encoding| kate.put_in(encoding, &path, &change))?;
    equal("all of it", Ok(answer).answers(200)?, expected)
}

fn refused_updates(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let path = tester.pair()?;
    let before = kate.get(&path).answers(200)?;
    for (param, value) in [
        ("is_muted", json!("yes")),
        ("is_muted", json!("True")),
        ("is_muted", json!(1)),
        ("is_pinned", json!(0)),
        ("archived_at", json!(-1)),
        ("archived_at", json!("-0")),
        ("archived_at", json!("tomorrow")),
        ("archived_at", json!(1.5)),
        ("archived_at", json!(253_402_300_800_i64)),
        ("archived_at", json!(u64::MAX)),
        ("archived_at", json!(true)),
        ("pinned_message_id", json!("short")),
        ("pinned_message_id", json!("0000-00000000000")),
    ] {
        let change = json!({"is_pinned": true, param: value});
        let answer = in_both(|encoding| kate.put_in(encoding, &path, &change))?;
        Ok(answer).refused(400, "parameter_invalid", Some(param))?;
    }
    for param in [
        "id",
        "contact_id",
        "group_id",
        "unread_count",
        "last_active_at",
        "created_at",
        "muted",
    ] {
        let change = json!({"is_muted": true, param: "x"});
        let answer = in_both(|encoding| kate.put_in(encoding, &path, &change))?;
        Ok(answer).refused(400, "parameter_unknown", Some(param))?;
    }
    equal("nothing was done", kate.get(&path).answers(200)?, before)
}

fn pinned_message(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let path = tester.pair()?;
    let [first, second] = [kate.say(&path, "One")?, kevin.say(&path, "Two")?];
    for (one, message) in [(kate, &first), (kate, &second), (kevin, &first), (kevin, &second)] {
        let pin = json!({"pinned_message_id": message["id"]});
        let answer = in_both(|encoding| one.put_in(encoding, &path, &pin))?;
        equal(
            "its answer",
            &Ok(answer).answers(200)?["pinned_message_id"],
            &message["id"],
        )?;
        for reader in [kate, kevin] {
            let seen = reader.get(&path).answers(200)?;
            equal("pinned_message_id", &seen["pinned_message_id"], &message["id"])?;
        }
    }
    let none = json!({"pinned_message_id": null});
    in_both(|encoding| kate.put_in(encoding, &path, &none))?;
    let seen = kevin.get(&path).answers(200)?;
    equal("after null", &seen["pinned_message_id"], Value::Null)
}

fn pinned_elsewhere(tester: &Tester) -> Outcome {
    let [kate, _, frank, _] = tester.people();
    let path = tester.pair()?;
    let other = kate.say(&kate.meet(frank)?, "Elsewhere")?;
    let deleted = kate.say(&path, "A slip")?;
    kate.delete(&at(&deleted)).answers(204)?;
    let before = kate.get(&path).answers(200)?;
    for nowhere in [&other["id"], &deleted["id"], &json!(NOBODY), &before["id"]] {
        let change = json!({"is_muted": true, "pinned_message_id": nowhere});
        let answer = in_both(|encoding| kate.put_in(encoding, &path, &change))?;
        Ok(answer).refused(404, "resource_missing", Some("pinned_message_id"))?;
    }
    equal("nothing was done", kate.get(&path).answers(200)?, before)
}

fn pin_deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let path = tester.pair()?;
    let pinned = kate.say(&path, "Pinned")?;
    let other = kate.say(&path, "Another")?;
    let pin = json!({"pinned_message_id": pinned["id"]});
    kevin.put(&path, &pin).answers(200)?;
    kate.delete(&at(&other)).answers(204)?;
    let shown = || -> Outcome<Value> { Ok(kevin.get(&path).answers(200)?["pinned_message_id"].clone()) };
    equal("after another one was deleted", shown()?, &pinned["id"])?;
    kate.delete(&at(&pinned)).answers(204)?;
    equal("after it was deleted", shown()?, Value::Null)?;
    kate.put(&path, &pin)
        .refused(404, "resource_missing", Some("pinned_message_id"))
}
