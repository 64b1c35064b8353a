//! Lists of attachments.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::files::{PATH, announce, at, send, unlinked, upload};
use super::lists::{all_pages, page};
use crate::failure::{Outcome, equal};
use crate::person::{self, Answers as _, Person, id, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Lists of attachments",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "one's own uploads, sent or not: every page of every size, in both directions",
        own,
    ),
    case(
        "what was sent in a conversation: every page of every size, in both directions",
        of_a_conversation,
    ),
    case(
        "what leaves the messages of a conversation leaves its list",
        leaving,
    ),
    case("a list shows attachments as they are shown alone", same),
    case("a position outlives its row", outlives),
    case(
        "in one's own list only an own upload is a position, in a conversation's every id",
        positions,
    ),
    case(
        "ten items are a page where no limit is given, and limit is from 1 to 100",
        limits,
    ),
    case("a list of nothing is an empty page", nothing),
];

/// The query for the attachments of a conversation.
fn of(conversation: &str) -> String {
    format!("conversation_id={}", id_of(conversation))
}

/// Uploads so many files, and gives their ids, newest first.
#[track_caller]
fn uploads(caller: &Person, count: usize) -> Outcome<Vec<String>> {
    let mut ids = Vec::new();
    for number in 0..count {
        let uploaded = upload(caller, &format!("{number}.txt"), b"Hello")?;
        ids.insert(0, id(&uploaded).to_owned());
    }
    Ok(ids)
}

/// Waits until the list has these ids.
#[track_caller]
fn shows(caller: &Person, filter: &str, expected: &[String]) -> Outcome {
    let mut seen = Vec::new();
    Tester::eventually("the list of attachments is up to date", || {
        seen = page(caller, PATH, &format!("limit=100&{filter}"))?.ids;
        Ok(seen == expected)
    })
    .map_err(|failure| failure.with_values(format!("{expected:?}"), format!("{seen:?}")))
}

fn own(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let mut ids = uploads(kate, 3)?;
    ids.insert(0, id(&announce(kate, "House.txt", "text/plain", 5)?).to_owned());
    send(kate, &conversation, "", &json!([ids[1], ids[3]]))?;
    let foreign = uploads(kevin, 1)?;
    let message = send(kevin, &conversation, "", &json!(foreign))?;
    // What was forwarded is no upload, even of one's own.
    let forwards = json!([{"forward_id": foreign[0]}, {"forward_id": ids[1]}]);
    send(kate, &conversation, "", &forwards)?;
    shows(kate, "", &ids)?;
    all_pages(kate, PATH, "", &ids)?;
    shows(kevin, "", &foreign)?;
    kevin.delete(&person::at(&message)).answers(204)?;
    shows(kevin, "", &[])
}

fn of_a_conversation(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let conversation = tester.pair()?;
    let elsewhere = kate.meet(frank)?;
    let mut ids = Vec::new();
    for (one, count) in [(kate, 2), (kevin, 1)] {
        let sent = uploads(one, count)?;
        send(one, &conversation, "", &json!(sent))?;
        ids.extend(sent);
    }
    let other = uploads(kate, 2)?;
    send(kate, &elsewhere, "", &json!([other[0]]))?;
    for original in [other[0].clone(), ids[0].clone()] {
        let forward = send(kate, &conversation, "", &json!([{"forward_id": original}]))?;
        ids.push(id(&forward["attachments"][0]).to_owned());
    }
    ids.sort_unstable_by(|one, other| other.cmp(one));
    for one in [kate, kevin] {
        shows(one, &of(&conversation), &ids)?;
        all_pages(one, PATH, &of(&conversation), &ids)?;
    }
    shows(frank, &of(&elsewhere), &other[..1])
}

fn leaving(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let ids = uploads(kate, 4)?;
    let first = send(kate, &conversation, "One", &json!([ids[0]]))?;
    let second = send(kate, &conversation, "Two", &json!([ids[1], ids[2], ids[3]]))?;
    shows(kevin, &of(&conversation), &ids)?;
    kate.delete(&person::at(&first)).answers(204)?;
    shows(kevin, &of(&conversation), &ids[1..])?;
    kate.put(&person::at(&second), &json!({"attachments": [ids[2], ids[3]]}))
        .answers(200)?;
    shows(kevin, &of(&conversation), &ids[2..])?;
    kate.delete(&format!("{PATH}/{}", ids[2])).answers(204)?;
    for filter in [of(&conversation), String::new()] {
        shows(kate, &filter, &ids[3..])?;
    }
    Ok(())
}

fn same(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let ids = uploads(kate, 2)?;
    send(kate, &conversation, "", &json!([ids[1]]))?;
    shows(kevin, &of(&conversation), &ids[1..])?;
    shows(kate, "", &ids)?;
    for (one, filter) in [(kate, String::new()), (kevin, of(&conversation))] {
        let page = one.get(&format!("{PATH}?{filter}")).answers(200)?;
        for shown in page["data"].as_array().into_iter().flatten() {
            let alone = one.get(&at(shown)).answers(200)?;
            equal("the attachment", unlinked(shown), unlinked(&alone))?;
        }
    }
    Ok(())
}

fn outlives(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let mut ids = uploads(kate, 5)?;
    send(kate, &conversation, "Look", &json!(ids))?;
    shows(kate, &of(&conversation), &ids)?;
    let gone = ids.remove(2);
    kate.delete(&format!("{PATH}/{gone}")).answers(204)?;
    for filter in [String::new(), of(&conversation)] {
        shows(kate, &filter, &ids)?;
        let found = |param: &str| page(kate, PATH, &format!("{param}={gone}&{filter}"));
        equal("after it", found("starting_after")?.ids, &ids[2..])?;
        equal("before it", found("ending_before")?.ids, &ids[..2])?;
    }
    Ok(())
}

fn positions(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
    let conversation = tester.pair()?;
    let own = uploads(kate, 1)?.remove(0);
    let foreign = uploads(kevin, 1)?.remove(0);
    let message = send(kevin, &conversation, "", &json!([foreign]))?;
    shows(kevin, &of(&conversation), std::slice::from_ref(&foreign))?;
    let malformed = [
        "",
        "x",
        "0000-00000000000",
        "00000000000000000",
        "cur_0000000000000000",
    ];
    let (filter, ids) = (
        of(&conversation),
        [NOBODY, id_of(&conversation), id(&message), &foreign],
    );
    for param in ["starting_after", "ending_before"] {
        let ask = |cursor: &str, filter: &str| kate.get(&format!("{PATH}?{param}={cursor}&{filter}"));
        for cursor in malformed {
            for filter in ["", &filter] {
                ask(cursor, filter).refused(400, "cursor_invalid", Some(param))?;
            }
        }
        for cursor in ids {
            ask(cursor, "").refused(400, "cursor_invalid", Some(param))?;
            ask(cursor, &filter).answers(200)?;
        }
        ask(&own, "").answers(200)?;
        ask(&own, &filter).answers(200)?;
    }
    kate.get(&format!("{PATH}?starting_after={own}&ending_before={own}"))
        .refused(400, "parameter_invalid", Some("ending_before"))?;
    let oldest = page(kate, PATH, &format!("ending_before={NOBODY}&{filter}"))?;
    equal("before the first of all ids", oldest.ids, [foreign])
}

fn limits(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    let ids = uploads(kate, 11)?;
    send(kate, &conversation, "", &json!(ids))?;
    for filter in [String::new(), of(&conversation)] {
        shows(kate, &filter, &ids)?;
        let first = page(kate, PATH, &filter)?;
        equal(
            "the page, and has_more",
            (first.ids, first.has_more),
            (&ids[..10], true),
        )?;
        for limit in ["0", "101", "-1", "abc", "05", "", "1.0"] {
            kate.get(&format!("{PATH}?limit={limit}&{filter}")).refused(
                400,
                "parameter_invalid",
                Some("limit"),
            )?;
        }
    }
    for bad in ["", "x", "00000000000000000"] {
        kate.get(&format!("{PATH}?conversation_id={bad}")).refused(
            400,
            "parameter_invalid",
            Some("conversation_id"),
        )?;
    }
    Ok(())
}

fn nothing(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let conversation = tester.pair()?;
    shows(kate, "", &[])?;
    for filter in [String::new(), of(&conversation)] {
        let empty = json!({"has_more": false, "data": [], "next_cursor": Value::Null});
        let page = kate.get(&format!("{PATH}?{filter}")).answers(200)?;
        equal("the page", page, empty)?;
    }
    Ok(())
}
