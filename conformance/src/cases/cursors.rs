//! Positions in lists: `starting_after`, `ending_before`, and what becomes of a position.

use super::case::{Case, Section, case};
use super::lists::{conversations, of, page, shows, write};
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, at, id, id_of};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Positions in lists",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "starting_after and ending_before together are refused",
        both_cursors,
    ),
    case(
        "a cursor of another kind, or another list, is cursor_invalid",
        other_cursors,
    ),
    case(
        "every message that the caller can see, or could have seen, is a position",
        own_positions,
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

fn both_cursors(tester: &Tester) -> Outcome {
    let [kate, kevin, _, _] = tester.people();
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
    let [kate, kevin, frank, fuller] = tester.people();
    let conversation = tester.pair()?;
    let other = kate.meet(frank)?;
    let foreign = frank.meet(fuller)?;
    let message = id(&kate.say(&conversation, "Hello")?).to_owned();
    let elsewhere = id(&kate.say(&other, "Elsewhere")?).to_owned();
    let not_mine = id(&frank.say(&foreign, "Not yours")?).to_owned();
    let gone = kate.add(&tester.nobody(0))?;
    let deleted = id(&kate.say(&gone, "To be gone")?).to_owned();
    kate.delete(&gone).answers(204)?;
    let [own, near, far, gone] = [&conversation, &other, &foreign, &gone].map(|path| id_of(path));
    let malformed = [
        NOBODY,
        "",
        "x",
        "0000-00000000000",
        "00000000000000000",
        "cur_",
        "cur_x",
        "cur_cur_0000000000000000",
        "%F0%9F%8E%A9",
    ];
    let (messages, place) = (of(&conversation), format!("cur_{message}"));
    let no_message = [own, near, far, gone, &kate.id, &kevin.id, &not_mine, &deleted];
    let not_of_it = [&no_message[..], &[&*elsewhere, &place]].concat();
    // A contact's and a message's ids look alike, but for the time in them: a message may be a position in contacts.
    for (path, filter, nowhere) in [
        ("/v1/contacts", "", &[own, far, gone][..]),
        (
            "/v1/conversations",
            "",
            &[far, gone, &kevin.id, &kate.id, &message],
        ),
        ("/v1/messages", "", &no_message),
        ("/v1/messages", &messages, &not_of_it),
    ] {
        for param in ["starting_after", "ending_before"] {
            for cursor in nowhere.iter().chain(&malformed) {
                kate.get(&format!("{path}?{param}={cursor}&{filter}")).refused(
                    400,
                    "cursor_invalid",
                    Some(param),
                )?;
            }
        }
    }
    // Somebody else's, a deleted one and one that never was are told apart by nothing.
    let essence = |id: &str| -> Outcome<_> {
        let exchange = kate.get(&format!("/v1/conversations?starting_after={id}"))?;
        Ok(exchange.answer.essence())
    };
    for id in [far, gone] {
        equal("the answer", essence(id)?, essence(NOBODY)?)?;
    }
    Ok(())
}

fn own_positions(tester: &Tester) -> Outcome {
    let [kate, _, frank, _] = tester.people();
    let conversation = tester.pair()?;
    let other = kate.meet(frank)?;
    let message = id(&kate.say(&conversation, "Hello")?).to_owned();
    let elsewhere = id(&kate.say(&other, "Elsewhere")?).to_owned();
    for param in ["starting_after", "ending_before"] {
        for id in [&message, &elsewhere] {
            for prefix in ["", "cur_"] {
                kate.get(&format!("/v1/messages?{param}={prefix}{id}"))
                    .answers(200)?;
            }
        }
    }
    // What could be a message of the conversation is a position, also when it never was one: here a later one.
    let later = at(&kate.say(&conversation, "Later")?);
    kate.delete(&later).answers(204)?;
    let query = format!("starting_after={}&{}", id_of(&later), of(&conversation));
    equal("after it", page(kate, "/v1/messages", &query)?.ids, [&message])?;
    let newest = page(kate, "/v1/messages", "limit=1")?;
    equal("next_cursor", newest.next_cursor, format!("cur_{elsewhere}"))
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
    let [kate, kevin, frank, _] = tester.people();
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
    let [kate, kevin, _, _] = tester.people();
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
