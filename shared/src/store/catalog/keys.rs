//! The keys of the catalogue's rows. All but the pointer, the list of versions and what is known of audio stand under
//! the version that they belong to: `docs/DATA-MODEL.md`.

use crate::model::{Label, PlaylistId, SoundFilter, SoundId, StoredSound, VersionId};
use crate::store::table::Key;

/// The partition of the pointer and of the list of versions.
const CATALOG: &str = "CATALOG";

/// The partition of the list of audio that no sound may need.
const AUDIO: &str = "AUDIO";

/// How the sort keys of that list begin; the SHA-256 follows.
pub(crate) const UNUSED: &str = "UNUSED#";
/// How the sort keys of versions begin; the version follows.
pub(crate) const VERSIONS: &str = "VERSION#";
/// How the sort keys of sounds begin, and of what is known of each; the sound's id follows.
pub(crate) const SOUNDS: &str = "SOUND#";
/// How the sort keys of playlists begin; the id follows.
pub(crate) const PLAYLISTS: &str = "PLAYLIST#";
/// How the sort keys of the parts of the list of tags begin.
pub(crate) const TAGS: &str = "TAGS#";
/// How the sort keys of the parts of the list of themes begin.
pub(crate) const THEMES: &str = "THEMES#";

impl Key {
    /// Which version is published.
    pub(crate) fn published() -> Self {
        Self::new(CATALOG, "PUBLISHED")
    }

    /// A version.
    pub(crate) fn version(version: VersionId) -> Self {
        Self::new(CATALOG, format_args!("{VERSIONS}{version}"))
    }

    /// A sound.
    pub(crate) fn sound(version: VersionId, id: SoundId) -> Self {
        Self::sound_in(sounds_partition(version), id)
    }

    /// A sound in one of the lists of a version.
    pub(crate) fn sound_in(partition: String, id: SoundId) -> Self {
        Self::new(partition, format_args!("{SOUNDS}{id}"))
    }

    /// The sounds that are like a sound.
    pub(crate) fn similar(version: VersionId, id: SoundId) -> Self {
        Self::sound_in(format!("{}#SIMILAR", version_partition(version)), id)
    }

    /// A playlist.
    pub(crate) fn playlist(version: VersionId, id: PlaylistId) -> Self {
        Self::new(playlists_partition(version), format_args!("{PLAYLISTS}{id}"))
    }

    /// One part of the list of tags or of that of themes.
    pub(crate) fn part(version: VersionId, list: &str, number: usize) -> Self {
        Self::new(version_partition(version), format_args!("{list}{number:04}"))
    }

    /// What is known of the audio with this SHA-256.
    pub(crate) fn audio(sha256: &str) -> Self {
        Self::new(format_args!("AUDIO#{sha256}"), "AUDIO")
    }

    /// That no sound may need the audio with this SHA-256.
    pub(crate) fn unused_audio(sha256: &str) -> Self {
        Self::new(AUDIO, format_args!("{UNUSED}{sha256}"))
    }
}

/// The partition of the pointer and of the list of versions.
pub(crate) fn catalog_partition() -> String {
    CATALOG.to_owned()
}

/// The partition of the list of audio that no sound may need.
pub(crate) fn audio_partition() -> String {
    AUDIO.to_owned()
}

/// Whether a row is of the catalogue.
pub(crate) fn is_of_catalog(key: &Key) -> bool {
    key.pk.split('#').next() == Some(CATALOG)
}

/// The version that a row belongs to; none for the pointer and what stands beside it.
pub(crate) fn version_of(key: &Key) -> Option<VersionId> {
    key.pk.split('#').nth(1)?.parse().ok()
}

/// The partition of a version's short lists.
pub(crate) fn version_partition(version: VersionId) -> String {
    format!("{CATALOG}#{version}")
}

/// The partition of all sounds of a version.
pub(crate) fn sounds_partition(version: VersionId) -> String {
    format!("{}#SOUNDS", version_partition(version))
}

/// The partition of all playlists of a version.
pub(crate) fn playlists_partition(version: VersionId) -> String {
    format!("{}#PLAYLISTS", version_partition(version))
}

/// The partition of the sounds of a playlist.
pub(crate) fn playlist_partition(version: VersionId, id: PlaylistId) -> String {
    format!("{}#PLAYLIST#{id}", version_partition(version))
}

/// The smallest partition that is known to hold all sounds that the filter lets through.
pub(crate) fn filtered_partition(version: VersionId, filter: &SoundFilter) -> String {
    let SoundFilter { tag, theme, category } = filter;
    match (tag, theme, category) {
        (Some(tag), ..) => label_partition(version, "TAG", tag),
        (None, Some(theme), _) => label_partition(version, "THEME", theme),
        (None, None, Some(category)) => label_partition(version, "CATEGORY", category),
        (None, None, None) => sounds_partition(version),
    }
}

/// The copies of a sound: one in each list that it stands in.
pub(crate) fn copies_of(version: VersionId, sound: &StoredSound) -> Vec<Key> {
    let labels = |kind, labels: &[Label]| -> Vec<String> {
        labels
            .iter()
            .map(|label| label_partition(version, kind, label))
            .collect()
    };
    let playlists = sound.playlists.iter().map(|id| playlist_partition(version, *id));
    labels("TAG", &sound.tags)
        .into_iter()
        .chain(labels("THEME", &sound.themes))
        .chain(labels("CATEGORY", sound.category.as_slice()))
        .chain(playlists)
        .map(|partition| Key::sound_in(partition, sound.id))
        .collect()
}

fn label_partition(version: VersionId, kind: &str, label: &Label) -> String {
    format!("{}#{kind}#{}", version_partition(version), label.key())
}
