//! The limits of a manifest's fields.

/// The most characters of a title.
pub(super) const MOST_TITLE: usize = 200;

/// The most characters of a description.
pub(super) const MOST_DESCRIPTION: usize = 2000;

/// The most characters of a label.
pub(super) const MOST_LABEL: usize = 64;

/// The most tags, themes and playlists of a sound.
pub(super) const MOST_LABELS: usize = 50;
