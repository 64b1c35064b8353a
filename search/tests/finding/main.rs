//! What is found, in which order, and page by page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

#[path = "../support/mod.rs"]
mod support;

mod exclusions;
mod forms;
mod joined;
mod names;
mod objects;
mod pages;
mod symbols;
mod synonyms;
mod words;

use proptest::prelude::*;
use search::{SearchError, SoundIndex, build_sounds};
use shared::model::{Page, PageRequest, Position, SoundId, SoundSearch, SoundTitle, StoredSound};
use support::sound;

/// An index over these sounds.
pub(crate) fn index(sounds: &[StoredSound]) -> SoundIndex {
    with_synonyms(sounds, &NONE)
}

/// No synonyms.
pub(crate) const NONE: [Vec<String>; 0] = [];

/// An index over these sounds with synonyms.
pub(crate) fn with_synonyms(sounds: &[StoredSound], synonyms: &[Vec<String>]) -> SoundIndex {
    SoundIndex::open(build_sounds(sounds, synonyms).unwrap()).unwrap()
}

/// A search for a query, without filters.
pub(crate) fn query(query: &str) -> SoundSearch {
    serde_json::from_value(serde_json::json!({ "query": query })).unwrap()
}

/// A page of what is found.
pub(crate) fn page(
    index: &SoundIndex,
    search: &SoundSearch,
    limit: usize,
    position: Position<String>,
) -> Result<Page<SoundId>, SearchError> {
    index.search(search, &PageRequest { limit, position })
}

/// Sounds with these titles, each older than the one before.
pub(crate) fn titled(titles: &[&str]) -> Vec<StoredSound> {
    (0..)
        .zip(titles)
        .map(|(age, title)| sound(1000 - age, title))
        .collect()
}

/// What a pattern makes, where a sound may be called so: not with U+2028 and the like, nor with what cannot be seen.
pub(crate) fn title(pattern: &'static str) -> impl Strategy<Value = String> {
    pattern.prop_filter("no title", |text| SoundTitle::try_from(text.clone()).is_ok())
}

/// Which of these titles a query finds, the best first.
pub(crate) fn found<'a>(titles: &[&'a str], query: &str) -> Vec<&'a str> {
    let sounds = titled(titles);
    let found = self::titles(&sounds, &self::query(query)).into_iter();
    let own = |found: &str| *titles.iter().find(|title| **title == found).unwrap();
    found.map(own).collect()
}

/// Asserts that each of these finds all of them.
pub(crate) fn find_each_other(titles: &[&str]) {
    let mut all = titles.to_vec();
    all.push("Nothing of this kind");
    let sounds = titled(&all);
    let index = index(&sounds);
    for query in titles {
        let mut found = titles_in(&index, &sounds, &self::query(query));
        let place = |title: &&str| titles.iter().position(|known| known == title);
        found.sort_by_key(place);
        assert_eq!(found, titles, "{query}");
    }
}

/// The titles of the first hundred that are found.
pub(crate) fn titles<'a>(sounds: &'a [StoredSound], search: &SoundSearch) -> Vec<&'a str> {
    titles_in(&index(sounds), sounds, search)
}

/// The titles of the first hundred of these sounds that are found in their index.
pub(crate) fn titles_in<'a>(
    index: &SoundIndex,
    sounds: &'a [StoredSound],
    search: &SoundSearch,
) -> Vec<&'a str> {
    let found = page(index, search, 100, Position::Start).unwrap();
    let title = |id: &SoundId| {
        sounds
            .iter()
            .find(|sound| sound.id == *id)
            .unwrap()
            .title
            .as_str()
    };
    found.data.iter().map(title).collect()
}
