//! Who sees a group, and who may do what.

use serde_json::json;

use super::case::{Case, Section, case};
use super::compare::view;
use super::groups::{conversation_of, gathered, leave, members};
use crate::failure::{Outcome, equal};
use crate::http::Request;
use crate::person::{Answers as _, Person, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Who sees a group",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "only the owner changes and deletes it, and only the others leave: 403 not_allowed",
        owner_only,
    ),
    case(
        "who has left reads nothing of it by any route, and what they wrote stays",
        left,
    ),
    case("who was put out reads nothing of it by any route", put_out),
    case(
        "to everybody else it looks like a group that does not exist",
        strangers,
    ),
    case(
        "a DELETE answers 204, and it is gone for all, with its conversation and messages",
        deleted,
    ),
];

fn owner_only(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kevin, &group)?;
    let before = view(kate, &[&group])?;
    for body in [
        json!({"name": "Mine"}),
        json!({"archived_at": 1}),
        json!({"contacts": []}),
        json!({}),
    ] {
        kevin.put(&group, &body).refused(403, "not_allowed", None)?;
    }
    kevin.delete(&group).refused(403, "not_allowed", None)?;
    kevin.delete(&conversation).refused(403, "not_allowed", None)?;
    leave(kate, &group).refused(403, "not_allowed", None)?;
    equal("nothing was done", view(kate, &[&group])?, before)
}

/// Asserts that somebody who is not in the group sees nothing of it, as if it did not exist.
#[track_caller]
fn sees_nothing(one: &Person, group: &str, conversation: &str, message: &str) -> Outcome {
    let reaction = format!("{message}/reactions/heart");
    for answer in [
        one.get(group),
        one.put(group, &json!({"name": "Mine"})),
        one.delete(group),
        leave(one, group),
        one.get(conversation),
        one.put(conversation, &json!({"is_muted": true})),
        one.post(&format!("{conversation}/read"), &json!({})),
        one.delete(conversation),
        one.get(message),
        one.put(message, &json!({"message": "Mine"})),
        one.send(Request::new("PUT", &*reaction)),
        one.delete(&reaction),
        one.delete(message),
    ] {
        answer.refused(404, "resource_missing", None)?;
    }
    let id = id_of(conversation);
    one.post(
        "/v1/messages",
        &json!({"conversation_id": id, "message": "Hello"}),
    )
    .refused(404, "resource_missing", Some("conversation_id"))?;
    one.get(&format!("/v1/messages?conversation_id={id}")).refused(
        404,
        "resource_missing",
        Some("conversation_id"),
    )?;
    one.post("/v1/conversations", &json!({"group_id": id_of(group)}))
        .refused(404, "resource_missing", Some("group_id"))?;
    let filtered = format!("/v1/conversations?group_id={}", id_of(group));
    for list in ["/v1/groups", "/v1/messages", &filtered] {
        equal(list, &one.get(list).answers(200)?["data"], json!([]))?;
    }
    Ok(())
}

fn left(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kate, &group)?;
    let message = crate::person::at(&kevin.say(&conversation, "Mine")?);
    leave(kevin, &group).answers(204)?;
    sees_nothing(kevin, &group, &conversation, &message)?;
    let seen = frank.get(&group).answers(200)?;
    equal("who is in it", members(&seen), [&kate.id, &frank.id])?;
    let stays = frank.get(&message).answers(200)?;
    equal(
        "what he wrote",
        [&stays["message"], &stays["contact"]["id"]],
        ["Mine", &kevin.id],
    )
}

fn put_out(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kate, &group)?;
    let message = crate::person::at(&frank.say(&conversation, "Hello")?);
    kevin.get(&message).answers(200)?;
    kate.put(&group, &json!({"contacts": [frank.id]})).answers(200)?;
    sees_nothing(kevin, &group, &conversation, &message)?;
    frank.get(&message).answers(200)?;
    Ok(())
}

fn strangers(tester: &Tester) -> Outcome {
    let [kate, _, _, fuller] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kate, &group)?;
    let message = crate::person::at(&kate.say(&conversation, "Hello")?);
    let before = view(kate, &[&group, &conversation, &message])?;
    sees_nothing(fuller, &group, &conversation, &message)?;
    for (method, path) in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/leave")] {
        let ask = |group: &str| fuller.send(Request::new(method, format!("{group}{path}")));
        let nobodys = ask(&format!("/v1/groups/{NOBODY}"))?.answer.essence();
        equal("the answer", ask(&group)?.answer.essence(), nobodys)?;
    }
    equal(
        "nothing was done",
        view(kate, &[&group, &conversation, &message])?,
        before,
    )
}

fn deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kate, &group)?;
    let message = crate::person::at(&kevin.say(&conversation, "Going")?);
    kate.delete(&group).answers(204)?;
    for one in [kate, kevin, frank] {
        sees_nothing(one, &group, &conversation, &message)?;
    }
    Ok(())
}
