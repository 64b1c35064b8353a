//! Pages of lists in all combinations, and what becomes of a cursor.

use std::collections::BTreeSet;

use serde_json::json;

use crate::routes::NOBODY;
use crate::world::{Person, id_of, person, text, two_people};

/// How a test saw one page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) ids: Vec<String>,
    pub(crate) has_more: bool,
    pub(crate) next_cursor: Option<String>,
}

/// Reads `path` with these parameters of a query.
#[track_caller]
pub(crate) fn page(caller: &Person<'_>, path: &str, query: &str) -> Page {
    let page = caller.get(&format!("{path}?{query}")).expect(200);
    let items = page["data"].as_array().unwrap();
    Page {
        ids: items.iter().map(|item| text(&item["id"])).collect(),
        has_more: page["has_more"].as_bool().unwrap(),
        next_cursor: page["next_cursor"].as_str().map(ToOwned::to_owned),
    }
}

/// Asserts that every page of the list `path?filter` is the piece of `all` that it should be: each size of page, from
/// each place, in both directions, by ids and by `next_cursor`.
pub(crate) fn assert_pages(caller: &Person<'_>, path: &str, filter: &str, all: &[String]) {
    let read = |query: String| page(caller, path, &format!("{query}&{filter}"));
    for limit in 1..=all.len() + 1 {
        let mut cursor = String::new();
        let mut seen = Vec::new();
        loop {
            let found = read(format!("limit={limit}{cursor}"));
            let place = seen.len();
            let expected = &all[place..all.len().min(place + limit)];
            let has_more = place + expected.len() < all.len();
            assert_eq!(
                (&found.ids[..], found.has_more),
                (expected, has_more),
                "limit {limit}, from {place}, {filter}"
            );
            assert_eq!(
                found.next_cursor.is_some(),
                has_more,
                "it is null when nothing follows"
            );
            seen.extend(found.ids);
            match found.next_cursor {
                Some(next) => cursor = format!("&starting_after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, all);
    }
    for (at, id) in all.iter().enumerate() {
        let (before, after) = (&all[..at], &all[at + 1..]);
        for limit in sizes(after.len()) {
            let found = read(format!("limit={limit}&starting_after={id}"));
            let expected = &after[..after.len().min(limit)];
            assert_eq!(
                (&found.ids[..], found.has_more),
                (expected, after.len() > limit),
                "after {at}, limit {limit}, {filter}"
            );
        }
        for limit in sizes(before.len()) {
            let found = read(format!("limit={limit}&ending_before={id}"));
            let expected = &before[before.len().saturating_sub(limit)..];
            assert_eq!(
                (&found.ids[..], found.has_more),
                (expected, before.len() > limit),
                "before {at}, limit {limit}, {filter}"
            );
        }
        // Whoever turns round meets the item that they came from.
        if let Some(next) = read(format!("ending_before={id}")).next_cursor {
            let found = read(format!("limit=1&starting_after={next}"));
            assert_eq!(&found.ids[..], &all[at..=at], "{filter}");
        } else {
            assert_eq!(at, 0, "something is before it, and so it follows something");
        }
    }
}

/// Sizes of pages for a list of which so much is left: one, and those around the end, where mistakes are made.
fn sizes(left: usize) -> BTreeSet<usize> {
    [1, left.saturating_sub(1), left]
        .into_iter()
        .filter(|size| *size > 0)
        .collect()
}

/// The ids of the caller's conversations that match, as an outsider works them out: newest first.
fn matching(states: &[(String, [bool; 3])], wanted: [Option<bool>; 3]) -> Vec<String> {
    let mut ids: Vec<_> = states
        .iter()
        .filter(|(_, state)| {
            wanted
                .iter()
                .zip(state)
                .all(|(wanted, is)| wanted.is_none_or(|wanted| wanted == *is))
        })
        .map(|(path, _)| id_of(path).to_owned())
        .collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids
}

const FILTERS: [&str; 3] = ["muted", "archived", "pinned"];

/// Puts the conversation at `path` into a state, as [`FILTERS`] order it.
pub(crate) fn set_state(caller: &Person<'_>, path: &str, [is_muted, is_archived, is_pinned]: [bool; 3]) {
    let archived_at = is_archived.then_some(1_700_000_000);
    let change = json!({"is_muted": is_muted, "archived_at": archived_at, "is_pinned": is_pinned});
    caller.put(path, &change).expect(200);
}

/// Asserts all pages of one combination of filters.
pub(crate) fn assert_filtered(
    caller: &Person<'_>,
    states: &[(String, [bool; 3])],
    wanted: [Option<bool>; 3],
) {
    let given = FILTERS
        .iter()
        .zip(wanted)
        .filter_map(|(name, wanted)| Some(format!("{name}={}", wanted?)));
    let query = given.collect::<Vec<_>>().join("&");
    assert_pages(caller, "/v1/conversations", &query, &matching(states, wanted));
}

#[test]
fn every_filter_with_every_size_of_page() {
    let kate = person("filters");
    // One conversation in every state there is, and one more in the most common one.
    let states: Vec<_> = (0..9)
        .map(|number| {
            let path = kate.meet(&person("filters.other"));
            let state = [number & 1 > 0, number & 2 > 0, number & 4 > 0];
            set_state(&kate, &path, state);
            (path, state)
        })
        .collect();
    let choices = [None, Some(true), Some(false)];
    for muted in choices {
        for archived in choices {
            for pinned in choices {
                assert_filtered(&kate, &states, [muted, archived, pinned]);
            }
        }
    }
    // The filters are each participant's own.
    let frank = person("filters.third");
    let path = frank.meet(&kate);
    set_state(&frank, &path, [true, true, true]);
    assert!(
        page(&kate, "/v1/conversations", "archived=false")
            .ids
            .contains(&id_of(&path).to_owned())
    );
}

#[test]
fn a_reader_follows_next_cursor_while_rows_go() {
    let kate = person("following");
    let mut paths = [(); 6].map(|()| kate.meet(&person("following.other")));
    paths.sort_unstable_by(|one, other| other.cmp(one));
    let first = page(&kate, "/v1/conversations", "limit=2");
    // The very row that the cursor was made from goes, and the next one moves into the archive.
    kate.delete(&paths[1]).expect(204);
    kate.put(&paths[2], &json!({"archived_at": 1})).expect(200);
    let query = format!(
        "limit=2&archived=false&starting_after={}",
        first.next_cursor.unwrap()
    );
    let second = page(&kate, "/v1/conversations", &query);
    assert_eq!(second.ids, [id_of(&paths[3]), id_of(&paths[4])]);
    assert!(second.has_more);
}

#[test]
fn a_cursor_is_a_place_in_this_list() {
    let (kate, kevin, conversation) = two_people("cursor");
    let gone = kate.meet(&person("cursor.gone"));
    kate.delete(&gone).expect(204);
    let (_, _, foreign) = two_people("cursor.foreign");
    let conversations = [id_of(&gone), id_of(&foreign), &kevin.id, &kate.id, &kate.token_id];
    let contacts = [
        id_of(&conversation),
        id_of(&gone),
        id_of(&foreign),
        &kate.token_id,
    ];
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
    for (path, other_kinds) in [
        ("/v1/conversations", &conversations[..]),
        ("/v1/contacts", &contacts[..]),
    ] {
        for param in ["starting_after", "ending_before"] {
            for cursor in other_kinds.iter().chain(&malformed) {
                let answer = kate.get(&format!("{path}?{param}={cursor}"));
                answer.refused(400, "cursor_invalid", Some(param));
            }
        }
        let answer = kate.get(&format!(
            "{path}?starting_after={}&ending_before={}",
            kevin.id, kevin.id
        ));
        answer.refused(400, "parameter_invalid", Some("ending_before"));
    }
    // Somebody else's, a deleted one and one that never was are told apart by nothing.
    let answers = [id_of(&foreign), id_of(&gone), NOBODY].map(|id| {
        kate.get(&format!("/v1/conversations?starting_after={id}"))
            .essence()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}
