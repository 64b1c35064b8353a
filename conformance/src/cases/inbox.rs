//! The list of conversations: its filters and its order.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::lists::{all_pages, conversations, ids_of, page, shows};
use crate::failure::{Outcome, equal};
use crate::person::{Answers as _, id_of};
use crate::probes::filters::{self, FILTERS};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "The list of conversations",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "conversations: every page of every size, with every filter",
        pages_of_conversations,
    ),
    case(
        "a conversation is a position whatever the filters",
        whatever_filters,
    ),
    case("filters are true or false, and group_id is an id", bad_filters),
    case("a conversation that is written in moves up for both", moves_up),
    case("a new message takes nothing out of the archive", stays_archived),
    case(
        "archiving and back is seen in the lists, and only in one's own",
        archived,
    ),
    case("pins do not reorder", pins),
];

fn pages_of_conversations(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = conversations(tester, 5)?;
    shows(kate, "", &ids_of(&paths))?;
    // The states in the order of the filters: most of them once, and the most common one twice.
    let states = [
        [false, false, false],
        [true, false, false],
        [false, true, false],
        [true, false, true],
        [false, false, false],
    ];
    for (path, state) in paths.iter().zip(states) {
        kate.put(path, &filters::update(state)).answers(200)?;
    }
    for wanted in [
        [None, None, None],
        [Some(true), None, None],
        [Some(false), None, None],
        [None, Some(true), None],
        [None, Some(false), None],
        [None, None, Some(true)],
        [None, None, Some(false)],
        [Some(true), Some(false), Some(true)],
        [Some(false), Some(false), Some(false)],
        [Some(true), Some(true), None],
    ] {
        let query = filters::query(wanted);
        let matching = paths.iter().zip(states);
        let matching = matching.filter(|(_, state)| filters::admits(wanted, *state));
        let expected: Vec<_> = matching.map(|(path, _)| id_of(path).to_owned()).collect();
        shows(kate, &query, &expected)?;
        all_pages(kate, "/v1/conversations", &query, &expected)?;
    }
    Ok(())
}

fn whatever_filters(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = conversations(tester, 3)?;
    shows(kate, "", &ids_of(&paths))?;
    let all = json!({"is_muted": true, "is_pinned": true, "archived_at": 5});
    kate.put(&paths[1], &all).answers(200)?;
    shows(kate, "archived=true", &ids_of(&paths[1..2]))?;
    let id = id_of(&paths[1]);
    let query = format!("muted=false&archived=false&starting_after={id}");
    equal(
        "after it",
        page(kate, "/v1/conversations", &query)?.ids,
        ids_of(&paths[2..]),
    )?;
    let query = format!("pinned=false&ending_before={id}");
    equal(
        "before it",
        page(kate, "/v1/conversations", &query)?.ids,
        ids_of(&paths[..1]),
    )
}

fn bad_filters(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for param in FILTERS {
        for value in ["=1", "=0", "=True", "=TRUE", "=yes", "=", "=null", "=true%20", ""] {
            kate.get(&format!("/v1/conversations?{param}{value}")).refused(
                400,
                "parameter_invalid",
                Some(param),
            )?;
        }
    }
    for value in ["", "x", "0000-00000000000"] {
        kate.get(&format!("/v1/conversations?group_id={value}")).refused(
            400,
            "parameter_invalid",
            Some("group_id"),
        )?;
    }
    tester.pair()?;
    for id in [NOBODY, &tester.kevin.id] {
        let list = kate
            .get(&format!("/v1/conversations?group_id={id}"))
            .answers(200)?;
        equal("a group that the caller is not in", &list["data"], json!([]))?;
    }
    Ok(())
}

fn moves_up(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, fuller] = tester.people();
    let shared = tester.pair()?;
    let (mine, theirs) = (kate.meet(frank)?, kevin.meet(fuller)?);
    let order = |first: &String, second: &String| ids_of(&[first.clone(), second.clone()]);
    shows(kate, "", &order(&mine, &shared))?;
    shows(kevin, "", &order(&theirs, &shared))?;
    kate.say(&shared, "Hello")?;
    shows(kate, "", &order(&shared, &mine))?;
    shows(kevin, "", &order(&shared, &theirs))?;
    kate.say(&mine, "Hello")?;
    shows(kate, "", &order(&mine, &shared))?;
    // A mark, an update and a reaction move nothing.
    kate.post(&format!("{shared}/read"), &json!({})).answers(200)?;
    kate.put(&shared, &json!({"is_muted": true})).answers(200)?;
    shows(kate, "", &order(&mine, &shared))
}

fn stays_archived(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let conversation = tester.pair()?;
    let other = kevin.meet(frank)?;
    kate.put(&conversation, &json!({"archived_at": 5})).answers(200)?;
    kevin
        .put(&conversation, &json!({"archived_at": 5}))
        .answers(200)?;
    kevin.put(&other, &json!({"archived_at": 6})).answers(200)?;
    kate.say(&conversation, "Hello")?;
    // In the archive it moves up all the same.
    shows(kevin, "archived=true", &ids_of(&[conversation.clone(), other]))?;
    for one in [kate, kevin] {
        shows(one, "archived=false", &[])?;
        let seen = one.get(&conversation).answers(200)?;
        equal("archived_at", &seen["archived_at"], 5)?;
    }
    Ok(())
}

fn archived(tester: &Tester) -> Outcome {
    let [kate, kevin, frank, _] = tester.people();
    let paths = [kate.meet(frank)?, tester.pair()?];
    let ids = ids_of(&[paths[1].clone(), paths[0].clone()]);
    shows(kate, "", &ids)?;
    for (archived_at, is_there, is_here) in [
        (json!(1_700_000_000), &ids[..1], &ids[1..]),
        (Value::Null, &[][..], &ids[..]),
    ] {
        kate.put(&paths[1], &json!({"archived_at": archived_at}))
            .answers(200)?;
        shows(kate, "archived=true", is_there)?;
        shows(kate, "archived=false", is_here)?;
        shows(kate, "", &ids)?;
        shows(kevin, "archived=false", &ids[..1])?;
    }
    Ok(())
}

fn pins(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let paths = conversations(tester, 3)?;
    shows(kate, "", &ids_of(&paths))?;
    kate.put(&paths[2], &json!({"is_pinned": true})).answers(200)?;
    shows(kate, "pinned=true", &ids_of(&paths[2..]))?;
    shows(kate, "", &ids_of(&paths))
}
