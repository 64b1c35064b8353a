//! The lists of the catalogue: their pages, and what they refuse. They hold of whatever the operator imported.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::catalog::{items, sounds, window};
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, id};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Lists of the catalogue",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "every list of the catalogue pages exactly, in both directions",
        pages,
    ),
    case("fifty items are a page where no limit is given", fifty),
    case("limit is a whole number from 1 to 100", limits),
    case("lists by id are newest first, and every id is a position", by_id),
    case(
        "elsewhere a cursor is something that is in the list, or cursor_invalid",
        cursors,
    ),
    case(
        "both cursors, unknown, repeated and senseless parameters are refused",
        bad,
    ),
];

fn pages(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for (path, key) in [
        ("/v1/sounds", "id"),
        ("/v1/sounds/tags", "name"),
        ("/v1/playlists", "id"),
        ("/v1/themes", "id"),
    ] {
        window(kate, path, &[], key)?;
    }
    for sound in sounds(tester)?.iter().take(1) {
        window(kate, &format!("/v1/sounds/{}/similar", id(sound)), &[], "id")?;
    }
    for playlist in items(kate, "/v1/playlists", &[("limit", "1")])? {
        window(kate, &format!("/v1/playlists/{}", id(&playlist)), &[], "id")?;
    }
    Ok(())
}

/// Every list of the catalogue, with what its query must have.
fn lists() -> [String; 6] {
    [
        "/v1/sounds",
        "/v1/sounds/search?query=rain",
        "/v1/sounds/tags",
        "/v1/playlists",
        "/v1/playlists/search?query=rain",
        "/v1/themes",
    ]
    .map(str::to_owned)
}

/// The path with one more parameter.
fn with(path: &str, parameter: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}{parameter}")
}

fn fifty(tester: &Tester) -> Outcome {
    for path in lists() {
        let get = |path: &str| tester.kate.get(path).answers(200);
        let ids = |page: Value| -> Vec<Value> {
            let data = page["data"].as_array().into_iter().flatten();
            data.map(|item| item.get("id").unwrap_or(&item["name"]).clone())
                .collect()
        };
        equal(&path, ids(get(&path)?), ids(get(&with(&path, "limit=50"))?))?;
    }
    Ok(())
}

fn limits(tester: &Tester) -> Outcome {
    for path in lists() {
        for limit in ["0", "101", "-1", "abc", "%2B5", "05", "5.0", ""] {
            tester.kate.get(&with(&path, &format!("limit={limit}"))).refused(
                400,
                "parameter_invalid",
                Some("limit"),
            )?;
        }
        tester.kate.get(&with(&path, "limit=100")).answers(200)?;
    }
    Ok(())
}

fn by_id(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for path in ["/v1/sounds", "/v1/playlists", "/v1/themes"] {
        let ids: Vec<_> = items(kate, path, &[("limit", "100")])?
            .iter()
            .map(|item| id(item).to_owned())
            .collect();
        holds("ids fall", ids.is_sorted_by(|one, other| one > other), &ids)?;
        equal(
            "after the smallest id",
            kate.get(&format!("{path}?starting_after={NOBODY}"))
                .answers(200)?,
            json!({"has_more": false, "data": [], "next_cursor": null}),
        )?;
        let after_the_largest = items(
            kate,
            path,
            &[("limit", "100"), ("starting_after", &"z".repeat(16))],
        )?;
        equal(
            "after the largest id",
            after_the_largest.iter().map(id).collect::<Vec<_>>(),
            &ids,
        )?;
        for cursor in ["", "x", "cur_", "0000-00000000000", "00000000000000000"] {
            for param in ["starting_after", "ending_before"] {
                kate.get(&format!("{path}?{param}={cursor}"))
                    .refused(400, "cursor_invalid", Some(param))?;
            }
        }
    }
    Ok(())
}

fn cursors(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let mut paths = vec![
        "/v1/sounds/search?query=rain".to_owned(),
        "/v1/sounds/tags".to_owned(),
        "/v1/playlists/search?query=rain".to_owned(),
    ];
    for sound in sounds(tester)?.iter().take(1) {
        let path = format!("/v1/sounds/{}/similar", id(sound));
        // It is not like itself.
        kate.get(&format!("{path}?starting_after={}", id(sound)))
            .refused(400, "cursor_invalid", Some("starting_after"))?;
        paths.push(path);
    }
    for path in paths {
        for param in ["starting_after", "ending_before"] {
            for cursor in [NOBODY, "x-no-such-thing-x", ""] {
                kate.get(&with(&path, &format!("{param}={cursor}"))).refused(
                    400,
                    "cursor_invalid",
                    Some(param),
                )?;
            }
        }
    }
    Ok(())
}

fn bad(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for path in lists() {
        kate.get(&with(&path, "starting_after=a&ending_before=a"))
            .refused(400, "parameter_invalid", Some("ending_before"))?;
        kate.get(&with(&path, "limit=1&limit=1"))
            .refused(400, "parameter_invalid", Some("limit"))?;
        kate.get(&with(&path, "nonsense=1"))
            .refused(400, "parameter_unknown", Some("nonsense"))?;
    }
    for param in ["tag", "theme", "category"] {
        for path in ["/v1/sounds", "/v1/sounds/search?query=rain"] {
            for value in ["", "a%0Ab", &"a".repeat(65)] {
                kate.get(&with(path, &format!("{param}={value}"))).refused(
                    400,
                    "parameter_invalid",
                    Some(param),
                )?;
            }
            kate.get(&with(path, &format!("{param}=a&{param}=b"))).refused(
                400,
                "parameter_invalid",
                Some(param),
            )?;
        }
        kate.get(&format!("/v1/playlists?{param}=a"))
            .refused(400, "parameter_unknown", Some(param))?;
    }
    for (durations, param) in [
        ("min_duration_ms=-1", "min_duration_ms"),
        ("max_duration_ms=1.5", "max_duration_ms"),
        ("min_duration_ms=2&max_duration_ms=1", "max_duration_ms"),
        ("max_duration_ms=1&min_duration_ms=2", "max_duration_ms"),
    ] {
        kate.get(&with("/v1/sounds/search?query=rain", durations))
            .refused(400, "parameter_invalid", Some(param))?;
    }
    Ok(())
}
