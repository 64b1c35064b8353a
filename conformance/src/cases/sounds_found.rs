//! Searching the catalogue, and what sounds alike.

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::catalog::{items, query, sounds, window};
use super::sounds::{NO_PLAYLISTS, NO_SOUNDS, has, labels, unlinked};
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, id};
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Searching the catalogue",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("a sound is found by its title", by_title),
    case("filters leave the sounds that hold all of them", filtered),
    case("what is found pages exactly, in both directions", pages),
    case("a playlist is found by its name", playlists),
    case(
        "a query without a letter or digit, or none, is a 400",
        bad_queries,
    ),
    case("durations are whole numbers of milliseconds", durations),
    case(
        "similar sounds stand by falling similarity, without the sound itself",
        similar,
    ),
];

/// A sound with words in its title to search for, and these words.
fn sound_with_words(sounds: &[Value]) -> Option<(&Value, &str)> {
    let mut titled = sounds
        .iter()
        .filter_map(|sound| Some((sound, sound["title"].as_str()?)));
    titled.find(|(_, title)| {
        let letters = title.chars().filter(char::is_ascii_alphabetic).count();
        letters > 3 && title.chars().count() <= 200
    })
}

fn by_title(tester: &Tester) -> Outcome {
    let sounds = sounds(tester)?;
    let Some((sound, title)) = sound_with_words(&sounds) else {
        tester.leave_unchecked(NO_SOUNDS);
        return Ok(());
    };
    // Others may have the same title, but hardly the same length and labels.
    let length = sound["duration_ms"].to_string();
    let own = labels(sound);
    for title in [title.to_owned(), title.to_ascii_uppercase()] {
        let mut parameters = vec![
            ("query", title.as_str()),
            ("limit", "100"),
            ("min_duration_ms", &length),
            ("max_duration_ms", &length),
        ];
        for filter in ["tag", "theme", "category"] {
            let label = own.iter().find(|(name, _)| *name == filter);
            parameters.extend(label.map(|(name, value)| (*name, value.as_str())));
        }
        let found = items(&tester.kate, "/v1/sounds/search", &parameters)?;
        let own = found.into_iter().find(|other| id(other) == id(sound));
        equal(&title, own.map(unlinked), Some(unlinked(sound.clone())))?;
    }
    Ok(())
}

fn filtered(tester: &Tester) -> Outcome {
    let sounds = sounds(tester)?;
    let Some((sound, title)) = sound_with_words(&sounds) else {
        tester.leave_unchecked(NO_SOUNDS);
        return Ok(());
    };
    let length = sound["duration_ms"].as_u64().unwrap_or_default();
    for label in labels(sound) {
        let parameters = [("query", title), (label.0, label.1.as_str())];
        for found in items(&tester.kate, "/v1/sounds/search", &parameters)? {
            has(&found, &label)?;
        }
    }
    for (name, holds_of) in [
        (
            "min_duration_ms",
            (|own, limit| own >= limit) as fn(u64, u64) -> bool,
        ),
        ("max_duration_ms", |own, limit| own <= limit),
    ] {
        let parameters = [("query", title), (name, &*length.to_string())];
        for found in items(&tester.kate, "/v1/sounds/search", &parameters)? {
            let own = found["duration_ms"].as_u64().unwrap_or_default();
            holds(name, holds_of(own, length), own)?;
        }
    }
    let none = [("query", title), ("tag", "no sound has this one")];
    equal(
        "the sounds of a tag that no sound has",
        items(&tester.kate, "/v1/sounds/search", &none)?,
        json!([]),
    )
}

fn pages(tester: &Tester) -> Outcome {
    let sounds = sounds(tester)?;
    let Some((sound, title)) = sound_with_words(&sounds) else {
        tester.leave_unchecked(NO_SOUNDS);
        return Ok(());
    };
    let kate = &tester.kate;
    window(kate, "/v1/sounds/search", &[("query", title)], "id")?;
    for (name, value) in labels(sound).iter().take(2) {
        let parameters = [("query", title), (*name, value.as_str())];
        window(kate, "/v1/sounds/search", &parameters, "id")?;
    }
    Ok(())
}

fn playlists(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let playlists = items(kate, "/v1/playlists", &[("limit", "100")])?;
    let name = |playlist: &Value| playlist["name"].as_str().unwrap_or_default().to_owned();
    let has_words = |playlist: &&Value| name(playlist).chars().filter(char::is_ascii_alphabetic).count() > 3;
    let Some(playlist) = playlists.iter().find(has_words) else {
        tester.leave_unchecked(NO_PLAYLISTS);
        return Ok(());
    };
    let name = name(playlist);
    let parameters = [("query", name.as_str()), ("limit", "100")];
    let found = items(kate, "/v1/playlists/search", &parameters)?;
    holds("it is found by its name", found.contains(playlist), &found)?;
    window(kate, "/v1/playlists/search", &[("query", &name)], "id")
}

fn bad_queries(tester: &Tester) -> Outcome {
    for path in ["/v1/sounds/search", "/v1/playlists/search"] {
        let search = |query: &str| tester.kate.get(&format!("{path}{query}"));
        search("").refused(400, "parameter_missing", Some("query"))?;
        let long = format!("?query={}", "a".repeat(201));
        for none in ["?query=", "?query=%20", "?query=%2C.", "?query=a%00", &long] {
            search(none).refused(400, "parameter_invalid", Some("query"))?;
        }
        search("?query=a&query=b").refused(400, "parameter_invalid", Some("query"))?;
        let nothing = json!({"has_more": false, "data": [], "next_cursor": null});
        let found = search(&format!("?{}", query(&[("query", "qqzzxxqqzzxx")]))).answers(200)?;
        equal("what is nowhere", found, nothing)?;
    }
    Ok(())
}

fn durations(tester: &Tester) -> Outcome {
    for param in ["min_duration_ms", "max_duration_ms"] {
        let search = |value: &str| {
            let path = format!("/v1/sounds/search?query=rain&{param}={value}");
            tester.kate.get(&path)
        };
        for bad in ["", "-1", "1.5", "abc", "%2B5", "05", "9223372036854775808"] {
            search(bad).refused(400, "parameter_invalid", Some(param))?;
        }
        for good in ["0", "9223372036854775807"] {
            search(good).answers(200)?;
        }
        tester
            .kate
            .get(&format!("/v1/sounds?{param}=1"))
            .refused(400, "parameter_unknown", Some(param))?;
    }
    Ok(())
}

fn similar(tester: &Tester) -> Outcome {
    let sounds = sounds(tester)?;
    if sounds.is_empty() {
        tester.leave_unchecked(NO_SOUNDS);
    }
    for sound in sounds.iter().take(3) {
        let path = format!("/v1/sounds/{}/similar", id(sound));
        let page = tester.kate.get(&format!("{path}?limit=100")).answers(200)?;
        equal("a hundred are all", &page["has_more"], false)?;
        let found = page["data"].as_array().cloned().unwrap_or_default();
        holds(
            "it is not like itself",
            found.iter().all(|other| id(other) != id(sound)),
            id(sound),
        )?;
        let similarities: Vec<_> = found.iter().map(|other| other["similarity"].as_f64()).collect();
        holds(
            "similarities fall",
            similarities.is_sorted_by(|one, other| one >= other),
            &similarities,
        )?;
    }
    Ok(())
}
