//! The conversations of groups.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::groups::{conversation_of, leave};
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, Person, at, id, id_of};
use crate::tester::{Tester, at_once};

pub(crate) const SECTION: Section = Section {
    title: "Conversations of groups",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "who comes in reads the whole history, with nothing unread",
        whole_history,
    ),
    case("unread_count is each member's own", unread_counts),
    case(
        "read_at is when the first member but the sender opened it",
        read_at,
    ),
    case(
        "any member writes, reacts and pins; the sender or the owner deletes",
        who_may,
    ),
    case(
        "the owner deletes it alone, the group stays, and any member makes a new one",
        made_anew,
    ),
    case(
        "however many members race to make one, there is one",
        made_at_once,
    ),
    case("group_id finds it in the list of conversations", by_group),
];

/// Kate's group with Kevin and Frank, and its conversation. Fuller is a contact.
fn gathered(tester: &Tester) -> Outcome<(String, String)> {
    let [kate, kevin, frank, fuller] = tester.people();
    for other in [kevin, frank, fuller] {
        kate.meet(other)?;
    }
    let group = kate.gather(&[kevin, frank])?;
    let conversation = conversation_of(kate, &group)?;
    Ok((group, conversation))
}

#[track_caller]
fn unread(one: &Person, conversation: &str) -> Outcome<Value> {
    Ok(one.get(conversation).answers(200)?["unread_count"].clone())
}

fn whole_history(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let (group, conversation) = gathered(tester)?;
    let mut said = Vec::new();
    for text in ["One", "Two", "Three"] {
        said.insert(0, id(&kevin.say(&conversation, text)?).to_owned());
    }
    let all = json!({"contacts": [kevin.id, frank.id, fuller.id]});
    kate.put(&group, &all).answers(200)?;
    equal("unread_count", unread(fuller, &conversation)?, 0)?;
    let list = format!("/v1/messages?conversation_id={}", id_of(&conversation));
    let page = fuller.get(&list).answers(200)?;
    let seen: Vec<_> = page["data"].as_array().into_iter().flatten().map(id).collect();
    equal("the history", seen, said)?;
    kate.say(&conversation, "Four")?;
    equal("unread_count after one more", unread(fuller, &conversation)?, 1)
}

fn unread_counts(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let (_, conversation) = gathered(tester)?;
    let counts = || -> Outcome<Vec<Value>> {
        [kate, kevin, frank]
            .iter()
            .map(|one| unread(one, &conversation))
            .collect()
    };
    kate.say(&conversation, "One")?;
    let second = kevin.say(&conversation, "Two")?;
    frank.say(&conversation, "Three")?;
    equal("of Kate, Kevin and Frank", counts()?, [2, 2, 2])?;
    kate.post(
        &format!("{conversation}/read"),
        &json!({"message_id": second["id"]}),
    )
    .answers(200)?;
    kevin
        .get(&format!("/v1/messages?conversation_id={}", id_of(&conversation)))
        .answers(200)?;
    equal("after some reading", counts()?, [1, 0, 2])?;
    kevin.delete(&at(&second)).answers(204)?;
    equal("after a message was deleted", counts()?, [1, 0, 1])
}

fn read_at(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let (group, conversation) = gathered(tester)?;
    let message = at(&kevin.say(&conversation, "Has anybody seen this?")?);
    let open = |one: &Person| one.post(&format!("{conversation}/read"), &json!({})).answers(200);
    let read_at = || -> Outcome<Value> { Ok(kate.get(&message).answers(200)?["read_at"].clone()) };
    open(kevin)?;
    equal("after the sender's own reading", read_at()?, Value::Null)?;
    open(frank)?;
    let first = read_at()?;
    holds("Frank was the first", first.is_i64(), &first)?;
    Tester::a_second_passes();
    open(kate)?;
    equal("after Kate's", read_at()?, &first)?;
    leave(frank, &group).answers(204)?;
    equal("after Frank has left", read_at()?, first)
}

fn who_may(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let (_, conversation) = gathered(tester)?;
    let message = kevin.say(&conversation, "Hello")?;
    let path = at(&message);
    let reacted = frank
        .put(&path, &json!({"reactions": {"heart": [frank.username]}}))
        .answers(200)?;
    equal(
        "reactions",
        &reacted["reactions"],
        json!([{"heart": [frank.username]}]),
    )?;
    frank
        .put(&conversation, &json!({"pinned_message_id": message["id"]}))
        .answers(200)?;
    let seen = kate.get(&conversation).answers(200)?;
    equal("pinned_message_id", &seen["pinned_message_id"], &message["id"])?;
    frank.delete(&path).refused(403, "not_allowed", None)?;
    for other in [kate, frank] {
        other
            .put(&path, &json!({"message": "Mine"}))
            .refused(403, "not_allowed", None)?;
    }
    // The owner deletes what is not hers.
    kate.delete(&path).answers(204)?;
    kevin.get(&path).refused(404, "resource_missing", None)?;
    let seen = kevin.get(&conversation).answers(200)?;
    equal("the pin is gone", &seen["pinned_message_id"], Value::Null)?;
    let own = at(&frank.say(&conversation, "Mine")?);
    frank.delete(&own).answers(204)?;
    Ok(())
}

fn made_anew(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let (group, old) = gathered(tester)?;
    let message = at(&kevin.say(&old, "Soon gone")?);
    kate.delete(&old).answers(204)?;
    for member in [kate, kevin, frank] {
        let seen = member.get(&group).answers(200)?;
        equal("conversation_id", &seen["conversation_id"], Value::Null)?;
        member.get(&old).refused(404, "resource_missing", None)?;
        member.get(&message).refused(404, "resource_missing", None)?;
    }
    let of_group = json!({"group_id": id_of(&group)});
    let new = kevin
        .post("/v1/conversations", &of_group)
        .created("/v1/conversations")?;
    holds("it is another one", new["id"] != id_of(&old), &new)?;
    let found = kate.post("/v1/conversations", &of_group).answers(200)?;
    equal("the others find it", &found["id"], &new["id"])?;
    let seen = frank.get(&group).answers(200)?;
    equal("the group has it", &seen["conversation_id"], &new["id"])?;
    equal("there is nothing in it", frank.all("/v1/messages")?, json!([]))
}

fn made_at_once(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let (group, conversation) = gathered(tester)?;
    kate.delete(&conversation).answers(204)?;
    let of_group = json!({"group_id": id_of(&group)});
    let answers = at_once(6, |number| {
        [kate, kevin, frank][number % 3].post("/v1/conversations", &of_group)
    })?;
    let mut statuses: Vec<_> = answers.iter().map(|seen| seen.answer.status).collect();
    statuses.sort_unstable();
    equal("the statuses", &statuses, [200, 200, 200, 200, 200, 201])?;
    let seen = kate.get(&group).answers(200)?;
    for answer in &answers {
        equal("the id", &answer.answer.json()?["id"], &seen["conversation_id"])?;
    }
    Ok(())
}

fn by_group(tester: &Tester) -> Outcome {
    let [kate, kevin, _, fuller] = tester.people();
    let (group, conversation) = gathered(tester)?;
    for one in [kate, kevin] {
        Tester::eventually("the list has it", || {
            let list = one
                .get(&format!("/v1/conversations?group_id={}", id_of(&group)))
                .answers(200)?;
            let ids: Vec<_> = list["data"].as_array().into_iter().flatten().map(id).collect();
            Ok(ids == [id_of(&conversation)])
        })?;
    }
    let list = fuller
        .get(&format!("/v1/conversations?group_id={}", id_of(&group)))
        .answers(200)?;
    equal("for who is not in it", &list["data"], json!([]))
}
