//! Playlists and themes, against a plain model.

use serde_json::{Value, json};

use crate::catalog::{shown, unlinked};
use crate::lists::{assert_pages, assert_walks, page};
use crate::routes::NOBODY;
use crate::world::{catalogue, person};

#[test]
fn playlists_are_listed_newest_first() {
    let kate = person("playlists");
    let all: Vec<_> = catalogue().playlists.iter().map(|own| json!(own)).collect();
    assert_walks(&kate, "/v1/playlists", "", "id", &all, &[1, 2, 3, 4, 100]);
    let first = page(
        &kate,
        "/v1/playlists",
        &format!("starting_after={}", "z".repeat(16)),
    );
    assert_eq!(first.ids.len(), all.len(), "every id is a position");
}

#[test]
fn a_playlist_stands_beside_a_page_of_its_sounds() {
    let kate = person("playlists.get");
    let catalogue = catalogue();
    for playlist in &catalogue.playlists {
        let path = format!("/v1/playlists/{}", playlist.id);
        let own: Vec<_> = catalogue
            .sounds
            .iter()
            .filter(|sound| sound.playlists.contains(&playlist.id))
            .collect();
        let mut page = kate.get(&format!("{path}?limit=100")).expect(200);
        let data = page["data"].take();
        let data = data.as_array().unwrap().iter().cloned().map(unlinked);
        let expected: Vec<_> = own.iter().take(100).copied().map(shown).collect();
        assert_eq!(data.collect::<Vec<_>>(), expected);
        for (key, value) in json!(playlist).as_object().unwrap() {
            assert_eq!(page[key], *value, "{key}");
        }
        assert_eq!(page["sound_count"], json!(own.len()));
        assert_eq!(page["has_more"], json!(own.len() > 100));
        let ids: Vec<_> = own.iter().map(|sound| sound.id.to_string()).collect();
        // Few enough for every size of page.
        if ids.len() < 35 {
            assert_pages(&kate, &path, "", &ids);
        }
        // Every id is a position, also of a sound that is not in it.
        let found = crate::lists::page(&kate, &path, &format!("starting_after={NOBODY}"));
        assert_eq!((found.ids.len(), found.has_more), (0, false));
    }
    for id in [NOBODY, &kate.id, "x"] {
        kate.get(&format!("/v1/playlists/{id}"))
            .refused(404, "resource_missing", None);
    }
    let id = catalogue.playlists[0].id;
    for cursor in ["", "x", "0000-00000000000"] {
        kate.get(&format!("/v1/playlists/{id}?starting_after={cursor}"))
            .refused(400, "cursor_invalid", Some("starting_after"));
    }
}

#[test]
fn themes_count_their_sounds_and_playlists() {
    let kate = person("themes");
    let all: Vec<_> = catalogue().themes.iter().map(|own| json!(own)).collect();
    assert_walks(&kate, "/v1/themes", "", "id", &all, &[1, 2, 3, 100]);
    let nature = all.iter().find(|theme| theme["name"] == "Nature").unwrap();
    assert_eq!(nature["playlist_count"], 1);
    let found = page(&kate, "/v1/sounds", "limit=100&theme=nature");
    assert_eq!(json!(found.ids.len()), nature["sound_count"]);
}

#[test]
fn playlists_are_found_by_name_theme_and_description() {
    let kate = person("playlists.search");
    let names = |query: &str| -> Vec<Value> {
        let page = kate
            .get(&format!("/v1/playlists/search?query={query}"))
            .expect(200);
        let data = page["data"].as_array().unwrap();
        for playlist in data {
            let stored = catalogue()
                .playlists
                .iter()
                .find(|own| json!(own.id) == playlist["id"]);
            assert_eq!(*playlist, json!(stored.unwrap()));
        }
        data.iter().map(|playlist| playlist["name"].clone()).collect()
    };
    assert_eq!(names("stormy"), ["Stormy evening"]);
    assert_eq!(names("EVEN"), ["Stormy evening"]);
    assert_eq!(names("shelf"), ["Empty shelf"]);
    assert_eq!(names("qqzzxx"), [] as [Value; 0]);
    let all = page(&kate, "/v1/playlists/search", "query=edition").ids;
    assert_eq!(all.len(), 2, "by their descriptions");
    assert_pages(&kate, "/v1/playlists/search", "query=edition", &all);
    let missing = page(&kate, "/v1/playlists/search", "query=shelf").ids.remove(0);
    for cursor in [NOBODY, &missing, "x", ""] {
        for param in ["starting_after", "ending_before"] {
            kate.get(&format!("/v1/playlists/search?query=edition&{param}={cursor}"))
                .refused(400, "cursor_invalid", Some(param));
        }
    }
}
