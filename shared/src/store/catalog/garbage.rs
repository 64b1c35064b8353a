//! Removes catalogue versions that are no longer read: those of failed imports, and those that were replaced at least
//! two minutes ago. Safe to repeat and to run concurrently.

use super::import::{Draft, VersionRow};
use super::keys::{
    PLAYLISTS, SOUNDS, SYNONYMS, TAGS, THEMES, copies_of, playlists_partition, sounds_partition,
    version_partition,
};
use crate::model::{LABEL_KEYS, StoredSound, VersionId};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadStore, Store};

/// How long a replaced version is kept, in milliseconds: twice the time for which a function caches the version.
const KEPT_FOR: u64 = 120_000;
/// Sounds removed at a time.
const SOUNDS_AT_ONCE: usize = 500;

impl ReadStore {
    /// The versions that are no longer read, except `draft`.
    pub async fn outdated_versions(&self, draft: Option<Draft>) -> Result<Vec<VersionId>> {
        let versions = self.versions().await?;
        let now = (self.clock)();
        let newer_was_published_long_ago = |row: &VersionRow| {
            let newer = versions
                .iter()
                .filter(|other| other.published_at > row.published_at);
            let since = newer.filter_map(|newer| newer.published_at).min();
            since.is_some_and(|since| since.plus(KEPT_FOR) < now)
        };
        Ok(versions
            .iter()
            .filter(|row| match row.published_at {
                Some(_) => newer_was_published_long_ago(row),
                None => row.superseded && draft.is_none_or(|draft| draft.version != row.version),
            })
            .map(|row| row.version)
            .collect())
    }
}

impl Store {
    /// Removes all rows of a version except its entry in the list of versions. [`Store::forget_version`] removes that
    /// entry last.
    pub async fn remove_version(&self, version: VersionId) -> Result<()> {
        let entry: Option<VersionRow> = self.row(Key::version(version)).await?;
        let rule = entry.map_or(LABEL_KEYS, |entry| entry.label_keys);
        loop {
            let some = Range::new(sounds_partition(version), SOUNDS).limit(SOUNDS_AT_ONCE);
            let sounds: Vec<StoredSound> = self.rows_in(some).await?;
            if sounds.is_empty() {
                break;
            }
            self.remove_rows(version, rule, &sounds).await?;
        }
        for (partition, list) in [
            (playlists_partition(version), PLAYLISTS),
            (version_partition(version), THEMES),
            (version_partition(version), TAGS),
            (version_partition(version), SYNONYMS),
        ] {
            let rows = self.items_in(Range::new(partition, list)).await?;
            let keys = rows
                .iter()
                .map(|row| Key::of(row).ok_or_else(|| StoreError::Internal("a row has no key".to_owned())));
            self.delete_all(keys.collect::<Result<Vec<_>>>()?).await?;
        }
        Ok(())
    }

    /// Removes the rows of the sounds of a superseded draft. Only the import that writes it can do so: the other one may
    /// have removed the sounds, from which their copies follow, before this one wrote the copies.
    pub async fn remove_sounds(&self, draft: Draft, sounds: &[StoredSound]) -> Result<()> {
        for sounds in sounds.chunks(SOUNDS_AT_ONCE) {
            self.remove_rows(draft.version, LABEL_KEYS, sounds).await?;
        }
        Ok(())
    }

    async fn remove_rows(&self, version: VersionId, rule: u32, sounds: &[StoredSound]) -> Result<()> {
        let copies = sounds.iter().flat_map(|sound| copies_of(version, rule, sound));
        let like = sounds.iter().map(|sound| Key::similar(version, sound.id));
        self.delete_all(copies.chain(like)).await?;
        // Last, because these rows list the copies.
        self.delete_all(sounds.iter().map(|sound| Key::sound(version, sound.id)))
            .await
    }

    /// Removes a version from the list of versions that have rows.
    pub async fn forget_version(&self, version: VersionId) -> Result<()> {
        self.delete_all([Key::version(version)]).await
    }
}
