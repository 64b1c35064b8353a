//! Reactions: everybody changes only their own, whichever way they are given.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Case, Section, case, in_both};
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
    case(
        "an update gives the caller exactly the reactions whose list holds their username",
        exactly_own,
    ),
    case(
        "an update takes the array that is shown, or one map",
        array_or_map,
    ),
    case(
        "null, [] and {} take all of the caller's own back",
        all_taken_back,
    ),
    case("reactions of others can't be changed", others),
    case(
        "an update with something else than reactions is refused",
        malformed,
    ),
    case("a person has at most 10 on a message", ten_of_one),
    case("a message has at most 20 different names", twenty),
    case("of many at once none is lost", many_at_once),
];

/// The path of a message of Kate's.
fn message(tester: &Tester) -> Outcome<String> {
    let conversation = tester.pair()?;
    Ok(at(&tester.kate.say(&conversation, "Hello")?))
}

fn request(method: &str, message: &str, name: &str) -> Request {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    Request::new(method, format!("{message}/reactions/{name}"))
}

#[track_caller]
fn react(caller: &Person, message: &str, name: &str) -> Outcome<Exchange> {
    caller.send(request("PUT", message, name))
}

#[track_caller]
fn take_back(caller: &Person, message: &str, name: &str) -> Outcome<Exchange> {
    caller.send(request("DELETE", message, name))
}

#[track_caller]
fn shows(caller: &Person, message: &str, expected: &Value) -> Outcome {
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
    react(kate, &message, "❤").answers(200)?;
    react(kate, &message, "❤\u{fe0f}").answers(200)?;
    shows(kate, &message, &json!([{"❤\u{fe0f}": [kate.username]}]))?;
    take_back(kate, &message, "❤").answers(204)?;
    shows(kate, &message, &json!([]))?;
    // A plus in a path stands for itself.
    kate.send(Request::new("PUT", format!("{message}/reactions/+1")))
        .answers(200)?;
    shows(kate, &message, &json!([{"+1": [kate.username]}]))
}

/// A 400 that names the parameter, or the place in it.
#[track_caller]
fn refused_reactions(answer: Outcome<Exchange>) -> Outcome {
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

fn exactly_own(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    let (me, other) = (&kate.username, &kevin.username);
    for name in ["heart", "fire"] {
        react(kevin, &message, name).answers(200)?;
    }
    // Each starts from what the one before it left.
    for (given, shown) in [
        (
            json!({"heart": [me], "+1": [me]}),
            json!([{"heart": [other, me]}, {"fire": [other]}, {"+1": [me]}]),
        ),
        (
            json!([{"heart": [other]}, {"fire": [other, me]}, {"+1": [me]}]),
            json!([{"heart": [other]}, {"fire": [other, me]}, {"+1": [me]}]),
        ),
        (
            json!([{"wave": [other, "nobody.at.all"]}, {"heart": []}, {"heart": [me.to_uppercase()]}]),
            json!([{"heart": [other, me]}, {"fire": [other]}]),
        ),
        (
            json!({"fire": [other]}),
            json!([{"heart": [other]}, {"fire": [other]}]),
        ),
    ] {
        for _ in 0..2 {
            let answer = kate.put(&message, &json!({"reactions": given})).answers(200)?;
            equal("reactions", &answer["reactions"], &shown)?;
        }
        shows(kevin, &message, &shown)?;
    }
    // Text and reactions together.
    let both = json!({"message": "Changed", "reactions": {"tada": [me]}});
    let answer = kate.put(&message, &both).answers(200)?;
    equal(
        "both",
        [&answer["message"], &answer["reactions"]],
        json!(["Changed", [{"heart": [other]}, {"fire": [other]}, {"tada": [me]}]]),
    )
}

fn array_or_map(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    react(kevin, &message, "heart").answers(200)?;
    let map = json!({"reactions": {"heart": [kate.username], "+1": [kate.username]}});
    let answer = in_both(|encoding| kate.put_in(encoding, &message, &map))?;
    let by_map = Ok(answer).answers(200)?;
    let again = json!({"reactions": by_map["reactions"]});
    let by_array = kate.put(&message, &again).answers(200)?;
    equal("reactions", &by_array["reactions"], &by_map["reactions"])
}

fn all_taken_back(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    react(kevin, &message, "fire").answers(200)?;
    let others = json!([{"fire": [kevin.username]}]);
    for nothing in [json!(null), json!([]), json!({}), json!({"heart": []})] {
        react(kate, &message, "heart").answers(200)?;
        let answer = kate.put(&message, &json!({"reactions": nothing})).answers(200)?;
        equal("what is left", &answer["reactions"], &others)?;
    }
    react(kate, &message, "heart").answers(200)?;
    let form = kate.send(Request::new("PUT", message.as_str()).form("reactions="));
    equal(
        "after an empty form value",
        &form.answers(200)?["reactions"],
        &others,
    )
}

fn others(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    react(kevin, &message, "heart").answers(200)?;
    let shown = json!([{"heart": [kevin.username]}]);
    take_back(kate, &message, "heart").answers(204)?;
    shows(kevin, &message, &shown)?;
    for given in [
        json!({"heart": []}),
        json!({"fire": [kevin.username]}),
        json!([{"heart": [kevin.username]}, {"tada": [kevin.username]}]),
    ] {
        let answer = kate.put(&message, &json!({"reactions": given})).answers(200)?;
        equal("reactions", &answer["reactions"], &shown)?;
    }
    Ok(())
}

fn malformed(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let message = message(tester)?;
    for bad in [
        json!({"heart": kate.username}),
        json!({"heart": {"a": "b"}}),
        json!({"heart": null}),
        json!({"heart": [1]}),
        json!({"heart": ["not a username"]}),
        json!(["heart"]),
        json!([[kate.username]]),
        json!([null]),
        json!(1),
        json!("heart"),
    ] {
        refused_reactions(kate.put(&message, &json!({"reactions": bad})))?;
    }
    for bad in [
        "reactions=heart",
        "reactions[]=heart",
        "reactions[heart]=a",
        "reactions[heart][x]=a",
    ] {
        refused_reactions(kate.send(Request::new("PUT", message.as_str()).form(bad)))?;
    }
    shows(kate, &message, &json!([]))
}

/// What an update gives that leaves `who` with the reactions of these numbers.
fn numbered(range: std::ops::Range<usize>, who: &Person) -> Value {
    let lists = range.map(|number| (format!("n{number}"), json!([who.username])));
    json!({"reactions": lists.collect::<serde_json::Map<_, _>>()})
}

#[track_caller]
fn refused_in_both(caller: &Person, message: &str, body: &Value) -> Outcome {
    let answer = in_both(|encoding| caller.put_in(encoding, message, body))?;
    Ok(answer).refused(400, "parameter_invalid", Some("reactions"))
}

fn ten_of_one(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let message = message(tester)?;
    let ten = kate.put(&message, &numbered(0..10, kate)).answers(200)?;
    equal("how many", ten["reactions"].as_array().map(Vec::len), 10)?;
    react(kate, &message, "n10").refused(400, "parameter_invalid", Some("name"))?;
    refused_in_both(kate, &message, &numbered(0..11, kate))?;
    shows(kate, &message, &ten["reactions"])?;
    // Also where somebody else has it.
    react(kevin, &message, "n10").answers(200)?;
    react(kate, &message, "n10").refused(400, "parameter_invalid", Some("name"))?;
    // One that is there is none more, and ten others may replace ten.
    react(kate, &message, "n9").answers(200)?;
    kate.put(&message, &numbered(5..15, kate)).answers(200)?;
    take_back(kate, &message, "n5").answers(204)?;
    react(kate, &message, "n0").answers(200).map(drop)
}

fn twenty(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    for member in [kevin, frank] {
        kate.meet(member)?;
    }
    let group = kate.gather(&[kevin, frank])?;
    let group = kate.get(&group).answers(200)?;
    let body = json!({"conversation_id": group["conversation_id"], "message": "Hello"});
    let message = at(&kate.post("/v1/messages", &body).created("/v1/messages")?);
    kate.put(&message, &numbered(0..10, kate)).answers(200)?;
    let full = kevin.put(&message, &numbered(10..20, kevin)).answers(200)?;
    equal("how many", full["reactions"].as_array().map(Vec::len), 20)?;
    react(frank, &message, "n20").refused(400, "parameter_invalid", Some("name"))?;
    refused_in_both(frank, &message, &numbered(20..21, frank))?;
    shows(kevin, &message, &full["reactions"])?;
    // Names that are there take more people, and ten others may replace ten of one's own.
    react(frank, &message, "n0").answers(200)?;
    take_back(frank, &message, "n0").answers(204)?;
    kate.put(&message, &numbered(20..30, kate)).answers(200)?;
    take_back(kate, &message, "n20").answers(204)?;
    react(frank, &message, "another").answers(200)?;
    react(frank, &message, "n20").refused(400, "parameter_invalid", Some("name"))
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
