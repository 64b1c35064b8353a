//! Pages: together they are the one list, whichever way somebody goes through it.

use proptest::prelude::*;
use search::SearchError;
use shared::model::{Page, Position, SoundId, SoundSearch};

use crate::support::{label, sound};
use crate::{index, page, query, with_synonyms};

const WORDS: [&str; 6] = ["rain", "rainy", "door", "rainbow", "train", "ruin"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pages_are_parts_of_one_list(
        sounds in prop::collection::vec((0..40u64, prop::collection::vec(0..WORDS.len(), 1..4), any::<bool>()), 1..60),
        words in prop::collection::vec(0..WORDS.len(), 1..3),
        tagged: bool,
        out in prop::option::of(0..WORDS.len()),
        limit in 1..9usize,
    ) {
        let text = |words: &[usize]| words.iter().map(|word| WORDS[*word]).collect::<Vec<_>>().join(" ");
        let mut all = Vec::new();
        for (made_at, words, is_tagged) in &sounds {
            let mut sound = sound(*made_at, &text(words));
            sound.tags = if *is_tagged { vec![label("new")] } else { Vec::new() };
            if all.iter().all(|other: &shared::model::StoredSound| other.id != sound.id) {
                all.push(sound);
            }
        }
        let index = with_synonyms(&all, &[vec!["ruin".to_owned(), "train".to_owned()]]);
        let out = out.map(|word| format!(" -{}", WORDS[word])).unwrap_or_default();
        let mut search = query(&format!("{}{out}", text(&words)));
        search.tag = tagged.then(|| label("NEW"));
        let get = |limit, position| page(&index, &search, limit, position).unwrap();

        let whole: Page<SoundId> = get(100, Position::Start);
        prop_assert!(!whole.has_more && whole.next_cursor.is_none());
        let whole = whole.data;

        let (mut walked, mut position) = (Vec::new(), Position::Start);
        loop {
            let next = get(limit, position);
            walked.extend(next.data);
            prop_assert_eq!(next.has_more, next.next_cursor.is_some());
            prop_assert_eq!(next.has_more, walked.len() < whole.len());
            match next.next_cursor {
                Some(cursor) => position = Position::After(cursor),
                None => break,
            }
        }
        prop_assert_eq!(&walked, &whole);

        if let Some(last) = whole.last() {
            let (mut walked, mut position) = (vec![*last], Position::Before(last.to_string()));
            loop {
                let next = get(limit, position);
                prop_assert_eq!(next.has_more, walked.len() + next.data.len() < whole.len());
                let Some(first) = next.data.first() else { break };
                position = Position::Before(first.to_string());
                walked.splice(0..0, next.data);
            }
            prop_assert_eq!(&walked, &whole);
        }
        for (place, id) in whole.iter().enumerate() {
            let after = get(limit, Position::After(id.to_string())).data;
            prop_assert_eq!(after, &whole[place + 1..(place + 1 + limit).min(whole.len())]);
        }
    }
}

#[test]
fn a_cursor_is_a_sound_that_matches() {
    let mut sounds = [sound(1, "Rain"), sound(2, "Rain"), sound(3, "Door")];
    sounds[0].tags = vec![label("old")];
    let index = index(&sounds);
    let refused = |search: &SoundSearch, position: Position<String>| {
        let expected = position.parameter();
        match page(&index, search, 5, position) {
            Err(SearchError::CursorInvalid { param }) => param == expected,
            _ => false,
        }
    };
    let [old, new, other] = sounds.each_ref().map(|sound| sound.id.to_string());
    let (rain, mut old_rain) = (query("rain"), query("rain"));
    old_rain.tag = Some(label("old"));
    assert!(!refused(&rain, Position::After(new.clone())));
    assert!(!refused(&old_rain, Position::Before(old)));
    for cursor in [
        other,
        "no id".to_owned(),
        "0000000000000000".to_owned(),
        String::new(),
    ] {
        assert!(refused(&rain, Position::After(cursor.clone())), "{cursor}");
        assert!(refused(&rain, Position::Before(cursor)));
    }
    assert!(
        refused(&old_rain, Position::After(new)),
        "the filter leaves it out"
    );
}
