//! The limits of a manifest's fields.

/// The most characters of a description.
pub(super) const MOST_DESCRIPTION: usize = 2000;

/// The most tags, themes and playlists of a sound.
pub(super) const MOST_LABELS: usize = 50;
