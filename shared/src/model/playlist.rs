//! Playlists and themes of the catalogue.

use serde::{Deserialize, Serialize};

use super::id::{PlaylistId, ThemeId};
use super::name::Label;
use super::page::Page;
use super::sound::Sound;
use super::text::CatalogQuery;
use super::timestamp::Timestamp;

/// A list of sounds that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Playlist {
    /// Unique, and the same in all versions of the catalogue.
    pub id: PlaylistId,
    /// The playlist's name.
    pub name: Label,
    /// The playlist's description.
    pub description: Option<String>,
    /// The name of the playlist's theme.
    pub theme: Option<Label>,
    /// The number of sounds in the playlist.
    pub sound_count: u32,
    /// When the playlist was first imported.
    pub created_at: Timestamp,
}

/// A playlist with a page of its sounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaylistPage {
    /// The playlist.
    #[serde(flatten)]
    pub playlist: Playlist,
    /// The page of sounds.
    #[serde(flatten)]
    pub sounds: Page<Sound>,
}

/// A search for playlists.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaylistSearch {
    /// The query.
    pub query: CatalogQuery,
}

/// A theme of sounds and playlists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// Unique, and the same in all versions of the catalogue.
    pub id: ThemeId,
    /// The theme's name.
    pub name: Label,
    /// The number of playlists of the theme.
    pub playlist_count: u32,
    /// The number of sounds of the theme.
    pub sound_count: u32,
}
