//! Playlists and themes: how the catalogue is arranged.

use serde::{Deserialize, Serialize};

use super::id::{PlaylistId, ThemeId};
use super::page::Page;
use super::sound::Sound;
use super::text::{CatalogQuery, Label};
use super::timestamp::Timestamp;

/// Some sounds that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Playlist {
    /// Unique, and the same in every version of the catalogue.
    pub id: PlaylistId,
    /// What it is called.
    pub name: Label,
    /// What it is about.
    pub description: Option<String>,
    /// The name of the theme that it belongs to.
    pub theme: Option<Label>,
    /// How many sounds are in it.
    pub sound_count: u32,
    /// When it was first imported.
    pub created_at: Timestamp,
}

/// A playlist with a page of its sounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaylistPage {
    /// The playlist.
    #[serde(flatten)]
    pub playlist: Playlist,
    /// The page.
    #[serde(flatten)]
    pub sounds: Page<Sound>,
}

/// Which playlists to find.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaylistSearch {
    /// What to search for.
    pub query: CatalogQuery,
}

/// A subject of sounds and playlists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theme {
    /// Unique, and the same in every version of the catalogue.
    pub id: ThemeId,
    /// What it is called.
    pub name: Label,
    /// How many playlists it has.
    pub playlist_count: u32,
    /// How many sounds it has.
    pub sound_count: u32,
}
