//! The keys of objects.

use crate::model::{AttachmentId, VersionId};

/// The key of the original file with this SHA-256.
#[must_use]
pub fn original(sha256: &str) -> String {
    format!("sounds/{sha256}/original")
}

/// The key of the preview of the file with this SHA-256.
#[must_use]
pub fn preview(sha256: &str) -> String {
    format!("sounds/{sha256}/preview")
}

/// The key of the search index over the sounds of a catalogue version.
#[must_use]
pub fn sound_index(version: VersionId) -> String {
    format!("indexes/{version}/sounds")
}

/// The key of the search index over the playlists of a catalogue version.
#[must_use]
pub fn playlist_index(version: VersionId) -> String {
    format!("indexes/{version}/playlists")
}

/// The key of an uploaded file, under the id of the first attachment with it.
#[must_use]
pub fn upload(id: AttachmentId) -> String {
    format!("uploads/{id}")
}
