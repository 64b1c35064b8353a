//! Sounds, through the real functions and against a plain model: every list with every filter, in both directions; and
//! the links to their files.

use serde_json::{Value, json};
use shared::model::StoredSound;

use crate::catalog::{CATEGORIES, Catalogue, TAGS, THEMES, file, is_same, nobodys_sound, shown, unlinked};
use crate::lists::{assert_pages, assert_walks, page, query};
use crate::races::at_once;
use crate::routes::NOBODY;
use crate::world::{Person, catalogue, person, text, wait_for};

pub(crate) fn ids<'a>(sounds: impl IntoIterator<Item = &'a StoredSound>) -> Vec<String> {
    sounds.into_iter().map(|sound| sound.id.to_string()).collect()
}

/// What callers see of sounds, but for their links.
fn all_shown<'a>(sounds: impl IntoIterator<Item = &'a StoredSound>) -> Vec<Value> {
    sounds.into_iter().map(shown).collect()
}

#[test]
fn every_page_from_every_place() {
    let kate = person("sounds.pages");
    let catalogue = catalogue();
    // Few enough for every size of page.
    let few = catalogue.filtered([Some("night"), None, Some("Doors")]);
    assert!((3..12).contains(&few.len()), "{}", few.len());
    assert_pages(&kate, "/v1/sounds", "tag=night&category=Doors", &ids(few));
    let all = ids(&catalogue.sounds);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    while seen.len() < all.len() {
        let found = page(&kate, "/v1/sounds", &format!("limit=7{cursor}"));
        seen.extend(found.ids);
        cursor = format!("&starting_after={}", found.next_cursor.unwrap_or_default());
    }
    assert_eq!(seen, all);
    // Fifty without a limit.
    assert_eq!(page(&kate, "/v1/sounds", "").ids, all[..50]);
    assert_eq!(page(&kate, "/v1/sounds", "limit=100").ids, all[..100]);
}

#[test]
fn every_combination_of_filters() {
    let kate = person("sounds.filters");
    let catalogue = catalogue();
    let choices = |names: &[&'static str]| -> Vec<Option<String>> {
        let written = names.iter().enumerate().map(|(number, name)| match number % 3 {
            0 => (*name).to_owned(),
            1 => name.to_uppercase(),
            _ => name.to_lowercase().replace('ä', "A\u{308}"),
        });
        written
            .map(Some)
            .chain([None, Some("nothing".to_owned())])
            .collect()
    };
    let mut combinations = Vec::new();
    for tag in choices(&TAGS) {
        for theme in choices(&THEMES) {
            for category in choices(&CATEGORIES) {
                combinations.push([tag.clone(), theme.clone(), category]);
            }
        }
    }
    // Each in its turn with another size of page, by four readers at once.
    at_once(4, |reader| {
        for (number, filters) in combinations
            .iter()
            .enumerate()
            .filter(|(number, _)| number % 4 == reader)
        {
            let names = ["tag", "theme", "category"];
            let given = names
                .iter()
                .zip(filters)
                .filter_map(|(name, value)| Some((*name, value.clone()?)));
            let filter = query(&given.collect::<Vec<_>>());
            let expected = ids(catalogue.filtered(filters.each_ref().map(Option::as_deref)));
            let limit = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89][number % 10];
            walk_ids(&kate, &filter, &expected, limit);
        }
    });
}

/// The same as [`assert_walks`] by ids alone.
#[track_caller]
fn walk_ids(kate: &Person<'_>, filter: &str, all: &[String], limit: usize) {
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let found = page(kate, "/v1/sounds", &format!("limit={limit}&{filter}{cursor}"));
        let end = all.len().min(seen + limit);
        assert_eq!(found.ids, all[seen..end], "{filter}, {limit} from {seen}");
        assert_eq!(found.has_more, end < all.len(), "{filter}, {limit} from {seen}");
        seen = end;
        match found.next_cursor {
            Some(next) => cursor = format!("&starting_after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all.len(), "{filter}");
    let places = [all.len() / 2, all.len().saturating_sub(1)];
    for at in places.into_iter().filter(|at| *at < all.len()) {
        let found = page(
            kate,
            "/v1/sounds",
            &format!("limit={limit}&{filter}&ending_before={}", all[at]),
        );
        let start = at.saturating_sub(limit);
        assert_eq!(found.ids, all[start..at], "{filter}, {limit} before {at}");
        assert_eq!(found.has_more, start > 0, "{filter}, {limit} before {at}");
    }
}

#[test]
fn a_sound_is_shown_whole_and_the_same_everywhere() {
    let kate = person("sounds.shape");
    let catalogue = catalogue();
    let listed = kate.get("/v1/sounds?limit=100").expect(200);
    let listed = listed["data"].as_array().unwrap().iter().cloned().map(unlinked);
    assert_eq!(listed.collect::<Vec<_>>(), all_shown(&catalogue.sounds[..100]));
    for sound in catalogue.sounds.iter().step_by(17) {
        let got = kate.get(&format!("/v1/sounds/{}", sound.id)).expect(200);
        assert_eq!(unlinked(got), shown(sound));
    }
    let nobodys = nobodys_sound().to_string();
    for id in [NOBODY, &nobodys, &kate.id, "search1", "x"] {
        for path in ["", "/similar", "/download"] {
            kate.get(&format!("/v1/sounds/{id}{path}"))
                .refused(404, "resource_missing", None);
        }
    }
}

#[test]
fn every_id_is_a_position() {
    let kate = person("sounds.positions");
    let all = ids(&catalogue().sounds);
    let between = |at: usize| {
        format!(
            "{}{}",
            &all[at][..15],
            if all[at].ends_with('z') { 'y' } else { 'z' }
        )
    };
    // Of nobody, of somebody, and one beside a sound's.
    for (id, place) in [
        (NOBODY.to_owned(), all.len()),
        (kate.id.clone(), 0),
        (between(60), 60),
    ] {
        let found = page(&kate, "/v1/sounds", &format!("limit=5&starting_after={id}"));
        assert_eq!(found.ids, all[place..all.len().min(place + 5)], "{id}");
        let found = page(&kate, "/v1/sounds", &format!("limit=5&ending_before={id}"));
        assert_eq!(found.ids, all[place.saturating_sub(5)..place], "{id}");
    }
}

#[test]
fn similar_sounds_are_the_nearest_hundred() {
    let kate = person("sounds.similar");
    let catalogue = catalogue();
    for place in [0, 57, 119] {
        let sound = &catalogue.sounds[place];
        let path = format!("/v1/sounds/{}/similar", sound.id);
        let expected: Vec<_> = catalogue
            .similar(place)
            .iter()
            .map(|neighbour| neighbour.id.to_string())
            .collect();
        assert_eq!(expected.len(), 100);
        let hundred = kate.get(&format!("{path}?limit=100")).expect(200);
        let mut found = hundred["data"].as_array().unwrap().clone();
        for (rank, other) in found.iter_mut().enumerate() {
            let similarity = other.as_object_mut().unwrap().remove("similarity").unwrap();
            let thousandths = 1000 - 5 * u32::try_from(rank).unwrap();
            assert_eq!(similarity, json!(f64::from(thousandths) / 1000.0));
            let stored = catalogue
                .sounds
                .iter()
                .find(|sound| other["id"] == json!(sound.id));
            assert_eq!(unlinked(other.clone()), shown(stored.unwrap()));
        }
        assert_eq!(
            found.iter().map(|other| text(&other["id"])).collect::<Vec<_>>(),
            expected
        );
        let fifty = page(&kate, &path, "");
        assert_eq!((&fifty.ids[..], fifty.has_more), (&expected[..50], true));
        for limit in [1, 33, 99] {
            let after = page(
                &kate,
                &path,
                &format!("limit={limit}&starting_after={}", expected[49]),
            );
            assert_eq!(after.ids, expected[50..100.min(50 + limit)]);
            let before = page(
                &kate,
                &path,
                &format!("limit={limit}&ending_before={}", expected[49]),
            );
            assert_eq!(before.ids, expected[49_usize.saturating_sub(limit)..49]);
        }
        // Itself, one that is too far away, and what is no sound.
        let far = catalogue.sounds[if place < 60 { 119 } else { 0 }].id.to_string();
        for cursor in [NOBODY, &sound.id.to_string(), &far, &kate.id, "x", ""] {
            if expected.iter().any(|id| id == cursor) {
                continue;
            }
            for param in ["starting_after", "ending_before"] {
                kate.get(&format!("{path}?{param}={cursor}"))
                    .refused(400, "cursor_invalid", Some(param));
            }
        }
    }
}

#[test]
fn tags_stand_by_their_counts() {
    let kate = person("sounds.tags");
    let tags: Vec<_> = catalogue()
        .tags
        .iter()
        .map(|tag| json!({"name": tag.name, "count": tag.count}))
        .collect();
    assert_walks(&kate, "/v1/sounds/tags", "", "name", &tags, &[1, 2, 3, 7, 100]);
    for tag in &tags {
        let filter = query(&[("tag", text(&tag["name"]))]);
        let found = page(&kate, "/v1/sounds", &format!("limit=100&{filter}"));
        assert_eq!(json!(found.ids.len()), tag["count"], "{tag}");
    }
    for cursor in ["nothing", "", NOBODY, "%0A"] {
        for param in ["starting_after", "ending_before"] {
            kate.get(&format!("/v1/sounds/tags?{param}={cursor}")).refused(
                400,
                "cursor_invalid",
                Some(param),
            );
        }
    }
}

#[test]
fn a_download_is_the_file_byte_for_byte() {
    let kate = person("sounds.download");
    let catalogue = catalogue();
    for place in [0, 40, 119] {
        let sound = &catalogue.sounds[place];
        let since = crate::world::now();
        let download = kate.get(&format!("/v1/sounds/{}/download", sound.id)).expect(200);
        let expires_at = download["expires_at"].as_i64().unwrap();
        assert!(
            (since + 3_600..=crate::world::now() + 3_900).contains(&expires_at),
            "{expires_at}"
        );
        let url = text(&download["url"]);
        let (status, disposition, content) = follow(&url);
        assert_eq!(status, 200);
        assert_eq!(content, file(u32::try_from(119 - place).unwrap()));
        let name = format!("{}.wav", sound.title.as_str());
        assert!(
            disposition.starts_with("attachment") && disposition.contains(&name),
            "{disposition}"
        );
        // Nothing of it can be changed.
        let other = &catalogue.sounds[1].audio;
        for altered in [
            url.replace(&sound.audio, other),
            url.replace("/original", "/preview"),
            url.replace("X-Amz-Expires=3900", "X-Amz-Expires=7200"),
            url.replace("attachment", "inline"),
            url.split('?').next().unwrap().to_owned(),
        ] {
            assert_ne!(altered, url);
            assert_eq!(follow(&altered).0, 403, "{altered}");
        }
        let preview = text(&kate.get(&format!("/v1/sounds/{}", sound.id)).expect(200)["preview_url"]);
        assert_eq!(follow(&preview).0, 200);
    }
}

/// Status, content disposition and content of what a link leads to.
pub(crate) fn follow(url: &str) -> (u16, String, Vec<u8>) {
    wait_for(async {
        let answer = reqwest::get(url).await.unwrap();
        let disposition = answer.headers().get("content-disposition");
        let disposition = disposition.map(|value| value.to_str().unwrap().to_owned());
        (
            answer.status().as_u16(),
            disposition.unwrap_or_default(),
            answer.bytes().await.unwrap().to_vec(),
        )
    })
}

#[test]
fn labels_are_compared_without_case_accents_and_separators() {
    let kate = person("sounds.labels");
    let expected = ids(catalogue().filtered([Some("Café"), None, None]));
    assert!(!expected.is_empty() && is_same("CAFÉ", "cafe"));
    for written in [
        "Caf%C3%A9",
        "cafe",
        "CAFE%CC%81",
        "%EF%BD%83afe",
        "ca-fe",
        "Ca%20f%C3%A9",
        "c.a.f.e.",
        "ca_f%E2%80%99e",
    ] {
        let found = page(&kate, "/v1/sounds", &format!("limit=100&tag={written}"));
        assert_eq!(found.ids, expected, "{written}");
    }
}

#[test]
fn an_empty_catalogue_is_empty_lists() {
    let machine = crate::world::Machine::start(|_| ());
    let kate = machine.person("sounds.none");
    let nothing = json!({"has_more": false, "data": [], "next_cursor": null});
    for path in [
        "/v1/sounds",
        "/v1/sounds?tag=a&theme=b&category=c",
        "/v1/sounds/search?query=rain",
        "/v1/sounds/tags",
        "/v1/playlists",
        "/v1/playlists/search?query=rain",
        "/v1/themes",
    ] {
        assert_eq!(kate.get(path).expect(200), nothing, "{path}");
    }
    for path in [
        "/v1/sounds/{id}",
        "/v1/sounds/{id}/similar",
        "/v1/sounds/{id}/download",
        "/v1/playlists/{id}",
    ] {
        kate.get(&path.replace("{id}", NOBODY))
            .refused(404, "resource_missing", None);
    }
    // And a first one is seen at once: that there was none is not remembered.
    Catalogue::of("first", 3).publish(&machine.local);
    assert_eq!(page(&kate, "/v1/sounds", "").ids.len(), 3);
    assert_eq!(page(&kate, "/v1/sounds/search", "query=rainfall").ids.len(), 1);
}
