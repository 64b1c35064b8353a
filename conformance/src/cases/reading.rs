//! Reading: what opens a conversation, what that marks, and what is left unread.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::{in_both, in_both_but_for};
use crate::failure::{Outcome, equal, holds};
use crate::http::Request;
use crate::person::{Answers as _, Person, at, id, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Reading",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("unread_count counts the messages of others only", counted),
    case(
        "retrieving, sending, older pages, the merged list and mark_read=false mark nothing",
        marks_nothing,
    ),
    case(
        "listing without a cursor opens: all is read, and read_at says so to both",
        list_opens,
    ),
    case("a short page marks what is before it, too", short_page),
    case(
        "an ending_before page opens when it reaches the newest, and not before",
        page_back,
    ),
    case("read_at never changes once it is set", never_changes),
    case(
        "opening with nothing unread sets last_opened_at all the same",
        opened_again,
    ),
    case("who reads their own messages has not read them", own_messages),
    case(
        "POST /read without a message marks all, and answers with the conversation",
        read_all,
    ),
    case("POST /read marks up to a message, and only forward", read_up_to),
    case(
        "only a message of this conversation can be read up to",
        read_elsewhere,
    ),
    case("what was deleted is not unread", deleted),
    case("mark_read is true or false", bad_mark_read),
    case("an idempotency key marks once", marked_once),
];

#[track_caller]
fn unread(caller: &Person, conversation: &str) -> Outcome<u64> {
    let seen = caller.get(conversation).answers(200)?;
    Ok(seen["unread_count"].as_u64().unwrap_or(u64::MAX))
}

#[track_caller]
fn list(caller: &Person, conversation: &str, query: &str) -> Outcome<Vec<Value>> {
    let path = format!("/v1/messages?conversation_id={}&{query}", id_of(conversation));
    let mut page = caller.get(&path).answers(200)?;
    let data = page["data"].as_array_mut();
    Ok(data.map(std::mem::take).unwrap_or_default())
}

/// When the messages of the conversation were read, oldest first; nobody opens it by this.
#[track_caller]
fn read_times(caller: &Person, conversation: &str) -> Outcome<Vec<Option<i64>>> {
    let messages = list(caller, conversation, "limit=100&mark_read=false")?;
    Ok(messages
        .iter()
        .rev()
        .map(|message| message["read_at"].as_i64())
        .collect())
}

/// Kate says so much to Kevin.
fn say(tester: &Tester, conversation: &str, count: usize) -> Outcome<Vec<Value>> {
    (0..count)
        .map(|number| tester.kate.say(conversation, &format!("Number {number}")))
        .collect()
}

fn counted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    for count in 1..=3 {
        kate.say(&conversation, "Hello")?;
        equal("Kevin's unread_count", unread(kevin, &conversation)?, count)?;
        equal("Kate's unread_count", unread(kate, &conversation)?, 0)?;
    }
    kevin.say(&conversation, "And back")?;
    equal("Kevin's unread_count", unread(kevin, &conversation)?, 3)?;
    equal("Kate's unread_count", unread(kate, &conversation)?, 1)?;
    Tester::eventually("the list has the same count", || {
        let list = kevin.get("/v1/conversations").answers(200)?;
        Ok(list["data"][0]["unread_count"] == 3)
    })
}

fn marks_nothing(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let sent = say(tester, &conversation, 4)?;
    let before = kevin.get(&conversation).answers(200)?;
    equal("unread_count", &before["unread_count"], 4)?;
    let of = format!("/v1/messages?conversation_id={}", id_of(&conversation));
    let (first, third, last) = (id(&sent[0]), id(&sent[2]), id(&sent[3]));
    for path in [
        "/v1/messages".to_owned(),
        "/v1/messages?mark_read=true".to_owned(),
        format!("/v1/messages?ending_before={first}"),
        at(&sent[3]),
        format!("{of}&mark_read=false"),
        format!("{of}&starting_after={last}"),
        format!("{of}&starting_after={third}&mark_read=true"),
        format!("{of}&ending_before={first}&limit=2"),
        format!("{of}&ending_before={first}&mark_read=false"),
        "/v1/conversations".to_owned(),
        conversation.clone(),
    ] {
        kevin.get(&path).answers(200)?;
        let after = kevin.get(&conversation).answers(200)?;
        equal(&format!("the conversation after {path}"), after, &before)?;
    }
    kevin.say(&conversation, "And back")?;
    let after = kevin.get(&conversation).answers(200)?;
    equal(
        "after sending",
        [&after["unread_count"], &after["last_opened_at"]],
        json!([4, null]),
    )?;
    let times = read_times(kate, &conversation)?;
    equal("read_at of all", times, [None::<i64>; 5])
}

fn list_opens(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    say(tester, &conversation, 3)?;
    let page = list(kevin, &conversation, "")?;
    let read_at = page.first().and_then(|message| message["read_at"].as_i64());
    holds("the answer says so already", read_at.is_some(), &page)?;
    for one in [kate, kevin] {
        equal("read_at of all", read_times(one, &conversation)?, [read_at; 3])?;
    }
    let opened = kevin.get(&conversation).answers(200)?;
    equal(
        "unread_count and last_opened_at",
        [&opened["unread_count"], &opened["last_opened_at"]],
        json!([0, read_at]),
    )?;
    let theirs = kate.get(&conversation).answers(200)?;
    equal("Kate has not opened it", &theirs["last_opened_at"], Value::Null)
}

fn short_page(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    say(tester, &conversation, 3)?;
    equal(
        "the page",
        list(kevin, &conversation, "limit=1&mark_read=true")?.len(),
        1,
    )?;
    equal("unread_count", unread(kevin, &conversation)?, 0)?;
    let times = read_times(kate, &conversation)?;
    holds(
        "all are read",
        times.len() == 3 && times.iter().all(Option::is_some),
        &times,
    )
}

fn page_back(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let sent = say(tester, &conversation, 4)?;
    let first = id(&sent[0]);
    let back = |limit: usize| {
        list(
            kevin,
            &conversation,
            &format!("ending_before={first}&limit={limit}"),
        )
    };
    equal("a page that ends before the newest", back(2)?.len(), 2)?;
    equal("unread_count after it", unread(kevin, &conversation)?, 4)?;
    // Exactly as long as what is left.
    let page = back(3)?;
    holds(
        "the page that reaches the newest says that it is read",
        page.len() == 3 && page.iter().all(|message| message["read_at"].is_i64()),
        &page,
    )?;
    equal("unread_count after it", unread(kevin, &conversation)?, 0)?;
    let times = read_times(kate, &conversation)?;
    holds(
        "with what was before it",
        times.iter().all(Option::is_some),
        &times,
    )
}

fn never_changes(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    say(tester, &conversation, 1)?;
    list(kevin, &conversation, "")?;
    let first = read_times(kate, &conversation)?;
    Tester::a_second_passes();
    kate.say(&conversation, "One more")?;
    list(kevin, &conversation, "")?;
    let second = read_times(kate, &conversation)?;
    equal("read_at of the first", second.first(), first.first())?;
    holds(
        "the second was read later",
        second.get(1) > first.first(),
        &second,
    )
}

fn opened_again(tester: &Tester) -> Outcome {
    let kevin = &tester.kevin;
    let conversation = tester.pair()?;
    let opened =
        || -> Outcome<Option<i64>> { Ok(kevin.get(&conversation).answers(200)?["last_opened_at"].as_i64()) };
    equal("before", opened()?, None::<i64>)?;
    // In an empty conversation, too.
    list(kevin, &conversation, "")?;
    let first = opened()?;
    holds("it is set", first.is_some(), first)?;
    Tester::a_second_passes();
    list(kevin, &conversation, "")?;
    holds("it is set again", opened()? > first, first)
}

fn own_messages(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    say(tester, &conversation, 2)?;
    list(kate, &conversation, "")?;
    kate.post(&format!("{conversation}/read"), &json!({}))
        .answers(200)?;
    equal("read_at", read_times(kate, &conversation)?, [None::<i64>; 2])
}

fn read_all(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    say(tester, &conversation, 2)?;
    let path = format!("{conversation}/read");
    let all = json!({"message_id": null});
    let answer = in_both_but_for(&["last_opened_at"], |encoding| {
        kevin.post_in(encoding, &path, &all)
    })?;
    let location = answer.answer.header("location");
    equal("only a 201 has a location", location, Value::Null)?;
    let opened = Ok(answer).answers(200)?;
    equal(
        "id and unread_count",
        [&opened["id"], &opened["unread_count"]],
        json!([id_of(&conversation), 0]),
    )?;
    holds("it is opened", opened["last_opened_at"].is_i64(), &opened)?;
    let times = read_times(kate, &conversation)?;
    holds("all are read", times.iter().all(Option::is_some), &times)?;
    // As `curl -X POST` sends it.
    kevin.send(Request::new("POST", path)).answers(200)?;
    Ok(())
}

fn read_up_to(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let mut sent = say(tester, &conversation, 2)?;
    sent.push(kevin.say(&conversation, "Kevin's own")?);
    sent.push(kate.say(&conversation, "The last")?);
    // Forward, back, to the same place, to one's own message, and to the end. What is read then, of Kate's three.
    for (number, left, read) in [
        (0, 2, [true, false, false]),
        (1, 1, [true, true, false]),
        (0, 1, [true, true, false]),
        (1, 1, [true, true, false]),
        (2, 1, [true, true, false]),
        (3, 0, [true, true, true]),
        (0, 0, [true, true, true]),
    ] {
        let up_to = json!({"message_id": sent[number]["id"]});
        let answer = kevin.post(&format!("{conversation}/read"), &up_to).answers(200)?;
        equal("unread_count", &answer["unread_count"], left)?;
        let times = read_times(kate, &conversation)?;
        let is_read = [0, 1, 3].map(|place| times.get(place).copied().flatten().is_some());
        equal("which are read", is_read, read)?;
    }
    equal("Kate has Kevin's unread", unread(kate, &conversation)?, 1)
}

fn read_elsewhere(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let conversation = tester.pair()?;
    kate.say(&conversation, "Hello")?;
    let deleted = kate.say(&conversation, "A slip")?;
    kate.delete(&at(&deleted)).answers(204)?;
    let elsewhere = kevin.say(&kevin.meet(frank)?, "Elsewhere")?;
    let before = kevin.get(&conversation).answers(200)?;
    let path = format!("{conversation}/read");
    for nowhere in [
        id(&elsewhere),
        id(&deleted),
        NOBODY,
        id_of(&conversation),
        &kevin.id,
    ] {
        let body = json!({"message_id": nowhere});
        let answer = in_both(|encoding| kevin.post_in(encoding, &path, &body))?;
        Ok(answer).refused(404, "resource_missing", Some("message_id"))?;
    }
    for bad in ["x", "0000-00000000000", "00000000000000000"] {
        let answer = in_both(|encoding| kevin.post_in(encoding, &path, &json!({"message_id": bad})))?;
        Ok(answer).refused(400, "parameter_invalid", Some("message_id"))?;
    }
    equal("nothing was done", kevin.get(&conversation).answers(200)?, before)
}

fn deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let sent = say(tester, &conversation, 5)?;
    let delete = |number: usize, left: u64| {
        kate.delete(&at(&sent[number])).answers(204)?;
        equal("unread_count", unread(kevin, &conversation)?, left)
    };
    delete(1, 4)?;
    // Up to one after which two are left, with a deleted one before it.
    let up_to = json!({"message_id": sent[2]["id"]});
    kevin.post(&format!("{conversation}/read"), &up_to).answers(200)?;
    equal("unread_count", unread(kevin, &conversation)?, 2)?;
    delete(0, 2)?;
    delete(4, 1)?;
    kevin
        .post(&format!("{conversation}/read"), &json!({}))
        .answers(200)?;
    delete(3, 0)?;
    // All that was unread is deleted, and the list that is empty opens.
    let last = kate.say(&conversation, "A slip")?;
    kate.delete(&at(&last)).answers(204)?;
    kate.delete(&at(&sent[2])).answers(204)?;
    equal("the list", list(kevin, &conversation, "")?, json!([]))?;
    equal("unread_count", unread(kevin, &conversation)?, 0)?;
    kate.say(&conversation, "And on")?;
    equal("unread_count", unread(kevin, &conversation)?, 1)
}

fn bad_mark_read(tester: &Tester) -> Outcome {
    let conversation = tester.pair()?;
    for bad in ["mark_read=", "mark_read=1", "mark_read=True", "mark_read"] {
        let path = format!("/v1/messages?conversation_id={}&{bad}", id_of(&conversation));
        tester
            .kevin
            .get(&path)
            .refused(400, "parameter_invalid", Some("mark_read"))?;
    }
    Ok(())
}

fn marked_once(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let first = kate.say(&conversation, "Hello")?;
    let (key, path) = (tester.key(), format!("{conversation}/read"));
    let answer = kevin.post_with_key(&key, &path, &json!({})).answers(200)?;
    equal("unread_count", &answer["unread_count"], 0)?;
    kate.say(&conversation, "Hello again")?;
    let again = kevin.post_with_key(&key, &path, &json!({"message_id": null}))?;
    let replayed = again.answer.header("idempotent-replayed");
    equal("idempotent-replayed", replayed, "true")?;
    equal(
        "the conversation as it is now",
        &Ok(again).answers(200)?["unread_count"],
        1,
    )?;
    equal("nothing is marked", unread(kevin, &conversation)?, 1)?;
    // Another message, and another conversation, are other requests.
    kevin
        .post_with_key(&key, &path, &json!({"message_id": first["id"]}))
        .refused(422, "idempotency_key_reused", None)?;
    let other = kevin.meet(&tester.frank)?;
    kevin
        .post_with_key(&key, &format!("{other}/read"), &json!({}))
        .refused(422, "idempotency_key_reused", None)?;
    kate.delete(&conversation).answers(204)?;
    kevin
        .post_with_key(&key, &path, &json!({}))
        .refused(404, "resource_missing", None)
}
