//! Pages of lists in all combinations, and what becomes of a cursor.

use std::convert::Infallible;

use conformance::probes::filters::{self, State, Wanted};
use conformance::probes::pages::{Page, walk};
use serde_json::{Value, json};

use crate::world::{Person, id_of, person, text, two_people};

/// Reads `path` with these parameters of a query.
#[track_caller]
pub(crate) fn page(caller: &Person<'_>, path: &str, query: &str) -> Page {
    Page::of(&caller.get(&format!("{path}?{query}")).expect(200))
}

/// Asserts that every page of the list `path?filter` is the piece of `all` that it should be.
pub(crate) fn assert_pages(caller: &Person<'_>, path: &str, filter: &str, all: &[String]) {
    let Ok(()) = walk(all, |query, expected| {
        let found = page(caller, path, &format!("{query}&{filter}"));
        assert!(
            found.is(&expected),
            "{query}&{filter}: {found:?}, not {expected:?}"
        );
        Ok::<_, Infallible>(found.next_cursor)
    });
}

/// A query string.
pub(crate) fn query(parameters: &[(&str, String)]) -> String {
    let escaped = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pairs: Vec<_> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    pairs.join("&")
}

/// Asserts that the list `path?filter` is these items, whole and in pages of several sizes, forward by `next_cursor` and
/// backward by the first item. `key` names an item for a cursor.
#[track_caller]
pub(crate) fn assert_walks(
    caller: &Person<'_>,
    path: &str,
    filter: &str,
    key: &str,
    all: &[Value],
    sizes: &[usize],
) {
    let read = |limit: usize, cursor: &str| {
        let page = caller
            .get(&format!("{path}?limit={limit}&{filter}{cursor}"))
            .expect(200);
        (page["data"].as_array().unwrap().clone(), page)
    };
    let escaped = |item: &Value| query(&[("", text(&item[key]))]);
    for limit in sizes {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let (data, page) = read(*limit, &cursor);
            let expected = &all[seen.len()..all.len().min(seen.len() + limit)];
            assert_eq!(data, expected, "{path}?{filter}, {limit} from {}", seen.len());
            seen.extend(data);
            assert_eq!(page["has_more"], json!(seen.len() < all.len()), "{filter}");
            let next = &page["next_cursor"];
            assert_eq!(next.is_null(), seen.len() == all.len(), "{filter}");
            if next.is_null() {
                break;
            }
            cursor = format!("&starting_after{}", query(&[("", text(next))]));
        }
        // Back, from the last item to the first.
        let Some(mut first) = all.len().checked_sub(1) else {
            continue;
        };
        while first > 0 {
            let (data, page) = read(*limit, &format!("&ending_before{}", escaped(&all[first])));
            let start = first.saturating_sub(*limit);
            assert_eq!(data, all[start..first], "{path}?{filter}, {limit} before {first}");
            assert_eq!(page["has_more"], json!(start > 0), "{filter}");
            assert_eq!(page["next_cursor"], data.last().unwrap()[key], "{filter}");
            first = start;
        }
    }
}

/// Puts the conversation at `path` into a state.
pub(crate) fn set_state(caller: &Person<'_>, path: &str, state: State) {
    caller.put(path, &filters::update(state)).expect(200);
}

/// Asserts all pages of one combination of filters.
pub(crate) fn assert_filtered(caller: &Person<'_>, states: &[(String, State)], wanted: Wanted) {
    let matching = states.iter().filter(|(_, state)| filters::admits(wanted, *state));
    let mut ids: Vec<_> = matching.map(|(path, _)| id_of(path).to_owned()).collect();
    // Newest first.
    ids.sort_unstable_by(|one, other| other.cmp(one));
    assert_pages(caller, "/v1/conversations", &filters::query(wanted), &ids);
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
fn the_id_of_a_token_is_no_place_in_a_list() {
    let (kate, _, conversation) = two_people("cursor.token");
    let messages = format!("/v1/messages?conversation_id={}", id_of(&conversation));
    for path in [
        "/v1/contacts?",
        "/v1/conversations?",
        "/v1/messages?",
        &format!("{messages}&"),
    ] {
        for param in ["starting_after", "ending_before"] {
            kate.get(&format!("{path}{param}={}", kate.token_id))
                .refused(400, "cursor_invalid", Some(param));
        }
    }
}
