//! The catalogue: its lists, its sounds and their files. It is what the operator imported, so these rules hold of
//! whatever is there; where nothing is, some can't be checked.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{Case, Section, case};
use crate::failure::{Outcome, equal, holds};
use crate::person::{Answers as _, Person, id};
use crate::tester::{NOBODY, Tester};

pub(crate) const SECTION: Section = Section {
    title: "Sounds, playlists, themes",
    contract: "§6",
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
    case("both cursors, unknown and repeated parameters are refused", bad),
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

/// So many items of a list are compared: a catalogue may be large.
const WINDOW: usize = 12;

/// A query string.
pub(super) fn query(parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters).finish()
}

/// The items of a page.
#[track_caller]
pub(super) fn items(caller: &Person, path: &str, parameters: &[(&str, &str)]) -> Outcome<Vec<Value>> {
    let page = caller
        .get(&format!("{path}?{}", query(parameters)))
        .answers(200)?;
    Ok(page["data"].as_array().cloned().unwrap_or_default())
}

/// The first sounds of the catalogue: some, or none where it is empty.
pub(super) fn sounds(tester: &Tester) -> Outcome<Vec<Value>> {
    items(&tester.kate, "/v1/sounds", &[("limit", "12")])
}

/// A sound without its link, which is another one in every answer.
pub(super) fn unlinked(mut sound: Value) -> Value {
    sound["preview_url"] = Value::Null;
    sound
}

/// The place of an item in its list.
fn place<'a>(item: &'a Value, key: &str) -> &'a str {
    item[key].as_str().unwrap_or_default()
}

/// Asserts that the first items of a list come the same in pages of every size, in both directions. `key` names an item
/// for a cursor.
#[track_caller]
pub(super) fn window(caller: &Person, path: &str, filters: &[(&str, &str)], key: &str) -> Outcome {
    let read = |limit: usize, cursor: Option<(&str, &str)>| {
        let limit = limit.to_string();
        let mut parameters = vec![("limit", limit.as_str())];
        parameters.extend(cursor);
        parameters.extend(filters);
        caller.get(&format!("{path}?{}", query(&parameters))).answers(200)
    };
    let shown = |page: &Value| -> Vec<Value> {
        let data = page["data"].as_array().into_iter().flatten();
        data.map(|item| json!(place(item, key))).collect()
    };
    let first = read(WINDOW, None)?;
    let all = shown(&first);
    equal(
        "next_cursor is null when nothing follows, and only then",
        first["next_cursor"].is_string(),
        &first["has_more"],
    )?;
    for limit in [1, 2, 5, WINDOW - 1] {
        let (mut seen, mut cursor) = (0, None::<String>);
        while seen < all.len() {
            let page = read(limit, cursor.as_deref().map(|cursor| ("starting_after", cursor)))?;
            let found = shown(&page);
            let end = all.len().min(seen + found.len());
            equal(
                &format!("{path}: the page of {limit} from number {seen}"),
                &found[..end - seen],
                &all[seen..all.len().min(seen + limit)],
            )?;
            seen += found.len();
            // Of a page that goes beyond what was seen, nothing is known.
            if seen <= all.len() {
                let more = seen < all.len() || first["has_more"] == true;
                equal("has_more", &page["has_more"], more)?;
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
        }
        for (at, item) in all.iter().enumerate() {
            let page = read(limit, Some(("ending_before", item.as_str().unwrap_or_default())))?;
            equal(
                &format!("{path}: the page of {limit} before number {at}, and has_more"),
                (shown(&page), &page["has_more"]),
                (&all[at.saturating_sub(limit)..at], at > limit),
            )?;
        }
    }
    Ok(())
}

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
    Ok(())
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
        url.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"),
        url.replace("/original?", "/preview?"),
        url.split('?').next().unwrap_or_default().to_owned(),
    ] {
        let answer = tester.follow(&altered)?;
        holds("the storage refuses it", answer.status == 403, answer.status)?;
    }
    Ok(())
}
