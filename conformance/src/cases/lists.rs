//! Pages of lists: `limit`, cursors, `has_more`, `next_cursor`, filters.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Case, Section, case};
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, Person, id, id_of};
use crate::tester::{NOBODY, Tester};

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
    case(
        "starting_after and ending_before together are refused",
        both_cursors,
    ),
    case(
        "a cursor of another kind, or another list, is cursor_invalid",
        other_cursors,
    ),
    case("a position outlives its row", outlives),
    case(
        "a reader who follows next_cursor sees nothing twice while others write",
        while_others_write,
    ),
    case(
        "a reader who follows ending_before in a conversation sees each message once",
        following_back,
    ),
];

/// How a case saw one page.
pub(super) struct Page {
    pub(super) ids: Vec<String>,
    has_more: bool,
    next_cursor: Option<String>,
}

#[track_caller]
pub(super) fn page(caller: &Person, path: &str, query: &str) -> Outcome<Page> {
    let page = caller.get(&format!("{path}?{query}")).answers(200)?;
    let items = page["data"].as_array().into_iter().flatten();
    Ok(Page {
        ids: items.map(|item| id(item).to_owned()).collect(),
        has_more: page["has_more"] == true,
        next_cursor: page["next_cursor"].as_str().map(str::to_owned),
    })
}

/// Asserts that every page of the list `path?filter` is the piece of `all` that it should be: each size of page, from
/// each place, in both directions, by ids and by `next_cursor`.
#[track_caller]
pub(super) fn all_pages(caller: &Person, path: &str, filter: &str, all: &[String]) -> Outcome {
    let read = |query: String| page(caller, path, &format!("{query}&{filter}"));
    for limit in 1..=all.len() + 1 {
        let mut cursor = String::new();
        let mut seen = 0;
        loop {
            let found = read(format!("limit={limit}{cursor}"))?;
            let expected = &all[seen..all.len().min(seen + limit)];
            seen += expected.len();
            let what = format!("the page of {limit} that ends at {seen}, and has_more");
            equal(&what, (&found.ids, found.has_more), (expected, seen < all.len()))?;
            holds(
                "next_cursor is null when nothing follows, and only then",
                found.next_cursor.is_some() == found.has_more,
                &found.next_cursor,
            )?;
            match found.next_cursor {
                Some(next) => cursor = format!("&starting_after={next}"),
                None => break,
            }
        }
        equal("how many were seen", seen, all.len())?;
    }
    for (at, id) in all.iter().enumerate() {
        let (before, after) = (&all[..at], &all[at + 1..]);
        for limit in sizes(after.len()) {
            let found = read(format!("limit={limit}&starting_after={id}"))?;
            let expected = &after[..after.len().min(limit)];
            let what = format!("{limit} after number {at}, and has_more");
            equal(
                &what,
                (&found.ids, found.has_more),
                (expected, after.len() > limit),
            )?;
        }
        for limit in sizes(before.len()) {
            let found = read(format!("limit={limit}&ending_before={id}"))?;
            let expected = &before[before.len().saturating_sub(limit)..];
            let what = format!("{limit} before number {at}, and has_more");
            equal(
                &what,
                (&found.ids, found.has_more),
                (expected, before.len() > limit),
            )?;
        }
    }
    Ok(())
}

/// Sizes of pages for a list of which so much is left: one, and those around the end, where mistakes are made.
fn sizes(left: usize) -> BTreeSet<usize> {
    let sizes = [1, left.saturating_sub(1), left].into_iter();
    sizes.filter(|size| *size > 0).collect()
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
fn write(tester: &Tester, conversation: &str, count: usize) -> Outcome<Vec<String>> {
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

fn of(conversation: &str) -> String {
    format!("conversation_id={}&mark_read=false", id_of(conversation))
}

fn pages_of_messages(tester: &Tester) -> Outcome {
    let Tester {
        kate, kevin, frank, ..
    } = tester;
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
    let Tester {
        kate,
        kevin,
        frank,
        fuller,
        ..
    } = tester;
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
    let Tester { kate, kevin, .. } = tester;
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
    for path in ["/v1/contacts", "/v1/conversations", "/v1/messages"] {
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
            kate.get(&format!("{path}?limit={limit}"))
                .refused(400, "parameter_invalid", Some("limit"))?;
        }
        for limit in ["1", "100"] {
            kate.get(&format!("{path}?limit={limit}")).answers(200)?;
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

fn both_cursors(tester: &Tester) -> Outcome {
    let Tester { kate, kevin, .. } = tester;
    let conversation = tester.pair()?;
    let message = id(&kate.say(&conversation, "Hello")?).to_owned();
    for (path, id, filter) in [
        ("/v1/contacts", &*kevin.id, String::new()),
        ("/v1/conversations", id_of(&conversation), String::new()),
        ("/v1/messages", &message, String::new()),
        ("/v1/messages", &message, format!("&{}", of(&conversation))),
    ] {
        kate.get(&format!("{path}?starting_after={id}&ending_before={id}{filter}"))
            .refused(400, "parameter_invalid", Some("ending_before"))?;
    }
    Ok(())
}

fn other_cursors(tester: &Tester) -> Outcome {
    let Tester {
        kate,
        kevin,
        frank,
        fuller,
        ..
    } = tester;
    let conversation = tester.pair()?;
    let other = kate.meet(frank)?;
    let foreign = frank.meet(fuller)?;
    let message = id(&kate.say(&conversation, "Hello")?).to_owned();
    let elsewhere = id(&kate.say(&other, "Elsewhere")?).to_owned();
    let not_mine = id(&frank.say(&foreign, "Not yours")?).to_owned();
    let (own, far) = (id_of(&conversation), id_of(&foreign));
    let malformed = [
        NOBODY,
        "",
        "x",
        "0000-00000000000",
        "00000000000000000",
        "cur_",
        "cur_x",
        "%F0%9F%8E%A9",
    ];
    let messages = of(&conversation);
    for (path, filter, nowhere) in [
        ("/v1/contacts", "", vec![own, far, &message]),
        ("/v1/conversations", "", vec![far, &kevin.id, &kate.id, &message]),
        ("/v1/messages", "", vec![own, far, &kate.id, &kevin.id, &not_mine]),
        (
            "/v1/messages",
            &messages,
            vec![own, far, &kate.id, &not_mine, &elsewhere],
        ),
    ] {
        for param in ["starting_after", "ending_before"] {
            for cursor in nowhere.iter().chain(&malformed) {
                // A contact's and a message's ids look alike, but for the time in them: a message may be a position.
                if path == "/v1/contacts" && *cursor == message {
                    continue;
                }
                kate.get(&format!("{path}?{param}={cursor}&{filter}")).refused(
                    400,
                    "cursor_invalid",
                    Some(param),
                )?;
            }
        }
    }
    // What can be seen is a position: of all messages those of each conversation.
    for cursor in [&message, &elsewhere] {
        kate.get(&format!("/v1/messages?starting_after={cursor}"))
            .answers(200)?;
    }
    Ok(())
}

fn outlives(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    conversations(tester, 5)?;
    let ids: Vec<_> = kate
        .all("/v1/contacts")?
        .iter()
        .map(|it| id(it).to_owned())
        .collect();
    equal("how many there are", ids.len(), 5)?;
    let gone = &ids[2];
    kate.delete(&format!("/v1/contacts/{gone}")).answers(204)?;
    let after = page(kate, "/v1/contacts", &format!("starting_after={gone}"))?;
    equal(
        "after it, and has_more",
        (after.ids, after.has_more),
        (&ids[3..], false),
    )?;
    let before = page(kate, "/v1/contacts", &format!("ending_before={gone}"))?;
    equal(
        "before it, and has_more",
        (before.ids, before.has_more),
        (&ids[..2], false),
    )
}

fn while_others_write(tester: &Tester) -> Outcome {
    let Tester {
        kate, kevin, frank, ..
    } = tester;
    let conversation = tester.pair()?;
    let second = kate.meet(frank)?;
    write(tester, &conversation, 4)?;
    kate.say(&second, "Hello")?;
    kate.say(&second, "Hello again")?;
    for filter in [of(&conversation), String::new()] {
        let expected = page(kate, "/v1/messages", &format!("limit=100&{filter}"))?.ids;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let found = page(kate, "/v1/messages", &format!("limit=2{cursor}&{filter}"))?;
            seen.extend(found.ids);
            let Some(next) = found.next_cursor else { break };
            cursor = format!("&starting_after={next}");
            kevin.say(&conversation, "Meanwhile")?;
            kate.say(&second, "Meanwhile")?;
        }
        equal("what was there at the start", seen, expected)?;
    }
    // The conversations move while they are read.
    let expected = [id_of(&second).to_owned(), id_of(&conversation).to_owned()];
    shows(kate, "", &expected)?;
    let first = page(kate, "/v1/conversations", "limit=1")?;
    kevin.say(&conversation, "This one moves up")?;
    let place = first.next_cursor.unwrap_or_default();
    let rest = page(kate, "/v1/conversations", &format!("starting_after={place}"))?;
    holds("none comes twice", !rest.ids.contains(&first.ids[0]), &rest.ids)
}

fn following_back(tester: &Tester) -> Outcome {
    let Tester { kate, kevin, .. } = tester;
    let conversation = tester.pair()?;
    let mut last = id(&kate.say(&conversation, "The first")?).to_owned();
    let (mut sent, mut seen) = (Vec::new(), Vec::new());
    for number in 0..4 {
        for sender in [kate, kevin, kate] {
            sent.push(id(&sender.say(&conversation, &format!("Number {number}"))?).to_owned());
        }
        loop {
            let query = format!("limit=2&ending_before={last}&{}", of(&conversation));
            let mut found = page(kevin, "/v1/messages", &query)?;
            found.ids.reverse();
            if let Some(newest) = found.ids.last() {
                last.clone_from(newest);
            }
            seen.extend(found.ids);
            if !found.has_more {
                break;
            }
        }
    }
    equal("each message once, in the order of sending", seen, sent)
}
