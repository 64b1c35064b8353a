//! The catalogue: its sounds, what they are arranged by, and their files. It is what the operator imported, so these rules hold of
//! whatever is there; where nothing is, some can't be checked.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::catalog::{WINDOW, items, query, sounds, window};
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, Person, id};
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Sounds, playlists, themes",
    cases: CASES,
};

const CASES: &[Case] = &[
    case("a sound is the same wherever it is shown", same),
    case(
        "tag, theme and category leave the sounds that have them, in any case",
        filters,
    ),
    case("tags stand by how many sounds have them", tags),
    case("a theme counts its sounds and playlists", themes),
    case("a playlist counts its sounds, and shows them", playlists),
    case(
        "a sound's links lead to its files, for an hour, and no altered one does",
        links,
    ),
];

pub(super) const NO_SOUNDS: &str = "the catalogue has no sounds";
pub(super) const NO_PLAYLISTS: &str = "the catalogue has no playlists";

/// A sound without its link, which is another one in every answer.
pub(super) fn unlinked(mut sound: Value) -> Value {
    sound["preview_url"] = Value::Null;
    sound
}

fn same(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let listed = sounds(tester)?;
    if listed.is_empty() {
        tester.leave_unchecked(NO_SOUNDS);
    }
    for sound in listed {
        let path = format!("/v1/sounds/{}", id(&sound));
        let got = kate.get(&path).answers(200)?;
        equal(&path, unlinked(got), unlinked(sound))?;
        for mut similar in items(kate, &format!("{path}/similar"), &[("limit", "1")])? {
            let got = kate.get(&format!("/v1/sounds/{}", id(&similar))).answers(200)?;
            let similarity = similar.as_object_mut().and_then(|keys| keys.remove("similarity"));
            holds("similarity is there", similarity.is_some(), &similar)?;
            equal("a similar sound", unlinked(similar), unlinked(got))?;
        }
    }
    Ok(())
}

/// The labels of a sound with the name of the filter for each.
pub(super) fn labels(sound: &Value) -> Vec<(&'static str, String)> {
    let list = |value: &Value| match value {
        Value::Array(values) => values.clone(),
        value => vec![value.clone()],
    };
    let mut labels = Vec::new();
    for (filter, key) in [("tag", "tags"), ("theme", "themes"), ("category", "category")] {
        let values = list(&sound[key]).into_iter();
        labels.extend(values.filter_map(|value| Some((filter, value.as_str()?.to_owned()))));
    }
    labels
}

/// Asserts that a sound has a label. Of other letters than ASCII's, only the API knows which are the same.
#[track_caller]
pub(super) fn has(sound: &Value, (filter, label): &(&str, String)) -> Outcome {
    let mut own = labels(sound).into_iter().filter(|(own, _)| own == filter);
    let is_same = |other: &str| other.eq_ignore_ascii_case(label) || !(other.is_ascii() && label.is_ascii());
    holds(
        &format!("{filter}={label} leaves only sounds that have it"),
        own.any(|(_, own)| is_same(&own)),
        sound,
    )
}

fn filters(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let unheard_of = "no sound has this one";
    for filter in ["tag", "theme", "category"] {
        let none = items(kate, "/v1/sounds", &[(filter, unheard_of)])?;
        equal("the sounds of a label that no sound has", none, json!([]))?;
    }
    let listed = sounds(tester)?;
    if listed.is_empty() {
        tester.leave_unchecked(NO_SOUNDS);
    }
    for sound in listed.iter().take(3) {
        // The position right before it: with its own labels, it is the first that follows.
        let before = just_above(id(sound));
        let own = labels(sound);
        for label in &own {
            for written in [
                label.1.clone(),
                label.1.to_ascii_uppercase(),
                label.1.to_ascii_lowercase(),
            ] {
                let parameters = [(label.0, written.as_str()), ("starting_after", &before)];
                let found = items(kate, "/v1/sounds", &parameters)?;
                equal("the first with its label", found.first().map(id), id(sound))?;
                for sound in &found {
                    has(sound, label)?;
                }
            }
        }
        let mut all: Vec<_> = Vec::new();
        for filter in ["tag", "theme", "category"] {
            all.extend(own.iter().find(|(own, _)| *own == filter).cloned());
        }
        let mut parameters: Vec<_> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        parameters.push(("starting_after", &before));
        let found = items(kate, "/v1/sounds", &parameters)?;
        equal("the first with all of them", found.first().map(id), id(sound))?;
        for sound in &found {
            for label in &all {
                has(sound, label)?;
            }
        }
        window(kate, "/v1/sounds", &parameters[..parameters.len() - 1], "id")?;
    }
    Ok(())
}

/// The id right above an id. Ids count in base 62.
fn just_above(id: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text: Vec<_> = id.bytes().collect();
    for place in text.iter_mut().rev() {
        let digit = DIGITS.iter().position(|own| own == place).unwrap_or_default();
        *place = DIGITS[(digit + 1) % DIGITS.len()];
        if digit + 1 < DIGITS.len() {
            break;
        }
    }
    text.into_iter().map(char::from).collect()
}

/// How many items a list has, where a page of 100 shows them all.
fn count(caller: &Person, path: &str, parameters: &[(&str, &str)]) -> Outcome<Option<usize>> {
    let mut all = vec![("limit", "100")];
    all.extend(parameters);
    let page = caller.get(&format!("{path}?{}", query(&all))).answers(200)?;
    let count = page["data"].as_array().map_or(0, Vec::len);
    Ok((page["has_more"] == false).then_some(count))
}

/// Asserts a count, where it is small enough to be counted.
#[track_caller]
fn counts(what: &str, shown: &Value, counted: Option<usize>) -> Outcome {
    match counted {
        Some(counted) => equal(what, shown, counted),
        None => holds(what, shown.as_u64() > Some(100), shown),
    }
}

fn tags(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let tags = items(kate, "/v1/sounds/tags", &[("limit", "100")])?;
    if tags.is_empty() {
        tester.leave_unchecked("the catalogue has no tags");
    }
    holds(
        "counts fall",
        tags.is_sorted_by(|one, other| one["count"].as_u64() >= other["count"].as_u64()),
        &tags,
    )?;
    for tag in tags.iter().take(WINDOW) {
        let name = tag["name"].as_str().unwrap_or_default();
        let found = count(kate, "/v1/sounds", &[("tag", name)])?;
        counts(&format!("the count of {name}"), &tag["count"], found)?;
    }
    Ok(())
}

fn themes(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let themes = items(kate, "/v1/themes", &[])?;
    if themes.is_empty() {
        tester.leave_unchecked("the catalogue has no themes");
    }
    let playlists = kate.get("/v1/playlists?limit=100").answers(200)?;
    for theme in themes.iter().take(WINDOW) {
        let name = theme["name"].as_str().unwrap_or_default();
        let found = count(kate, "/v1/sounds", &[("theme", name)])?;
        counts(&format!("the sounds of {name}"), &theme["sound_count"], found)?;
        if playlists["has_more"] == false && name.is_ascii() {
            let own = playlists["data"].as_array().into_iter().flatten();
            let own = own.filter(|playlist| {
                let theme = playlist["theme"].as_str().unwrap_or_default();
                theme.eq_ignore_ascii_case(name)
            });
            let what = format!("the playlists of {name}");
            equal(&what, &theme["playlist_count"], own.count())?;
        }
    }
    Ok(())
}

fn playlists(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let playlists = items(kate, "/v1/playlists", &[("limit", "12")])?;
    if playlists.is_empty() {
        tester.leave_unchecked(NO_PLAYLISTS);
    }
    for playlist in playlists {
        let path = format!("/v1/playlists/{}", id(&playlist));
        let page = kate.get(&format!("{path}?limit=100")).answers(200)?;
        for (key, value) in playlist.as_object().into_iter().flatten() {
            equal(&format!("{path}: {key}"), &page[key], value)?;
        }
        let found = page["data"].as_array().map(Vec::len);
        let found = found.filter(|_| page["has_more"] == false);
        counts("sound_count", &playlist["sound_count"], found)?;
        for sound in page["data"].as_array().into_iter().flatten().take(2) {
            let got = kate.get(&format!("/v1/sounds/{}", id(sound))).answers(200)?;
            equal("a sound of it", unlinked(got), unlinked(sound.clone()))?;
        }
    }
    Ok(())
}

fn links(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let Some(sound) = sounds(tester)?.into_iter().next() else {
        tester.leave_unchecked(NO_SOUNDS);
        return Ok(());
    };
    let path = format!("/v1/sounds/{}/download", id(&sound));
    let download = kate.get(&path).answers(200)?;
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let left = download["expires_at"].as_f64().unwrap_or_default() - since_1970.as_secs_f64();
    // The clock here may be another one.
    holds("it holds for an hour", (3_000.0..=4_200.0).contains(&left), left)?;

    let url = download["url"].as_str().unwrap_or_default();
    let file = tester.follow(url)?;
    equal("the status of the file", file.status, 200)?;
    equal("its size", file.body.len(), &sound["file_size"])?;
    equal("its type", file.header("content-type"), &sound["file_type"])?;
    let disposition = file.header("content-disposition").unwrap_or_default();
    holds(
        "it is to be saved, under a name",
        disposition.starts_with("attachment") && disposition.contains("filename"),
        disposition,
    )?;
    let preview = tester.follow(sound["preview_url"].as_str().unwrap_or_default())?;
    equal("the status of the preview", preview.status, 200)?;
    holds("it is not empty", !preview.body.is_empty(), preview.body.len())?;

    for altered in [
        url.replace("X-Amz-Expires=", "X-Amz-Expires=1"),
        url.replace("/original?", "/preview?"),
        url.split('?').next().unwrap_or_default().to_owned(),
    ] {
        let answer = tester.follow(&altered)?;
        holds("the storage refuses it", answer.status == 403, answer.status)?;
    }
    Ok(())
}
