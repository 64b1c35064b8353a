//! Words in one, with a hyphen, or apart: they find each other.

use proptest::prelude::*;

use crate::support::{label, sound};
use crate::{find_each_other, found, query, titled, titles};

#[test]
fn one_word_or_several_find_each_other() {
    let cases: [&[&str]; 22] = [
        &["SOS", "S.O.S.", "S O S", "S-O-S"],
        &["USA crowd", "U.S.A. crowd", "u.s.a crowd"],
        &["Aha", "A-ha"],
        &["Xray", "X-ray", "X ray"],
        &["Email", "E-mail", "E mail"],
        &["Ebike passing", "E-bike passing"],
        &["1000 cheers", "1,000 cheers", "1'000 cheers"],
        &["1000000", "1,000,000"],
        &["1000hz tone", "1,000 Hz tone", "1000 hz tone", "1,000Hz tone"],
        &["Kickdrum", "Kick drum", "Kick-drum", "Kick_drum", "Kick.drum"],
        &["Kickdrums", "Kick drum", "Kick-drum"],
        &["Merrygoround", "Merry-go-round", "Merry go round"],
        &["Rocknroll", "Rock'n'roll", "Rock-n-roll", "Rock’n’roll"],
        &["Oclock bell", "O'clock bell", "O’Clock bell"],
        &["ACDC riff", "AC/DC riff"],
        &["Scifi door", "Sci-fi door", "Sci fi door"],
        &["Hihat", "Hi-hat", "Hi hat"],
        &["R2D2", "R2-D2"],
        &["F16 jet", "F-16 jet", "F 16 jet"],
        &["8bit", "8-bit", "8 bit"],
        &["Jackinthebox", "Jack-in-the-box", "Jack in the box"],
        &["צהל", "צה״ל"],
    ];
    for titles in cases {
        find_each_other(titles);
    }
}

#[test]
fn units_stand_behind_their_number_with_a_space_or_without() {
    for titles in [
        &["Tone 48kHz", "Tone 48 kHz", "Tone 48 khz", "Tone 48-khz"][..],
        &["Take 16bit", "Take 16 bit", "Take 16-bit"],
        &["Beep 5s", "Beep 5 s"],
        &["Loop 120bpm", "Loop 120 BPM"],
        &["Noise 1.5s", "Noise 1.5 s", "Noise 1,5 s"],
    ] {
        find_each_other(titles);
    }
    // In descriptions as well.
    let mut sounds = titled(&["A", "B"]);
    sounds[0].description = Some("Recorded at 48 kHz".to_owned());
    sounds[1].description = Some("Recorded at 48kHz".to_owned());
    for text in ["48khz", "48 khz", "48-kHz"] {
        assert_eq!(titles(&sounds, &query(text)).len(), 2, "{text}");
    }
}

#[test]
fn other_numbers_are_other_numbers() {
    let all = [
        "Take 15", "Take 1.5", "Take 5.1", "Take 51", "Take 1-5", "Take 1 5",
    ];
    for (text, best) in [
        ("15", "Take 15"),
        ("1.5", "Take 1.5"),
        ("5.1", "Take 5.1"),
        ("51", "Take 51"),
    ] {
        assert_eq!(found(&all, text), [best], "{text}");
    }
    assert_eq!(found(&["1,000", "1,0000", "1.000"], "1000"), ["1,000"]);
}

#[test]
fn what_is_written_so_comes_first() {
    for (text, best) in [
        ("kickdrum", &["Kickdrum", "Kick drum"][..]),
        ("kick drum", &["Kick drum", "Kickdrum"]),
        ("carpet", &["A carpet", "Car pet"]),
        ("usa", &["USA", "U.S.A."]),
        ("xray", &["Xray", "X ray"]),
        ("sunlight", &["Sunlight", "Sun light", "Sunlit"]),
    ] {
        let mut all = best.to_vec();
        all.reverse();
        assert_eq!(found(&all, text)[..2], best[..2], "{text}");
    }
}

#[test]
fn neighbours_only_make_a_word() {
    let all = ["Kick drum", "Kick and a drum", "Drum kick", "Drum"];
    assert_eq!(found(&all, "kickdrum"), ["Kick drum"]);
    for (text, other) in [
        ("therapist", "The rapist"),
        ("the rapist", "Therapist"),
        ("together", "To get her"),
        ("to day", "Today"),
        ("today", "To day"),
        ("island", "Is land"),
        ("us", "Random bus"),
        ("15", "1 5"),
    ] {
        assert!(found(&[other], text).is_empty(), "{text} finds {other}");
    }
}

#[test]
fn words_that_are_one_may_have_another_form_there() {
    for (text, title) in [
        ("kick drums", "Kickdrum"),
        ("kick drum", "Kickdrums"),
        ("hi-hats", "Hihat"),
        ("grand child", "Grandchildren"),
        ("o'brien's", "Obrien"),
    ] {
        assert_eq!(found(&[title, "Else"], text), [title], "{text}");
    }
}

#[test]
fn a_word_is_not_taken_apart_in_every_way_there_is() {
    let all = ["b b", "bb b", "b bb", "bb bb"];
    // Some hundred million ways, none of which any title has.
    let word = format!("{}q", "b".repeat(38));
    assert!(found(&all, &word).is_empty());
    assert_eq!(found(&all, &format!("-{word}")).len(), all.len());
}

#[test]
fn tags_are_taken_apart_too() {
    let mut sounds = titled(&["A", "B"]);
    sounds[0].tags = vec![label("Kick drum")];
    sounds[1].tags = vec![label("kick"), label("drum")];
    assert_eq!(titles(&sounds, &query("kickdrum")), ["A"]);
    sounds[1].tags = vec![label("Kick-Drum")];
    assert_eq!(titles(&sounds, &query("kickdrum")).len(), 2);
}

/// A word that is no function word, and so may begin a compound.
fn part() -> impl Strategy<Value = String> {
    "[b-df-hj-np-tv-z][aeou][a-z]{1,4}".prop_filter("a function word", |word| {
        !["that", "the", "was", "for", "by", "to", "with", "while"].contains(&word.as_str())
    })
}

const BETWEEN: [&str; 6] = ["", "-", ".", "/", " ", "_"];

/// The parts with what stands between them, or in camel case.
fn compound(parts: &[String], way: usize) -> String {
    let capital = |part: &String| part[..1].to_uppercase() + &part[1..];
    match BETWEEN.get(way) {
        Some(between) => parts.join(between),
        None => parts.iter().map(capital).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_compound_is_found_however_it_is_written(
        parts in prop::collection::vec(part(), 2..6),
        title in 0..=BETWEEN.len(),
        asked in 0..=BETWEEN.len(),
        has_other: bool,
    ) {
        let [title, asked] = [title, asked].map(|way| compound(&parts, way));
        let mut sounds = vec![sound(1, &title)];
        if has_other {
            sounds.push(sound(2, &format!("{asked} of another sound")));
        }
        let found = titles(&sounds, &query(&asked));
        prop_assert!(found.contains(&title.as_str()), "{asked} finds {found:?}, not {title}");
    }

    #[test]
    fn any_abbreviation_is_found_however_it_is_written(
        letters in prop::collection::vec("[a-z]", 2..7),
        title in prop::sample::select(vec!["", ".", "-", " ", ". "]),
        asked in prop::sample::select(vec!["", ".", "-", " ", ". "]),
    ) {
        let [title, asked] = [title, asked].map(|between| letters.join(between));
        let found = found(&[&title], &asked);
        prop_assert!(found.contains(&title.as_str()), "{asked} does not find {title}");
    }
}
