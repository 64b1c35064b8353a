//! What a query leaves out.

use shared::model::StoredSound;

use crate::support::label;
use crate::{found, index, query, titled, titles, titles_in};

fn catalogue() -> Vec<StoredSound> {
    let mut sounds = titled(&[
        "Rain",
        "Rain and wind",
        "Rain on leaves",
        "Rain in a kick drum",
        "Rain window",
        "Rain -loop",
        "Church rain",
        "Rain 🔥",
    ]);
    sounds[0].description = Some("With thunder behind an old church".to_owned());
    sounds[6].tags = vec![label("Old church"), label("Loop")];
    sounds
}

#[test]
fn a_hyphen_leaves_out() {
    let sounds = catalogue();
    let index = index(&sounds);
    for (text, out) in [
        ("rain", &[][..]),
        ("rain -wind", &["Rain and wind"]),
        ("-wind rain", &["Rain and wind"]),
        ("rain -winds", &["Rain and wind"]),
        ("rain –wind", &["Rain and wind"]),
        ("rain −wind", &["Rain and wind"]),
        ("rain -leaf", &["Rain on leaves"]),
        ("rain -thunder", &["Rain"]),
        ("rain -kickdrum", &["Rain in a kick drum"]),
        ("rain -kick-drum", &["Rain in a kick drum"]),
        ("rain -\"kick drum\"", &["Rain in a kick drum"]),
        ("rain -\"drum kick\"", &[]),
        // No prefixes, no typos, no hyphens by themselves.
        ("rain -win", &[]),
        ("rain -wimd", &[]),
        ("rain -", &[]),
        ("rain -🔥", &["Rain 🔥"]),
        ("rain -wind -leaves", &["Rain and wind", "Rain on leaves"]),
        ("rain -loop", &["Church rain"]),
        ("rain -tag:loop", &["Church rain"]),
        ("rain -TAG:LOOP", &["Church rain"]),
        ("rain -tag:church", &[]),
        ("rain -tag:\"old church\"", &["Church rain"]),
        ("rain -tag:wind", &[]),
    ] {
        let mut expected: Vec<_> = sounds.iter().map(|sound| sound.title.as_str()).collect();
        expected.retain(|title| !out.contains(title));
        let mut found = titles_in(&index, &sounds, &query(text));
        // `Rain -loop` is what one of the queries says.
        let place = |title: &&str| sounds.iter().position(|sound| sound.title.as_str() == *title);
        found.sort_by_key(place);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_title_that_is_the_query_is_found() {
    for text in ["Pink noise -12dB", "Drum -loop", "-Loop", "Rain -tag:old"] {
        assert_eq!(found(&["Other noise", text], text).first(), Some(&text), "{text}");
    }
    assert_eq!(
        found(&["Drum", "Drum loop", "Drum -loop", "loop"], "drum -loop"),
        ["Drum -loop", "Drum"]
    );
    assert!(found(&["Rain"], "-rain").is_empty());
    assert_eq!(
        found(&["Rain", "Rain and wind"], "rain - wind")[0],
        "Rain and wind"
    );
}

#[test]
fn levels_leave_nothing_out() {
    let all = ["Tone -12dB", "Tone 12 dB", "Tone -12"];
    for text in ["tone -12dB", "tone -12 dB"] {
        assert_eq!(found(&all, text)[0], "Tone -12dB", "{text}");
        assert!(found(&all, text).contains(&"Tone 12 dB"), "{text}");
    }
    assert_eq!(found(&["Kick 808", "Kick"], "kick -808"), ["Kick"]);
    assert_eq!(found(&["Tone 50%", "Tone 50", "Tone %"], "tone -50%").len(), 2);
    assert_eq!(found(&["雨の音 rain", "雨 rain"], "rain -雨の音"), ["雨 rain"]);
    assert_eq!(found(&["Mail", "E-mail alert"], "e-mail")[0], "E-mail alert");
}

#[test]
fn a_query_that_only_leaves_out_finds_the_rest_newest_first() {
    assert_eq!(
        found(&["Rain", "Wind", "Door", "Rains of wind"], "-rain"),
        ["Wind", "Door"]
    );
    let mut sounds = titled(&["Rain", "Wind", "Door"]);
    sounds[1].tags = vec![label("loop")];
    sounds[2].tags = vec![label("hit")];
    assert_eq!(titles(&sounds, &query("-tag:loop -rain")), ["Door"]);
    let mut hits = query("-rain");
    hits.tag = Some(label("hit"));
    assert_eq!(titles(&sounds, &hits), ["Door"]);
}
