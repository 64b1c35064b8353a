//! Searching messages.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::groups::{conversation_of, gathered, leave};
use crate::failure::{Outcome, equal};
use crate::person::{Answers as _, Person, at, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Searching messages",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "every piece of the query must be in a message, in any case, accent, punctuation or script, whole or in part",
        words,
    ),
    case("a search is narrowed by sender and time", narrowed),
    case(
        "what is found is newest first, and the cursor leads through all of it",
        pages,
    ),
    case(
        "one conversation is searched, or all of the caller's",
        where_to_search,
    ),
    case("an edit and a delete count at once", edited_and_deleted),
    case("searching marks nothing as read", marks_nothing),
    case("nobody finds what is not, or no longer, theirs", others),
    case("a query without a word, or none, is a 400", bad_queries),
];

/// What a search finds, followed by its cursor to the end.
fn found(person: &Person, parameters: &[(&str, &str)]) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let place = cursor.iter().map(|cursor| ("starting_after", cursor.as_str()));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .extend_pairs(place)
            .finish();
        let page = person.get(&format!("/v1/messages/search?{query}")).answers(200)?;
        let items = page["data"].as_array().into_iter().flatten();
        found.extend(items.map(|item| item["message"].as_str().unwrap_or_default().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return Ok(found),
        }
    }
}

/// Queries, texts that they find, and texts that they do not.
const TABLE: &[(&str, &[&str], &[&str])] = &[
    (
        "paris",
        &["Wir fliegen nach PARIS", "Nous volons à Paris :", "no comparison"],
        &["Par is"],
    ),
    ("ou été", &["Où est Kevin cet ete ?"], &["Où est Kevin ?"]),
    ("weihnacht gans", &["die Weihnachtsgans"], &["die Gans"]),
    ("圣诞", &["我们要去巴黎过圣诞节"], &["圣的诞"]),
    ("ｐａｒｉｓ", &["Paris"], &["Rome"]),
    (
        "dont",
        &["I don't", "I don’t", "DONT"],
        &["London theatre", "don t"],
    ),
    ("don't", &["I dont", "I don’t"], &["London theatre", "don t"]),
    ("obrien", &["Mrs O'Brien", "Mrs O’Brien"], &["o, Brien"]),
    ("wellknown", &["a well-known song"], &["a well known song"]),
    ("well-known", &["a wellknown song"], &["a well known song"]),
    ("usa", &["the U.S.A. anthem", "USA crowd"], &["U S A"]),
    ("u.s.a.", &["the USA", "the U.S.A."], &["U S A"]),
    (
        "192.168.0.1",
        &["ping 192.168.0.1", "http://192.168.0.1/a"],
        &["0 of 168 in 192 days, 1", "192.16.80.1", "192 168 0 1"],
    ),
    ("1000", &["1,000 cheers", "1'000 cheers"], &["1 000 cheers"]),
    ("c++", &["C++ books"], &["C books"]),
    ("party tomorrow", &["Tomorrow: the party"], &["the party"]),
    (
        "\"the party\"",
        &["Tomorrow: the party!", "the – party"],
        &["party, the", "the big party"],
    ),
    ("„the party“", &["the party"], &["the big party"]),
    ("«the party»", &["the party"], &["the big party"]),
    ("「the party」", &["the party"], &["the big party"]),
    ("'the party'", &["the party"], &["the big party"]),
];

fn words(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    for (query, found_in, not_in) in TABLE {
        let mut sent = Vec::new();
        for words in found_in.iter().chain(*not_in) {
            sent.push(at(&kevin.say(&conversation, words)?));
        }
        let expected: Vec<String> = found_in.iter().rev().map(|words| (*words).to_owned()).collect();
        // Of one conversation: the search of all follows a list that moves within about a second.
        let parameters = [("query", *query), ("conversation_id", id_of(&conversation))];
        equal(query, found(kate, &parameters)?, expected)?;
        for message in sent {
            kevin.delete(&message).answers(204)?;
        }
    }
    Ok(())
}

fn narrowed(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let mut times = Vec::new();
    for (number, sender) in [kate, kevin, kate, kevin].into_iter().enumerate() {
        let message = sender.say(&conversation, &format!("pizza {number}"))?;
        times.push(message["created_at"].to_string());
        Tester::a_second_passes();
    }
    let own = ("contact_id", kate.id.as_str());
    let others = ("contact_id", kevin.id.as_str());
    let (second, last) = (times[1].as_str(), times[3].as_str());
    for (filter, expected) in [
        (vec![own], vec![2, 0]),
        (vec![others], vec![3, 1]),
        (vec![("contact_id", NOBODY)], vec![]),
        (vec![("after", second)], vec![3, 2, 1]),
        (vec![("before", last)], vec![2, 1, 0]),
        (vec![("after", second), ("before", last)], vec![2, 1]),
        (vec![("after", second), ("before", last), own], vec![2]),
        (vec![("before", "1")], vec![]),
        (vec![("after", "253402300799")], vec![]),
    ] {
        let expected: Vec<String> = expected.iter().map(|number| format!("pizza {number}")).collect();
        let id = id_of(&conversation);
        let in_one: Vec<_> = [("query", "pizza"), ("conversation_id", id)]
            .into_iter()
            .chain(filter.clone())
            .collect();
        equal("of the conversation", found(kate, &in_one)?, expected.clone())?;
        let in_all: Vec<_> = [("query", "pizza"), ("limit", "1")]
            .into_iter()
            .chain(filter)
            .collect();
        Tester::eventually("the same of all conversations", || {
            Ok(found(kate, &in_all)? == expected)
        })?;
    }
    let search = |filter: &str| kate.get(&format!("/v1/messages/search?query=pizza&{filter}"));
    search("after=5&before=5").refused(400, "parameter_invalid", Some("before"))?;
    search("after=-1").refused(400, "parameter_invalid", Some("after"))?;
    search("before=soon").refused(400, "parameter_invalid", Some("before"))?;
    search("contact_id=x").refused(400, "parameter_invalid", Some("contact_id"))
}

fn pages(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let with_kevin = tester.pair()?;
    let with_frank = kate.meet(frank)?;
    let mut expected = Vec::new();
    for number in 0..6 {
        let (sender, conversation) = if number % 2 == 0 {
            (kevin, &with_kevin)
        } else {
            (frank, &with_frank)
        };
        let words = format!("pizza {number}");
        sender.say(conversation, &words)?;
        sender.say(conversation, "nothing of it")?;
        expected.insert(0, words);
    }
    // The search of all conversations follows the caller's list of them, which moves within about a second.
    Tester::eventually("all of it is found", || {
        Ok(found(kate, &[("query", "pizza")])?.len() == expected.len())
    })?;
    for limit in ["1", "2", "5", "100"] {
        let parameters = [("query", "pizza"), ("limit", limit)];
        equal(limit, found(kate, &parameters)?, expected.clone())?;
    }
    Ok(())
}

fn where_to_search(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let with_kevin = tester.pair()?;
    let with_frank = kate.meet(frank)?;
    kevin.say(&with_kevin, "Merry Christmas, Kate")?;
    frank.say(&with_frank, "Christmas is cancelled")?;
    let in_one = |conversation: &str| {
        found(
            kate,
            &[("query", "christmas"), ("conversation_id", id_of(conversation))],
        )
    };
    equal(
        "of Kevin's",
        in_one(&with_kevin)?,
        vec!["Merry Christmas, Kate".to_owned()],
    )?;
    equal(
        "of Frank's",
        in_one(&with_frank)?,
        vec!["Christmas is cancelled".to_owned()],
    )?;
    Tester::eventually("both are found", || {
        Ok(found(kate, &[("query", "christmas")])?.len() == 2)
    })
}

fn edited_and_deleted(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let message = at(&kevin.say(&conversation, "Buzz, your girlfriend")?);
    let count = |query: &str| {
        let parameters = [("query", query), ("conversation_id", id_of(&conversation))];
        found(kate, &parameters).map(|found| found.len())
    };
    equal("before", [count("girlfriend")?, count("woof")?], [1, 0])?;
    kevin.put(&message, &json!({"message": "Woof!"})).answers(200)?;
    equal("edited", [count("girlfriend")?, count("woof")?], [0, 1])?;
    kevin.delete(&message).answers(204)?;
    equal("deleted", [count("girlfriend")?, count("woof")?], [0, 0])
}

fn marks_nothing(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    kevin.say(&conversation, "Are you thirsty for more?")?;
    found(
        kate,
        &[("query", "thirsty"), ("conversation_id", id_of(&conversation))],
    )?;
    let side = kate.get(&conversation).answers(200)?;
    equal(
        "unread and opened",
        [&side["unread_count"], &side["last_opened_at"]],
        [&json!(1), &Value::Null],
    )
}

fn others(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let group = gathered(tester)?;
    let conversation = conversation_of(kate, &group)?;
    kate.say(&conversation, "A secret of the group")?;
    let with_kevin = kate.get(&kevin.entry()).answers(200)?;
    let pair = with_kevin["conversation_id"].as_str().unwrap_or_default();
    kate.say(pair, "A secret of two")?;
    leave(frank, &group).answers(204)?;
    let nothing: Vec<String> = Vec::new();
    for stranger in [frank, fuller] {
        equal(
            "of all",
            found(stranger, &[("query", "secret")])?,
            nothing.clone(),
        )?;
        for id in [id_of(&conversation), pair, NOBODY] {
            stranger
                .get(&format!("/v1/messages/search?query=secret&conversation_id={id}"))
                .refused(404, "resource_missing", Some("conversation_id"))?;
        }
    }
    Tester::eventually("who takes part finds both", || {
        Ok(found(kevin, &[("query", "secret")])?.len() == 2)
    })
}

fn bad_queries(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let search = |query: &str| kate.get(&format!("/v1/messages/search{query}"));
    search("").refused(400, "parameter_missing", Some("query"))?;
    for none in [
        "?query=%20",
        "?query=%2C.",
        &format!("?query={}", "a".repeat(201)),
    ] {
        search(none).refused(400, "parameter_invalid", Some("query"))?;
    }
    search("?query=a&query=b").refused(400, "parameter_invalid", Some("query"))?;
    search("?query=a&starting_after=x").refused(400, "cursor_invalid", Some("starting_after"))
}
