//! Pages of lists: `limit`, `has_more`, `next_cursor`.

use serde_json::json;

use super::case::{Case, Section, case};
use crate::failure::{Outcome, equal};
use crate::person::{Answers as _, Person, id, id_of};
use crate::probes::pages::{Page, walk};
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Lists",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "contacts: every page of every size, in both directions, by ids and by next_cursor",
        pages_of_contacts,
    ),
    case(
        "messages of a conversation: every page of every size, in both directions",
        pages_of_messages,
    ),
    case(
        "all messages, merged by id: every page of every size, in both directions",
        pages_of_all_messages,
    ),
    case("ten items are a page where no limit is given", ten),
    case("limit is a whole number from 1 to 100", limits),
    case("a list of nothing is an empty page", nothing),
];

/// Reads `path` with these parameters of a query.
#[track_caller]
pub(super) fn page(caller: &Person, path: &str, query: &str) -> Outcome<Page> {
    let body = caller.get(&format!("{path}?{query}")).answers(200)?;
    Ok(Page::of(&body))
}

/// Asserts that every page of the list `path?filter` is the piece of `all` that it should be.
#[track_caller]
pub(super) fn all_pages(caller: &Person, path: &str, filter: &str, all: &[String]) -> Outcome {
    walk(all, |query, expected| {
        let found = page(caller, path, &format!("{query}&{filter}"))?;
        equal(
            &format!("the ids with {query}, has_more, and whether next_cursor is given"),
            (&found.ids, found.has_more, found.next_cursor.is_some()),
            (expected.ids, expected.has_more, expected.is_followed),
        )?;
        Ok(found.next_cursor)
    })
}

/// Kate adds so many people without tokens. The paths of the conversations, newest first.
pub(super) fn conversations(tester: &Tester, count: usize) -> Outcome<Vec<String>> {
    let mut paths = Vec::new();
    for number in 0..count {
        paths.insert(0, tester.kate.add(&tester.nobody(number))?);
    }
    Ok(paths)
}

pub(super) fn ids_of(paths: &[String]) -> Vec<String> {
    paths.iter().map(|path| id_of(path).to_owned()).collect()
}

/// Waits until the list of conversations shows these.
#[track_caller]
pub(super) fn shows(caller: &Person, filter: &str, expected: &[String]) -> Outcome {
    let mut seen = Vec::new();
    Tester::eventually("the list of conversations is up to date", || {
        seen = page(caller, "/v1/conversations", filter)?.ids;
        Ok(seen == expected)
    })
    .map_err(|failure| failure.with_values(format!("{expected:?}"), format!("{seen:?}")))
}

fn pages_of_contacts(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    conversations(tester, 3)?;
    kate.meet(&tester.kevin)?;
    kate.meet(&tester.frank)?;
    // In the order of the ids, newest person first.
    let mut ids: Vec<_> = kate
        .all("/v1/contacts")?
        .iter()
        .map(|it| id(it).to_owned())
        .collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    equal("how many there are", ids.len(), 5)?;
    all_pages(kate, "/v1/contacts", "", &ids)
}

/// Sends so many messages, every third one as Kevin, and gives their ids, newest first.
pub(super) fn write(tester: &Tester, conversation: &str, count: usize) -> Outcome<Vec<String>> {
    let mut ids = Vec::new();
    for number in 0_usize..count {
        let sender = if number.is_multiple_of(3) {
            &tester.kevin
        } else {
            &tester.kate
        };
        ids.insert(
            0,
            id(&sender.say(conversation, &format!("Number {number}"))?).to_owned(),
        );
    }
    Ok(ids)
}

/// The query for the messages of a conversation, which marks none as read.
pub(super) fn of(conversation: &str) -> String {
    format!("conversation_id={}&mark_read=false", id_of(conversation))
}

fn pages_of_messages(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let conversation = tester.pair()?;
    let mut ids = write(tester, &conversation, 5)?;
    // What is elsewhere does not show.
    kate.say(&kate.meet(frank)?, "Elsewhere")?;
    for one in [kate, kevin] {
        all_pages(one, "/v1/messages", &of(&conversation), &ids)?;
    }
    // Without the newest, one between and the oldest. A position outlives its row.
    for place in [4, 2, 0] {
        let gone = ids.remove(place);
        let path = format!("/v1/messages/{gone}");
        let of_kate = kate.get(&path).answers(200)?["contact"]["id"] == *kate.id;
        (if of_kate { kate } else { kevin }).delete(&path).answers(204)?;
        let found = |param: &str| {
            let query = format!("{param}={gone}&{}", of(&conversation));
            page(kevin, "/v1/messages", &query)
        };
        equal("after it", found("starting_after")?.ids, &ids[place..])?;
        equal("before it", found("ending_before")?.ids, &ids[..place])?;
    }
    all_pages(kevin, "/v1/messages", &of(&conversation), &ids)
}

fn pages_of_all_messages(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let others = [kevin, frank, fuller];
    let places = [kate.meet(kevin)?, kate.meet(frank)?, kate.meet(fuller)?];
    // One is in the archive.
    kate.put(&places[1], &json!({"archived_at": 1})).answers(200)?;
    let mut ids = Vec::new();
    for (number, place) in [0, 1, 2, 1, 0, 2, 1].into_iter().enumerate() {
        let sender = if number % 2 == 0 { kate } else { others[place] };
        ids.push(id(&sender.say(&places[place], &format!("Number {number}"))?).to_owned());
    }
    // Across conversations only ids are compared.
    ids.sort_unstable_by(|one, other| other.cmp(one));
    all_pages(kate, "/v1/messages", "", &ids)?;
    let own = page(frank, "/v1/messages", "")?;
    equal("Frank sees what is his", own.ids.len(), 3)
}

fn ten(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let paths = conversations(tester, 11)?;
    shows(kate, "limit=100", &ids_of(&paths))?;
    let conversation = tester.pair()?;
    for _ in 0..11 {
        kevin.say(&conversation, "Hello")?;
    }
    for path in ["/v1/contacts", "/v1/conversations", "/v1/messages"] {
        let first = page(kate, path, "")?;
        equal(
            &format!("{path}: how many, and has_more"),
            (first.ids.len(), first.has_more),
            (10, true),
        )?;
    }
    let first = page(kate, "/v1/messages", &of(&conversation))?;
    equal("of a conversation", (first.ids.len(), first.has_more), (10, true))?;
    let all = page(kate, "/v1/contacts", "limit=100")?;
    equal("a hundred are all", (all.ids.len(), all.has_more), (12, false))
}

fn limits(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let of_one = of(&tester.pair()?);
    for (path, filter) in [
        ("/v1/contacts", ""),
        ("/v1/conversations", ""),
        ("/v1/messages", ""),
        ("/v1/messages", &of_one),
    ] {
        for limit in [
            "0",
            "101",
            "-1",
            "abc",
            "%2B5",
            "05",
            "5.0",
            "1e1",
            "",
            "null",
            "%20",
            "9223372036854775808",
            "%D9%A3",
        ] {
            kate.get(&format!("{path}?limit={limit}&{filter}")).refused(
                400,
                "parameter_invalid",
                Some("limit"),
            )?;
        }
        for limit in ["1", "100"] {
            kate.get(&format!("{path}?limit={limit}&{filter}")).answers(200)?;
        }
    }
    Ok(())
}

fn nothing(tester: &Tester) -> Outcome {
    let fuller = &tester.fuller;
    for path in [
        "/v1/contacts",
        "/v1/conversations",
        "/v1/conversations?archived=true&limit=1",
        "/v1/messages",
        "/v1/messages?ending_before=cur_0000000000000000",
    ] {
        let empty = json!({"has_more": false, "data": [], "next_cursor": null});
        equal(path, fuller.get(path).answers(200)?, empty)?;
    }
    Ok(())
}
