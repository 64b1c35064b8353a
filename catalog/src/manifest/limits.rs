//! The limits of a manifest's fields.

/// The most characters of a description.
pub(super) const MOST_DESCRIPTION: usize = 2000;

/// The most tags, themes and playlists of a sound.
pub(super) const MOST_LABELS: usize = 50;

/// The most terms of a group of synonyms. Each is as long as a label.
pub(super) const MOST_SYNONYMS: usize = 50;

/// The most groups of synonyms.
pub(super) const MOST_SYNONYM_GROUPS: usize = 2000;
