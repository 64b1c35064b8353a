//! The indexes over the catalogue.

use shared::model::{Page, PageRequest, PlaylistId, PlaylistSearch, SoundId, SoundSearch};

use crate::container::{PLAYLISTS, SOUNDS};
use crate::error::SearchError;
use crate::index::Index;
use crate::results::{self, Filter};

/// The index over sounds.
pub struct SoundIndex(Index);

impl SoundIndex {
    /// Opens what [`crate::build_sounds`] made. It is used where it lies: nothing is copied.
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
        results::page(&self.0, search.query.as_str(), &filter, page)
    }
}

/// The index over playlists.
pub struct PlaylistIndex(Index);

impl PlaylistIndex {
    /// Opens what [`crate::build_playlists`] made. It is used where it lies: nothing is copied.
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
        results::page(&self.0, search.query.as_str(), &Filter::default(), page)
    }
}
