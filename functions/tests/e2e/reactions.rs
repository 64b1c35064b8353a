//! Reactions: everybody changes only their own, whichever way they are given.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::encoding::{BOTH, in_both};
use crate::http::{Answer, Request};
use crate::races::at_once;
use crate::shape::assert_message;
use crate::world::{Person, at, eventually, now, text, two_people};

fn request(method: &str, message: &str, name: &str) -> Request {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    Request::new(method, format!("{message}/reactions/{name}"))
}

fn react(caller: &Person<'_>, message: &str, name: &str) -> Answer {
    caller.send(request("PUT", message, name))
}

fn take_back(caller: &Person<'_>, message: &str, name: &str) -> Answer {
    caller.send(request("DELETE", message, name))
}

/// Two people and the path of a message of the first one's.
fn message(prefix: &str) -> (Person<'static>, Person<'static>, String) {
    let (kate, kevin, conversation) = two_people(prefix);
    let message = at(&kate.say(&conversation, "Hello"));
    kate.machine.settle();
    (kate, kevin, message)
}

fn reactions(caller: &Person<'_>, message: &str) -> Value {
    let message = caller.get(message).expect(200);
    assert_message(&message);
    message["reactions"].clone()
}

#[test]
fn one_is_added_and_taken_back() {
    let (kate, kevin, message) = message("react");
    let mut expected = kate.get(&message).expect(200);
    // Were a reaction a change of the sender's, the time would show it.
    let created_at = expected["created_at"].as_i64().unwrap();
    eventually("a second passes", || (now() > created_at).then_some(()));
    let (first, second) = (&kate.username, &kevin.username);
    for (one, name, shown) in [
        (&kevin, "heart", json!([{"heart": [second]}])),
        (&kate, "+1", json!([{"heart": [second]}, {"+1": [first]}])),
        (
            &kate,
            "heart",
            json!([{"heart": [second, first]}, {"+1": [first]}]),
        ),
        (
            &kevin,
            "+1",
            json!([{"heart": [second, first]}, {"+1": [first, second]}]),
        ),
    ] {
        expected["reactions"] = shown;
        // Repeating it changes nothing, not even the order.
        for _ in 0..2 {
            assert_eq!(react(one, &message, name).expect(200), expected);
        }
        assert_eq!(react(&kevin, &message, "heart").expect(200), expected);
        for reader in [&kate, &kevin] {
            assert_eq!(reader.get(&message).expect(200), expected);
        }
    }
    for (one, name, left) in [
        (
            &kevin,
            "heart",
            json!([{"heart": [first]}, {"+1": [first, second]}]),
        ),
        (&kate, "heart", json!([{"+1": [first, second]}])),
        (&kate, "never", json!([{"+1": [first, second]}])),
        (&kate, "+1", json!([{"+1": [second]}])),
    ] {
        for _ in 0..2 {
            take_back(one, &message, name).expect(204);
            assert_eq!(reactions(&kate, &message), left);
        }
    }
    // What comes back, comes last.
    react(&kate, &message, "heart").expect(200);
    let last = react(&kate, &message, "+1").expect(200);
    assert_eq!(
        last["reactions"],
        json!([{"+1": [second, first]}, {"heart": [first]}])
    );

    kate.delete(&message).expect(204);
    react(&kevin, &message, "heart").refused(404, "resource_missing", None);
    take_back(&kevin, &message, "heart").refused(404, "resource_missing", None);
}

#[test]
fn a_name_is_a_short_name_or_one_emoji() {
    let (kate, _, message) = message("react.name");
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
        let shown = react(&kate, &message, name).expect(200);
        assert_eq!(shown["reactions"], json!([{name: [kate.username]}]));
        let again = kate.put(&message, &json!({"reactions": {name: [kate.username]}}));
        assert_eq!(again.expect(200)["reactions"], shown["reactions"]);
        take_back(&kate, &message, name).expect(204);
        assert_eq!(reactions(&kate, &message), json!([]), "{name}");
    }
    // However an emoji is written, it is one; a plus in a path stands for itself.
    react(&kate, &message, "❤").expect(200);
    react(&kate, &message, "❤\u{fe0f}").expect(200);
    kate.send(Request::new("PUT", format!("{message}/reactions/+1")))
        .expect(200);
    let name = kate.username.as_str();
    assert_eq!(
        reactions(&kate, &message),
        json!([{"❤\u{fe0f}": [name]}, {"+1": [name]}])
    );
    take_back(&kate, &message, "❤").expect(204);
    assert_eq!(reactions(&kate, &message), json!([{"+1": [name]}]));
}

#[test]
fn nothing_else_is_a_name() {
    let (kate, kevin, message) = message("react.bad");
    let before = kate.get(&message).expect(200);
    let long = "a".repeat(65);
    for name in [
        "Heart", "HEART", "a b", " ", "a/b", "a.b", "é", "käse", "a\n", "a\0", "🚀🚀", "🚀a", "🇨",
        "\u{fe0f}", "漢", "%41", &long,
    ] {
        for caller in [&kate, &kevin] {
            react(caller, &message, name).refused(400, "parameter_invalid", Some("name"));
            take_back(caller, &message, name).refused(400, "parameter_invalid", Some("name"));
            let answer = caller.put(&message, &json!({"reactions": {name: [caller.username]}}));
            assert_reactions_refused(&answer);
        }
    }
    let not_utf_8 = Request::new("PUT", format!("{message}/reactions/%FF"));
    kate.send(not_utf_8)
        .refused(400, "parameter_invalid", Some("name"));
    assert_eq!(kate.get(&message).expect(200), before, "nothing was done");
}

/// A 400 that names the parameter, or the place in it.
#[track_caller]
fn assert_reactions_refused(answer: &Answer) {
    let body = answer.expect(400);
    let param = text(&body["param"]);
    assert!(
        body["code"] == "parameter_invalid" && param.starts_with("reactions"),
        "{answer:?}"
    );
}

#[test]
fn an_update_sets_exactly_ones_own() {
    let (kate, kevin, message) = message("react.put");
    let (me, other) = (&kate.username, &kevin.username);
    for name in ["heart", "fire"] {
        react(&kevin, &message, name).expect(200);
    }
    // Each starts from what the one before it left.
    for (given, shown) in [
        // One map, and the array that is shown.
        (
            json!({"heart": [me], "+1": [me]}),
            json!([{"heart": [other, me]}, {"fire": [other]}, {"+1": [me]}]),
        ),
        (
            json!([{"heart": [other, me]}, {"fire": [other]}, {"+1": [me]}]),
            json!([{"heart": [other, me]}, {"fire": [other]}, {"+1": [me]}]),
        ),
        // Left out of a list, and into another one.
        (
            json!([{"heart": [other]}, {"fire": [other, me]}, {"+1": [me]}]),
            json!([{"heart": [other]}, {"fire": [other, me]}, {"+1": [me]}]),
        ),
        // In whatever case; those of others and of nobody have no effect, and lists may be empty or come twice.
        (
            json!([{"wave": [other, "nobody.at.all"]}, {"heart": []}, {"heart": [me.to_uppercase()]}, {"heart": [me]}]),
            json!([{"heart": [other, me]}, {"fire": [other]}]),
        ),
        (
            json!({"fire": [other]}),
            json!([{"heart": [other]}, {"fire": [other]}]),
        ),
    ] {
        let mine = json!({"reactions": given});
        let answer = kate.put(&message, &mine).expect(200);
        assert_eq!(answer["reactions"], shown, "{given}");
        assert_eq!(kate.put(&message, &mine).expect(200), answer, "once more");
        if given.is_object() {
            let answer = in_both(|encoding| kate.put_in(encoding, &message, &mine));
            assert_eq!(answer.expect(200)["reactions"], shown);
        }
    }
    // What takes all of one's own back.
    let others = json!([{"heart": [other]}, {"fire": [other]}]);
    for nothing in [json!(null), json!([]), json!({}), json!({"heart": []})] {
        react(&kate, &message, "heart").expect(200);
        let answer = kate.put(&message, &json!({"reactions": nothing})).expect(200);
        assert_eq!(answer["reactions"], others, "{nothing}");
    }
    react(&kate, &message, "heart").expect(200);
    let form = kate.send(Request::new("PUT", message.as_str()).form("reactions="));
    assert_eq!(form.expect(200)["reactions"], others);
    // Text and reactions together.
    let both = json!({"message": "Changed", "reactions": {"tada": [me]}});
    let answer = kate.put(&message, &both).expect(200);
    assert_eq!(answer["message"], "Changed");
    assert_eq!(
        answer["reactions"],
        json!([{"heart": [other]}, {"fire": [other]}, {"tada": [me]}])
    );
}

#[test]
fn reactions_are_lists_of_usernames_by_names() {
    let (kate, _, message) = message("react.types");
    for bad in [
        json!({"heart": kate.username}),
        json!({"heart": {"a": "b"}}),
        json!({"heart": null}),
        json!({"heart": [1]}),
        json!({"heart": ["not a username"]}),
        json!(["heart"]),
        json!([[kate.username]]),
        json!([null]),
    ] {
        assert_reactions_refused(&kate.put(&message, &json!({"reactions": bad})));
    }
    for bad in [
        "reactions=heart",
        "reactions[]=heart",
        "reactions[heart]=a",
        "reactions[heart][x]=a",
    ] {
        assert_reactions_refused(&kate.send(Request::new("PUT", message.as_str()).form(bad)));
    }
    assert_eq!(reactions(&kate, &message), json!([]));
}

#[test]
fn twenty_names_are_the_most() {
    let (kate, kevin, message) = message("react.many");
    let names = |range: std::ops::Range<usize>, who: &Person<'_>| {
        let lists = range.map(|number| (format!("n{number}"), json!([who.username])));
        json!({"reactions": lists.collect::<serde_json::Map<_, _>>()})
    };
    for encoding in BOTH {
        let answer = kate.put_in(encoding, &message, &names(0..20, &kate)).expect(200);
        assert_eq!(answer["reactions"].as_array().unwrap().len(), 20);
        assert_message(&answer);
    }
    let full = reactions(&kate, &message);
    react(&kevin, &message, "n20").refused(400, "parameter_invalid", Some("name"));
    react(&kate, &message, "n20").refused(400, "parameter_invalid", Some("name"));
    for (who, range) in [(&kate, 0..21), (&kevin, 20..21)] {
        let answer = in_both(|encoding| who.put_in(encoding, &message, &names(range.clone(), who)));
        answer.refused(400, "parameter_invalid", Some("reactions"));
    }
    assert_eq!(reactions(&kate, &message), full);
    // Names that are there take more people, and twenty others may replace twenty of one's own.
    react(&kevin, &message, "n0").expect(200);
    take_back(&kevin, &message, "n0").expect(204);
    let others = kate.put(&message, &names(10..30, &kate)).expect(200);
    assert_eq!(others["reactions"].as_array().unwrap().len(), 20);
    take_back(&kate, &message, "n10").expect(204);
    react(&kevin, &message, "another").expect(200);
    react(&kevin, &message, "n10").refused(400, "parameter_invalid", Some("name"));
}

#[test]
fn of_many_at_once_none_is_lost() {
    let (kate, kevin, message) = message("react.race");
    let answers = at_once(20, |number| {
        let who = if number % 2 == 0 { &kate } else { &kevin };
        if number % 4 < 2 {
            react(who, &message, &format!("n{number}"))
        } else {
            react(who, &message, "heart")
        }
    });
    for answer in &answers {
        answer.expect(200);
    }
    let shown = reactions(&kate, &message);
    let mut names: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|reaction| reaction.as_object().unwrap().keys().cloned())
        .collect();
    names.sort();
    let mut expected: Vec<_> = (0..20)
        .filter(|number| number % 4 < 2)
        .map(|number| format!("n{number}"))
        .chain(["heart".to_owned()])
        .collect();
    expected.sort();
    assert_eq!(names, expected);
    let hearts = shown.as_array().unwrap().iter().find_map(|one| one.get("heart"));
    assert_eq!(
        hearts.unwrap().as_array().unwrap().len(),
        2,
        "each of the two once"
    );
}
