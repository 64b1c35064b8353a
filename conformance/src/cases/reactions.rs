//! Reactions: everybody changes only their own, one by one.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::case::{Case, Section, case};
use crate::failure::{Outcome, equal, holds};
use crate::http::{Exchange, Request};
use crate::person::{Answers as _, Person, at};
use crate::tester::{Tester, at_once};

pub(crate) const SECTION: Section = Section {
    title: "Reactions",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "a PUT adds the caller's reaction, usernames in the order in which they reacted",
        added,
    ),
    case("repeating it changes nothing, not even the order", repeated),
    case(
        "a DELETE takes the caller's own back, with 204, and again",
        taken_back,
    ),
    case("a name is 1 to 64 of a-z0-9_+- or one emoji", names),
    case("an emoji is one however it is written", written_otherwise),
    case("nothing else is a name", bad_names),
    case("of many at once none is lost", many_at_once),
];

/// The path of a message of Kate's.
pub(super) fn message(tester: &Tester) -> Outcome<String> {
    let conversation = tester.pair()?;
    Ok(at(&tester.kate.say(&conversation, "Hello")?))
}

fn request(method: &str, message: &str, name: &str) -> Request {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    Request::new(method, format!("{message}/reactions/{name}"))
}

#[track_caller]
pub(super) fn react(caller: &Person, message: &str, name: &str) -> Outcome<Exchange> {
    caller.send(request("PUT", message, name))
}

#[track_caller]
pub(super) fn take_back(caller: &Person, message: &str, name: &str) -> Outcome<Exchange> {
    caller.send(request("DELETE", message, name))
}

#[track_caller]
pub(super) fn shows(caller: &Person, message: &str, expected: &Value) -> Outcome {
    let message = caller.get(message).answers(200)?;
    equal("reactions", &message["reactions"], expected)
}

fn added(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    let (first, second) = (&kate.username, &kevin.username);
    for (one, name, shown) in [
        (kevin, "heart", json!([{"heart": [second]}])),
        (kate, "+1", json!([{"heart": [second]}, {"+1": [first]}])),
        (
            kate,
            "heart",
            json!([{"heart": [second, first]}, {"+1": [first]}]),
        ),
        (
            kevin,
            "+1",
            json!([{"heart": [second, first]}, {"+1": [first, second]}]),
        ),
    ] {
        let answer = react(one, &message, name).answers(200)?;
        equal("its answer", &answer["reactions"], &shown)?;
        for reader in [kate, kevin] {
            shows(reader, &message, &shown)?;
        }
    }
    Ok(())
}

fn repeated(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    react(kevin, &message, "heart").answers(200)?;
    let before = react(kate, &message, "heart").answers(200)?;
    for one in [kevin, kate, kevin] {
        let again = react(one, &message, "heart").answers(200)?;
        equal("reactions", &again["reactions"], &before["reactions"])?;
        equal("updated_at", &again["updated_at"], &before["updated_at"])?;
    }
    Ok(())
}

fn taken_back(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    let (first, second) = (&kate.username, &kevin.username);
    for (one, name) in [(kevin, "heart"), (kate, "heart"), (kate, "+1"), (kevin, "+1")] {
        react(one, &message, name).answers(200)?;
    }
    for (one, name, left) in [
        (
            kevin,
            "heart",
            json!([{"heart": [first]}, {"+1": [first, second]}]),
        ),
        (kate, "heart", json!([{"+1": [first, second]}])),
        (kate, "never", json!([{"+1": [first, second]}])),
        (kate, "+1", json!([{"+1": [second]}])),
    ] {
        for _ in 0..2 {
            take_back(one, &message, name).answers(204)?;
            shows(kate, &message, &left)?;
        }
    }
    // What comes back, comes last.
    react(kate, &message, "heart").answers(200)?;
    let last = react(kate, &message, "+1").answers(200)?;
    equal(
        "the last",
        &last["reactions"],
        json!([{"+1": [second, first]}, {"heart": [first]}]),
    )
}

fn names(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let message = message(tester)?;
    let long = "a".repeat(64);
    for name in [
        "red_angry_face",
        "+1",
        "-1",
        "0",
        "_",
        &long,
        "🚀",
        "👨‍👩‍👧‍👦",
        "🇨🇭",
        "👍🏽",
        "1️⃣",
        "#️⃣",
        "❤️",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    ] {
        let shown = react(kate, &message, name).answers(200)?;
        equal(
            "its answer",
            &shown["reactions"],
            json!([{name: [kate.username]}]),
        )?;
        let again = kate.put(&message, &json!({"reactions": {name: [kate.username]}}));
        equal(
            "by an update",
            &again.answers(200)?["reactions"],
            &shown["reactions"],
        )?;
        take_back(kate, &message, name).answers(204)?;
        shows(kate, &message, &json!([]))?;
    }
    Ok(())
}

fn written_otherwise(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let message = message(tester)?;
    for (shown, written) in [
        ("❤\u{fe0f}", ["❤", "❤\u{fe0e}"]),
        ("🔥", ["🔥\u{fe0f}", "🔥\u{fe0e}"]),
        ("☝🏾", ["☝🏾\u{fe0f}", "☝\u{fe0f}🏾"]),
        ("👁\u{fe0f}\u{200d}🗨\u{fe0f}", ["👁\u{200d}🗨", "👁\u{200d}🗨\u{fe0f}"]),
    ] {
        for name in written.into_iter().chain([shown]) {
            react(kate, &message, name).answers(200)?;
            shows(kate, &message, &json!([{shown: [kate.username]}]))?;
        }
        take_back(kate, &message, written[1]).answers(204)?;
        shows(kate, &message, &json!([]))?;
    }
    // A plus in a path stands for itself.
    kate.send(Request::new("PUT", format!("{message}/reactions/+1")))
        .answers(200)?;
    shows(kate, &message, &json!([{"+1": [kate.username]}]))
}

/// A 400 that names the parameter, or the place in it.
#[track_caller]
pub(super) fn refused_reactions(answer: Outcome<Exchange>) -> Outcome {
    let body = answer.answers(400)?;
    let param = body["param"].as_str().unwrap_or_default();
    holds(
        "parameter_invalid, and the parameter",
        body["code"] == "parameter_invalid" && param.starts_with("reactions"),
        &body,
    )
}

fn bad_names(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    let long = "a".repeat(65);
    for name in [
        "Heart", "HEART", "a b", " ", "a/b", "a.b", "é", "käse", "a\n", "a\0", "🚀🚀", "🚀a", "🇨",
        "\u{fe0f}", "漢", "%41", &long,
    ] {
        for caller in [kate, kevin] {
            react(caller, &message, name).refused(400, "parameter_invalid", Some("name"))?;
            take_back(caller, &message, name).refused(400, "parameter_invalid", Some("name"))?;
        }
        refused_reactions(kate.put(&message, &json!({"reactions": {name: [kate.username]}})))?;
    }
    kate.send(Request::new("PUT", format!("{message}/reactions/%FF")))
        .refused(400, "parameter_invalid", Some("name"))?;
    shows(kate, &message, &json!([]))
}

fn many_at_once(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    at_once(8, |number| {
        let who = if number % 2 == 0 { kate } else { kevin };
        let name = if number < 4 {
            "heart".to_owned()
        } else {
            format!("n{number}")
        };
        react(who, &message, &name).answers(200)
    })?;
    let seen = kate.get(&message).answers(200)?;
    let mut found: Vec<_> = seen["reactions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(name, usernames)| (name.clone(), usernames.as_array().map_or(0, Vec::len)))
        .collect();
    found.sort();
    equal(
        "each name with how many",
        found,
        json!([["heart", 2], ["n4", 1], ["n5", 1], ["n6", 1], ["n7", 1]]),
    )
}
