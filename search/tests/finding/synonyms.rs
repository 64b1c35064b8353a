//! Synonyms of the operator.

use search::{PlaylistIndex, build_playlists};
use serde_json::json;
use shared::model::{Id, Millis, PageRequest, Playlist, PlaylistId, PlaylistSearch, Position};

use crate::support::label;
use crate::{query, titled, titles_in, with_synonyms};

/// Groups of synonyms, one for each line.
fn groups(lines: &[&str]) -> Vec<Vec<String>> {
    let group = |line: &&str| line.split(", ").map(ToOwned::to_owned).collect();
    lines.iter().map(group).collect()
}

fn groups_of_these() -> Vec<Vec<String>> {
    groups(&[
        "airplane, aeroplane, plane",
        "Police car, cop car, squad cars",
        "film, Movie",
        "movie, motion picture",
        "S.O.S., distress call",
        "the rapist, offender",
        "犬, dog",
        "only",
        "!, ?",
    ])
}

/// Which of these titles a query finds with the synonyms, the best first.
fn found<'a>(titles: &[&'a str], text: &str) -> Vec<&'a str> {
    let sounds = titled(titles);
    let index = with_synonyms(&sounds, &groups_of_these());
    let found = titles_in(&index, &sounds, &query(text)).into_iter();
    let own = |found: &str| *titles.iter().find(|title| **title == found).unwrap();
    found.map(own).collect()
}

#[test]
fn synonyms_are_found_below_direct_hits() {
    for (text, best) in [
        ("airplane", &["Airplane", "Plane"][..]),
        ("plane", &["Plane", "Aeroplanes"]),
        ("AEROPLANES", &["An aeroplane", "Planes"]),
        ("police car", &["Police cars", "Cop car"]),
        (
            "cop car chase",
            &["Cop car chase", "Police car chase", "A squad car"],
        ),
        ("film", &["Film", "Movie"]),
        ("movies", &["Movie", "Motion picture"]),
        ("motion pictures", &["A motion picture", "Movies"]),
        ("sos", &["SOS", "Distress call"]),
        ("distress call", &["Distress call", "S.O.S."]),
        ("motionpicture", &["Motionpicture", "Motion picture", "Movie"]),
        ("movie", &["Movie", "Motionpicture"]),
        ("dog", &["Dogs", "犬"]),
        ("犬", &["犬", "A dog"]),
    ] {
        let mut all = best.to_vec();
        all.reverse();
        all.push("Nothing of this kind");
        assert_eq!(found(&all, text), best, "{text}");
    }
}

#[test]
fn phrases_are_found_as_phrases() {
    assert!(found(&["Picture in motion", "Motion of a picture"], "movie").is_empty());
    assert!(found(&["Offender"], "therapist").is_empty());
    assert!(!found(&["Plane"], "police").contains(&"Plane"));
    // A group does not lead on to the next.
    assert!(found(&["Motion picture"], "film").is_empty());
    // The beginning of a word and a typo have no synonyms.
    assert_eq!(found(&["Aeroplane", "Airplane"], "airpla"), ["Airplane"]);
}

#[test]
fn a_direct_hit_anywhere_is_above() {
    let mut sounds = titled(&["Plane", "Airplane airplane", "Nothing"]);
    sounds[2].description = Some(format!(
        "A long text {} with an aeroplane",
        "and more ".repeat(12)
    ));
    sounds[0].tags = vec![label("plane")];
    let index = with_synonyms(&sounds, &groups_of_these());
    let best = titles_in(&index, &sounds, &query("aeroplane"));
    assert_eq!(best[0], "Nothing");
    assert_eq!(best.len(), 3);
}

#[test]
fn a_direct_hit_in_a_very_long_description_is_above() {
    let mut sounds = titled(&["Airplane airplane", "Nothing", "Else"]);
    sounds[1].description = Some(format!("{} aeroplane", "and more ".repeat(400)));
    sounds[2].description = Some("Short".to_owned());
    let index = with_synonyms(&sounds, &groups_of_these());
    assert_eq!(
        titles_in(&index, &sounds, &query("aeroplane")),
        ["Nothing", "Airplane airplane"]
    );
}

#[test]
fn synonyms_are_above_typos_and_leave_nothing_out() {
    let sounds = titled(&["Plant", "Airplane"]);
    let index = with_synonyms(&sounds, &groups_of_these());
    assert_eq!(titles_in(&index, &sounds, &query("plane")), ["Airplane", "Plant"]);
    assert_eq!(
        titles_in(&index, &sounds, &query("airplane -plane")),
        ["Airplane"]
    );
}

#[test]
fn playlists_have_synonyms() {
    let id: PlaylistId = Id::from_parts(Millis(1), 7);
    let playlist = Playlist {
        id,
        name: label("Movies at night"),
        description: None,
        theme: None,
        sound_count: 1,
        created_at: id.created_at(),
    };
    let index = PlaylistIndex::open(build_playlists([&playlist], &groups_of_these()).unwrap()).unwrap();
    let search: PlaylistSearch = serde_json::from_value(json!({ "query": "film" })).unwrap();
    let page = PageRequest {
        limit: 10,
        position: Position::Start,
    };
    assert_eq!(index.search(&search, &page).unwrap().data, [id]);
}
