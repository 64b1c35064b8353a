//! Which words find which sounds.

use proptest::prelude::*;
use shared::model::{SoundSearch, is_symbol};

use crate::support::{label, sound};
use crate::{index, page, query, title, titled, titles};

#[test]
fn the_better_match_comes_first() {
    let cases: [(&str, &[&str]); 12] = [
        // A word, a form of it, a longer one, one with a typo.
        ("rain", &["rain fall", "rains fall", "rainbow fall", "ruin fall"]),
        // The whole title before any other.
        ("door", &["Door", "Door Door Door"]),
        ("door slam", &["Door slam", "Door slam door slam", "Slam a door"]),
        // Accents, case, and how letters are composed.
        ("CAFE", &["Café"]),
        ("de\u{301}ja\u{300} vu", &["Deja Vu"]),
        // The last word may be half a word; the others not.
        ("big expl", &["Big explosion"]),
        // Two words or one.
        ("foot steps", &["Footsteps"]),
        ("doorbell", &["Doorbell", "Door bell"]),
        ("doorbel", &["Doorbell"]),
        ("carhorn", &["Car horn"]),
        ("8bit", &["8-Bit"]),
        ("雨の", &["雨の音"]),
    ];
    for (words, best) in cases {
        let mut sounds = titled(best);
        sounds.reverse();
        for (age, sound) in (0..).zip(&mut sounds) {
            *sound = crate::support::sound(age, sound.title.as_str());
        }
        sounds.extend(titled(&["Nothing of this kind"]));
        assert_eq!(titles(&sounds, &query(words)), best, "{words}");
    }
}

#[test]
fn one_typo_is_forgiven_where_words_are_long_enough() {
    let sounds = titled(&["Thunder", "Owl", "Take 2024"]);
    for (words, found) in [
        ("thunder", true),
        ("thnder", true),
        ("thumder", true),
        ("thhunder", true),
        ("htunder", true),
        ("thnunedr", false),
        ("awl", false),
        ("2025", false),
    ] {
        assert_eq!(!titles(&sounds, &query(words)).is_empty(), found, "{words}");
    }
}

#[test]
fn the_newest_comes_first_among_equals() {
    let sounds: Vec<_> = [5, 9, 1, 7].map(|made_at| sound(made_at, "Door")).into();
    let found = page(
        &index(&sounds),
        &query("door"),
        10,
        shared::model::Position::Start,
    )
    .unwrap();
    let mut ids: Vec<_> = sounds.iter().map(|sound| sound.id).collect();
    ids.sort_unstable();
    ids.reverse();
    assert_eq!(found.data, ids);
}

#[test]
fn a_title_counts_more_than_a_description() {
    let mut sounds = titled(&["A", "Rain", "C", "D"]);
    sounds[0].description = Some("rain".to_owned());
    sounds[2].tags = vec![label("rain")];
    sounds[3].category = Some(label("rain"));
    assert_eq!(titles(&sounds, &query("rain")), ["Rain", "C", "D", "A"]);
}

#[test]
fn filters_choose_and_do_not_change_the_order() {
    let mut sounds = titled(&["Rain", "Rain rain", "Rain on a roof", "Rain at night"]);
    for (at, sound) in sounds.iter_mut().enumerate() {
        sound.duration_ms = 1000 * at as u64;
        sound.tags = vec![label(if at % 2 == 0 { "Été" } else { "winter" })];
        sound.category = Some(label("Weather"));
        sound.themes = vec![label("Nature"), label(if at < 3 { "Calm" } else { "Dark" })];
    }
    let all = titles(&sounds, &query("rain"));
    let with = |change: fn(&mut SoundSearch)| {
        let mut search = query("rain");
        change(&mut search);
        titles(&sounds, &search)
    };
    let only = |keep: fn(usize) -> bool| {
        let place = |title: &&str| {
            sounds
                .iter()
                .position(|sound| sound.title.as_str() == *title)
                .unwrap()
        };
        all.iter()
            .copied()
            .filter(|title| keep(place(title)))
            .collect::<Vec<_>>()
    };
    assert_eq!(all.len(), 4);
    assert_eq!(
        with(|search| search.tag = Some(label("ETE"))),
        only(|at| at % 2 == 0)
    );
    assert_eq!(with(|search| search.tag = Some(label("et"))), [""; 0]);
    assert_eq!(with(|search| search.category = Some(label("weather"))), all);
    assert_eq!(
        with(|search| search.theme = Some(label("calm"))),
        only(|at| at < 3)
    );
    assert_eq!(
        with(|search| search.min_duration_ms = Some(1000)),
        only(|at| at >= 1)
    );
    assert_eq!(
        with(|search| search.max_duration_ms = Some(1000)),
        only(|at| at <= 1)
    );
    let both = with(|search| {
        search.theme = Some(label("CALM"));
        search.tag = Some(label("été"));
        search.min_duration_ms = Some(1);
    });
    assert_eq!(both, only(|at| at == 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_title_finds_its_sound(
        titles in prop::collection::vec(title("(\\PC{1,6}|[a-zé]{1,8}|[а-я]{1,6}|[一-龥ぁ-ん가-힣]{1,6}|[ก-ฮ]{1,5}|[🔥♥★☂♪€+#%&@°]{1,3})( [a-z]{1,6})?"), 1..6),
    ) {
        let sounds: Vec<_> = (0..).zip(&titles).map(|(made_at, title)| sound(made_at, title)).collect();
        let index = index(&sounds);
        for (at, title) in titles.iter().enumerate() {
            if !title.chars().any(|c| c.is_alphanumeric() || is_symbol(c)) {
                continue;
            }
            let found = page(&index, &query(title), 100, shared::model::Position::Start).unwrap();
            // Others may have the same title but for case and such.
            prop_assert!(found.data.contains(&sounds[at].id), "{title:?} finds {:?}", found.data);
        }
    }

    #[test]
    fn any_query_is_answered(text in title("\\PC{1,60}[a-z0-9]"), other in title("\\PC{1,20}")) {
        let sounds = [sound(1, &other), sound(2, &text)];
        let found = page(&index(&sounds), &query(&text), 100, shared::model::Position::Start).unwrap();
        prop_assert!(found.data.contains(&sounds[1].id));
    }
}
