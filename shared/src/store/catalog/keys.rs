//! Keys of the catalogue's rows. Rows of a version are in partitions of that version. Exceptions: the pointer, the list
//! of versions and the audio measurements. See `docs/DATA-MODEL.md`.

use super::published::Published;
use crate::model::{Label, PlaylistId, SoundFilter, SoundId, StoredSound, VersionId};
use crate::store::table::Key;

/// The partition of the pointer and of the list of versions.
const CATALOG: &str = "CATALOG";

/// The partition of the list of unused audio.
const AUDIO: &str = "AUDIO";

/// Sort key prefix of unused audio; the SHA-256 follows.
pub(crate) const UNUSED: &str = "UNUSED#";
/// Sort key prefix of versions; the version's id follows.
pub(crate) const VERSIONS: &str = "VERSION#";
/// Sort key prefix of sounds and of their similar sounds; the sound's id follows.
pub(crate) const SOUNDS: &str = "SOUND#";
/// Sort key prefix of playlists; the playlist's id follows.
pub(crate) const PLAYLISTS: &str = "PLAYLIST#";
/// Sort key prefix of the parts of the list of tags.
pub(crate) const TAGS: &str = "TAGS#";
/// Sort key prefix of the parts of the list of themes.
pub(crate) const THEMES: &str = "THEMES#";
/// Sort key prefix of the parts of the list of synonyms.
pub(crate) const SYNONYMS: &str = "SYNONYMS#";

impl Key {
    /// The pointer to the published version.
    pub(crate) fn published() -> Self {
        Self::new(CATALOG, "PUBLISHED")
    }

    /// A version's entry in the list of versions.
    pub(crate) fn version(version: VersionId) -> Self {
        Self::new(CATALOG, format_args!("{VERSIONS}{version}"))
    }

    /// A sound.
    pub(crate) fn sound(version: VersionId, id: SoundId) -> Self {
        Self::sound_in(sounds_partition(version), id)
    }

    /// A copy of a sound in one of a version's lists.
    pub(crate) fn sound_in(partition: String, id: SoundId) -> Self {
        Self::new(partition, format_args!("{SOUNDS}{id}"))
    }

    /// The list of sounds similar to a sound.
    pub(crate) fn similar(version: VersionId, id: SoundId) -> Self {
        Self::sound_in(format!("{}#SIMILAR", version_partition(version)), id)
    }

    /// A playlist.
    pub(crate) fn playlist(version: VersionId, id: PlaylistId) -> Self {
        Self::new(playlists_partition(version), format_args!("{PLAYLISTS}{id}"))
    }

    /// One part of the list of tags, of themes or of synonyms.
    pub(crate) fn part(version: VersionId, list: &str, number: usize) -> Self {
        Self::new(version_partition(version), format_args!("{list}{number:04}"))
    }

    /// The measurements of the audio with this SHA-256.
    pub(crate) fn audio(sha256: &str) -> Self {
        Self::new(format_args!("AUDIO#{sha256}"), "AUDIO")
    }

    /// The note that the audio with this SHA-256 may be unreferenced.
    pub(crate) fn unused_audio(sha256: &str) -> Self {
        Self::new(AUDIO, format_args!("{UNUSED}{sha256}"))
    }
}

/// The partition of the pointer and of the list of versions.
pub(crate) fn catalog_partition() -> String {
    CATALOG.to_owned()
}

/// The partition of the list of unused audio.
pub(crate) fn audio_partition() -> String {
    AUDIO.to_owned()
}

/// Whether a row belongs to the catalogue.
pub(crate) fn is_of_catalog(key: &Key) -> bool {
    key.pk.split('#').next() == Some(CATALOG)
}

/// The version of a row; `None` for the pointer and its partition.
pub(crate) fn version_of(key: &Key) -> Option<VersionId> {
    key.pk.split('#').nth(1)?.parse().ok()
}

/// The partition of a version's short lists.
pub(crate) fn version_partition(version: VersionId) -> String {
    format!("{CATALOG}#{version}")
}

/// The partition of all of a version's sounds.
pub(crate) fn sounds_partition(version: VersionId) -> String {
    format!("{}#SOUNDS", version_partition(version))
}

/// The partition of all of a version's playlists.
pub(crate) fn playlists_partition(version: VersionId) -> String {
    format!("{}#PLAYLISTS", version_partition(version))
}

/// The partition of the sounds of a playlist.
pub(crate) fn playlist_partition(version: VersionId, id: PlaylistId) -> String {
    format!("{}#PLAYLIST#{id}", version_partition(version))
}

/// The smallest known partition that contains every sound matching the filter.
pub(crate) fn filtered_partition(published: Published, filter: &SoundFilter) -> String {
    let SoundFilter { tag, theme, category } = filter;
    let (version, rule) = (published.version, published.label_keys);
    match (tag, theme, category) {
        (Some(tag), ..) => label_partition(version, rule, "TAG", tag),
        (None, Some(theme), _) => label_partition(version, rule, "THEME", theme),
        (None, None, Some(category)) => label_partition(version, rule, "CATEGORY", category),
        (None, None, None) => sounds_partition(version),
    }
}

/// The keys of a sound's copies, one per list that contains the sound. `rule` is that of the version's labels.
pub(crate) fn copies_of(version: VersionId, rule: u32, sound: &StoredSound) -> Vec<Key> {
    let labels = |kind, labels: &[Label]| -> Vec<String> {
        labels
            .iter()
            .map(|label| label_partition(version, rule, kind, label))
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

fn label_partition(version: VersionId, rule: u32, kind: &str, label: &Label) -> String {
    format!("{}#{kind}#{}", version_partition(version), label.key_by(rule))
}
