//! Symbols and emoji.

use proptest::prelude::*;

use crate::support::label;
use crate::{found, index, query, titled, titles, titles_in};

#[test]
fn symbols_are_found() {
    let all = [
        "Fire 🔥",
        "I ♥ rain",
        "Star ★",
        "C++ compiler",
        "C# minor",
        "C major",
        "Battery 50%",
        "Rock & roll",
        "Costs €5",
        "Turn 90°",
        "Arrow →",
        "Mail @ work",
        "Hand 👍",
        "Rocket 👩‍🚀",
        "Woman 👩",
        "Flag 🇩🇪",
        "Heart ❤️‍🔥",
        "Song ♪",
        "1 + 1",
    ];
    let sounds = titled(&all);
    let index = index(&sounds);
    for (text, best) in [
        ("🔥", &["Fire 🔥"][..]),
        ("♥", &["I ♥ rain"]),
        ("♥️", &["I ♥ rain"]),
        ("♥\u{FE0E}", &["I ♥ rain"]),
        ("★", &["Star ★"]),
        ("c++", &["C++ compiler"]),
        ("C#", &["C# minor"]),
        ("50%", &["Battery 50%"]),
        ("50 %", &["Battery 50%"]),
        ("%", &["Battery 50%"]),
        ("€", &["Costs €5"]),
        ("5€", &["Costs €5"]),
        ("90°", &["Turn 90°"]),
        ("→", &["Arrow →"]),
        ("@", &["Mail @ work"]),
        ("👍🏽", &["Hand 👍"]),
        ("👍", &["Hand 👍"]),
        ("👩🏿‍🚀", &["Rocket 👩‍🚀"]),
        ("👩", &["Woman 👩"]),
        ("🇩🇪", &["Flag 🇩🇪"]),
        ("❤‍🔥", &["Heart ❤️‍🔥"]),
        ("♪", &["Song ♪"]),
        ("&", &["Rock & roll"]),
    ] {
        assert_eq!(titles_in(&index, &sounds, &query(text)), best, "{text}");
    }
    assert_eq!(titles_in(&index, &sounds, &query("c"))[0], "C major");
}

#[test]
fn symbols_do_little_harm() {
    let all = ["Rain", "Rain and wind", "1 + 1", "Rock and roll", "C major"];
    for (text, best) in [
        ("rain!", "Rain"),
        ("#rain", "Rain"),
        ("rain + wind", "Rain and wind"),
        ("rain & wind", "Rain and wind"),
        ("rock & roll", "Rock and roll"),
        ("\"rain\"", "Rain"),
        ("c++", "C major"),
    ] {
        let found = found(&all, text);
        assert_eq!(found[0], best, "{text}");
        assert!(!found[1..].contains(&"1 + 1"), "{text}");
    }
    assert_eq!(
        found(&["Rain | Thunder", "Rain thunder rain"], "rain thunder")[0],
        "Rain | Thunder"
    );
    assert_eq!(found(&["C++", "C"], "c"), ["C", "C++"]);
    assert_eq!(found(&["C", "C++"], "c++"), ["C++"]);
}

#[test]
fn a_minus_is_a_hyphen() {
    let all = ["Noise -12 dB", "Noise −12 dB"];
    for text in ["noise -12dB", "noise −12dB", "noise –12 dB"] {
        assert_eq!(found(&all, text).len(), 2, "{text}");
    }
    assert_eq!(found(&["1 − 1", "Else"], "−"), ["1 − 1"]);
}

#[test]
fn symbols_are_found_in_tags_and_descriptions() {
    let mut sounds = titled(&["A", "B", "C"]);
    sounds[0].tags = vec![label("🔥")];
    sounds[1].description = Some("All 🔥🔥🔥".to_owned());
    assert_eq!(titles(&sounds, &query("🔥")), ["A", "B"]);
}

#[test]
fn skin_tones_are_left_away_in_titles_too() {
    assert_eq!(found(&["Clap 👏🏽", "Clap"], "👏"), ["Clap 👏🏽"]);
    assert_eq!(found(&["Run 🏃🏽‍♀️", "Run"], "🏃"), ["Run 🏃🏽‍♀️"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_query_of_signs_is_answered(
        text in "(-?(tag:)?[\"“«]?(🔥|♥|👩‍🚀|🏽|\u{FE0F}|\u{200D}|[-a-c0-9.,'’/+#%&@ ]){0,6}[\"”»]? ?){1,6}z",
    ) {
        let sounds = titled(&["z", "a b", "1.5"]);
        let found = titles(&sounds, &query(&text));
        prop_assert!(found.len() <= sounds.len());
    }
}
