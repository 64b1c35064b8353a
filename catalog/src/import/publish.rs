//! Writes and publishes what was planned: the version, its indexes and the pointer; and removes what is no longer used.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use search::{build_playlists, build_sounds};
use shared::model::StoredSound;
use shared::store::bucket::{Bucket, objects};
use shared::store::{CatalogContent, Draft, Neighbour, Published, Publishing, Store, UnusedAudio};
use tokio::task::spawn_blocking;

use super::audio::Audio;
use super::drafting::{Drafting, SUPERSEDED, remove, remove_outdated};
use super::plan;
use super::progress::{Progress, Stage};
use crate::audio::{Features, VERSION};
use crate::neighbours::nearest;

/// How many similar sounds are kept of each.
const NEIGHBOURS: usize = 100;

/// How long audio must have been unused before its objects are removed: links to it last an hour, and an import may
/// take a while.
const UNUSED_FOR: Duration = Duration::from_hours(24);

/// The media type of a search index.
const INDEX_TYPE: &str = "application/octet-stream";

/// Writes versions of the catalogue.
pub(super) struct Publisher<'a> {
    pub(super) store: &'a Store,
    pub(super) bucket: &'a Bucket,
    pub(super) progress: &'a dyn Progress,
    /// Whether to remove audio that no sound has used for a day.
    pub(super) prune: bool,
}

impl Publisher<'_> {
    /// Cleans up if the catalogue stays as it is.
    pub(super) async fn tidy(&self, drafting: &Drafting<'_>, content: &CatalogContent) -> Result<()> {
        if self.prune && !self.expired_audio(&[content]).await?.is_empty() {
            let draft = drafting.draft().await?;
            self.remove_unused_audio(draft, &[content]).await?;
            remove(self.store, self.bucket, draft.version).await?;
        }
        // The import that has published it may have been killed before this.
        if let Some(published) = drafting.base {
            self.forget_used_audio(published, content).await?;
        }
        remove_outdated(self.store, self.bucket, drafting.begun()).await
    }

    /// Takes the audio of a published catalogue from the list of unused audio. What was noted later, another import needs.
    async fn forget_used_audio(&self, published: Published, content: &CatalogContent) -> Result<()> {
        let used = audio_of(&[content]);
        let listed = self.store.unused_audio(Duration::ZERO).await?;
        let in_use = listed
            .iter()
            .filter(|unused| unused.since <= published.published_at && used.contains(unused.sha256.as_str()));
        Ok(self.store.forget_unused_audio(in_use).await?)
    }

    /// Writes the version and publishes it.
    pub(super) async fn publish(
        &self,
        drafting: &Drafting<'_>,
        content: CatalogContent,
        old: &CatalogContent,
        audio: &HashMap<String, Audio>,
    ) -> Result<Published> {
        let draft = drafting.draft().await?;
        remove_outdated(self.store, self.bucket, Some(draft)).await?;
        let content = Arc::new(content);
        let published = match self.write(draft, &content, audio).await? {
            Some(()) => self.flip(draft, &content, old).await?,
            None => None,
        };
        let Some(published) = published else {
            // The other import may have removed the version while this one was still writing it.
            self.store.remove_sounds(draft, &content.sounds).await?;
            remove(self.store, self.bucket, draft.version).await?;
            bail!(SUPERSEDED);
        };
        self.forget_used_audio(published, &content).await?;
        remove_outdated(self.store, self.bucket, Some(draft)).await?;
        Ok(published)
    }

    /// Writes all rows and indexes of a version. `None` if another import has taken its place.
    async fn write(
        &self,
        draft: Draft,
        content: &Arc<CatalogContent>,
        audio: &HashMap<String, Audio>,
    ) -> Result<Option<()>> {
        // Another import may have removed audio that was known before the version was begun.
        let needed = content.sounds.iter().map(|sound| &sound.audio);
        let known: HashMap<String, Audio> = self.store.audio(needed, VERSION).await?;
        if let Some(sound) = content
            .sounds
            .iter()
            .find(|sound| !known.contains_key(&sound.audio))
        {
            bail!(
                "another import has removed the audio of {}: run it again",
                sound.file
            );
        }
        let features = content.sounds.iter().map(|sound| audio.get(&sound.audio));
        let features = features.map(|audio| audio.map(|audio| audio.features.clone()));
        let features: Vec<Features> = features
            .collect::<Option<_>>()
            .context("a sound was not measured")?;
        self.progress.begin(Stage::Comparing, 1);
        let near = spawn_blocking(move || {
            let features: Vec<_> = features.iter().collect();
            nearest(&features, NEIGHBOURS)
        })
        .await?;
        self.progress.advance(1);
        let similar = |index: usize| -> Vec<Neighbour> {
            let near = near.get(index).into_iter().flatten();
            near.filter_map(|(other, similarity)| {
                Some(Neighbour {
                    id: content.sounds.get(*other)?.id,
                    similarity: *similarity,
                })
            })
            .collect()
        };
        self.progress.begin(Stage::Writing, content.sounds.len());
        let is_current = self
            .store
            .write_sounds(draft, &content.sounds, similar, |written| {
                self.progress.advance(written);
            })
            .await?;
        if !is_current {
            return Ok(None);
        }
        let CatalogContent {
            playlists,
            themes,
            tags,
            synonyms,
            ..
        } = &**content;
        self.store.write_lists(draft, playlists, themes, tags).await?;
        self.store.write_synonyms(draft, synonyms).await?;
        self.progress.begin(Stage::Indexing, 1);
        let indexed = Arc::clone(content);
        let (sounds, playlists) = spawn_blocking(move || -> Result<_> {
            Ok((
                build_sounds(&indexed.sounds, &indexed.synonyms)?,
                build_playlists(&indexed.playlists, &indexed.synonyms)?,
            ))
        })
        .await??;
        let (sounds_key, playlists_key) = (
            objects::sound_index(draft.version),
            objects::playlist_index(draft.version),
        );
        tokio::try_join!(
            self.bucket.put(&sounds_key, sounds, INDEX_TYPE),
            self.bucket.put(&playlists_key, playlists, INDEX_TYPE)
        )?;
        self.progress.advance(1);
        Ok(Some(()))
    }

    /// Publishes a version that is written. `None` if another import has taken its place.
    async fn flip(
        &self,
        draft: Draft,
        content: &CatalogContent,
        old: &CatalogContent,
    ) -> Result<Option<Published>> {
        self.progress.begin(Stage::Publishing, 1);
        // Listed before the version changes, so that it is never forgotten. Its removal checks whether it is still
        // used.
        let used = audio_of(&[content]);
        let leaving = old.sounds.iter().map(|sound| &sound.audio);
        let leaving: HashSet<&String> = leaving.filter(|sha256| !used.contains(sha256.as_str())).collect();
        self.store.note_unused_audio(draft, leaving).await?;
        if self.prune && !self.remove_unused_audio(draft, &[content, old]).await? {
            return Ok(None);
        }
        let published = match self
            .store
            .publish(draft, plan::count(content.sounds.len()))
            .await?
        {
            Publishing::Done(published) => Some(published),
            Publishing::Superseded => None,
        };
        self.progress.advance(1);
        Ok(published)
    }

    /// Audio that none of these contents has used for a day, and no message refers to.
    async fn expired_audio(&self, contents: &[&CatalogContent]) -> Result<Vec<UnusedAudio>> {
        let used = audio_of(contents);
        let mut unused = self.store.unused_audio(UNUSED_FOR).await?;
        unused.retain(|unused| !used.contains(unused.sha256.as_str()));
        Ok(self.store.unreferenced_audio(unused).await?)
    }

    /// Removes such audio. `false` if another import has taken the draft's place.
    async fn remove_unused_audio(&self, draft: Draft, contents: &[&CatalogContent]) -> Result<bool> {
        let expired = self.expired_audio(contents).await?;
        let Some(expired) = self.store.remove_audio(draft, expired).await? else {
            return Ok(false);
        };
        let keys = expired.iter().flat_map(|unused| {
            [
                objects::original(&unused.sha256),
                objects::preview(&unused.sha256),
            ]
        });
        self.bucket.delete(&keys.collect::<Vec<_>>()).await?;
        self.store.forget_unused_audio(&expired).await?;
        Ok(true)
    }
}

/// The SHA-256 of all audio in these contents.
fn audio_of<'a>(contents: &[&'a CatalogContent]) -> HashSet<&'a str> {
    let sounds = contents.iter().flat_map(|content| &content.sounds);
    sounds.map(|sound: &StoredSound| sound.audio.as_str()).collect()
}
