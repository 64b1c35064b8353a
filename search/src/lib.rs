//! The full-text index over the catalogue: the import builds it, the functions that search load it.
//!
//! An index is one object of bytes. It holds what is searched and nothing of what is shown: a search gives ids, best
//! first.

mod build;
mod container;
mod current;
mod error;
mod index;
mod query;
mod schema;
mod score;
mod words;

use shared::model::{Page, PageRequest, PlaylistId, PlaylistSearch, SoundId, SoundSearch};

pub use build::{build_playlists, build_sounds};
pub use current::{CatalogIndex, Current, Loaded, nothing};
pub use error::SearchError;
use index::{Filter, Index};

const SOUNDS: &str = "sounds";
const PLAYLISTS: &str = "playlists";

/// The index over sounds.
pub struct SoundIndex(Index);

impl SoundIndex {
    /// Opens what [`build_sounds`] made. It is used where it lies: nothing is copied.
    pub fn open(object: Vec<u8>) -> Result<Self, SearchError> {
        Index::open(SOUNDS, object).map(Self)
    }

    /// The sounds that match, best first, and newest first where they match as well. A cursor is the id of a sound that
    /// matches.
    pub fn search(&self, search: &SoundSearch, page: &PageRequest) -> Result<Page<SoundId>, SearchError> {
        let filter = Filter {
            tag: search.tag.as_ref(),
            theme: search.theme.as_ref(),
            category: search.category.as_ref(),
            min_duration_ms: search.min_duration_ms,
            max_duration_ms: search.max_duration_ms,
        };
        self.0.search(search.query.as_str(), &filter, page)
    }
}

/// The index over playlists.
pub struct PlaylistIndex(Index);

impl PlaylistIndex {
    /// Opens what [`build_playlists`] made. It is used where it lies: nothing is copied.
    pub fn open(object: Vec<u8>) -> Result<Self, SearchError> {
        Index::open(PLAYLISTS, object).map(Self)
    }

    /// The playlists that match, best first, and newest first where they match as well. A cursor is the id of a playlist
    /// that matches.
    pub fn search(
        &self,
        search: &PlaylistSearch,
        page: &PageRequest,
    ) -> Result<Page<PlaylistId>, SearchError> {
        self.0.search(search.query.as_str(), &Filter::default(), page)
    }
}
