//! How objects are called.

use crate::model::VersionId;

/// The original file with this SHA-256.
#[must_use]
pub fn original(sha256: &str) -> String {
    format!("sounds/{sha256}/original")
}

/// The preview of the file with this SHA-256.
#[must_use]
pub fn preview(sha256: &str) -> String {
    format!("sounds/{sha256}/preview")
}

/// The search index over the sounds of a version of the catalogue.
#[must_use]
pub fn sound_index(version: VersionId) -> String {
    format!("indexes/{version}/sounds")
}

/// The search index over the playlists of a version of the catalogue.
#[must_use]
pub fn playlist_index(version: VersionId) -> String {
    format!("indexes/{version}/playlists")
}
