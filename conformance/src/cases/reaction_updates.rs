//! Reactions by an update of their message, and how many there can be.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::compare::in_both;
use super::reactions::{message, react, refused_reactions, shows, take_back};
use crate::failure::{Outcome, equal};
use crate::http::Request;
use crate::person::{Answers as _, Person, at};
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Reactions by an update of their message",
    cases: CASES,
};

const CASES: &[Case] = &[
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
];

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
