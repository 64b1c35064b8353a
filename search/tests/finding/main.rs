//! What is found, in which order, and page by page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

#[path = "../support/mod.rs"]
mod support;

mod objects;
mod pages;
mod words;

use search::{SearchError, SoundIndex, build_sounds};
use shared::model::{Page, PageRequest, Position, SoundId, SoundSearch, StoredSound};

/// An index over these sounds.
pub(crate) fn index(sounds: &[StoredSound]) -> SoundIndex {
    SoundIndex::open(build_sounds(sounds).unwrap()).unwrap()
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

/// The titles of the first hundred that are found.
pub(crate) fn titles<'a>(sounds: &'a [StoredSound], search: &SoundSearch) -> Vec<&'a str> {
    let found = page(&index(sounds), search, 100, Position::Start).unwrap();
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
