//! Checks of the catalogue. Only the published version must be complete; other versions are being written or removed.

use std::collections::BTreeMap;

use super::look::Look;
use crate::model::{PlaylistId, Position, SoundFilter, StoredSound, VersionId};
use crate::store::catalog::import::VersionRow;
use crate::store::catalog::keys::{copies_of, sounds_partition, version_of};
use crate::store::catalog::published::Published;
use crate::store::catalog::sounds::SimilarRow;
use crate::store::error::Result;
use crate::store::table::{Item, Key, Store, is_kind};

/// Sounds read at a time.
const AT_ONCE: usize = 1000;

impl Store {
    pub(crate) async fn look_at_catalog(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(version) = version_of(key) else {
            return self.look_at_versions(look, key, item).await;
        };
        let published = self
            .published()
            .await?
            .filter(|published| published.version == version);
        let Some(published) = published else {
            let listed: Option<VersionRow> = self.related(Key::version(version)).await?;
            look.check(
                listed.is_some(),
                key,
                "A version of the catalogue that has rows is in the list of versions.",
                "Delete the rows of this version.",
            );
            return Ok(());
        };
        if is_kind::<StoredSound>(&item) {
            self.look_at_sound(look, published, key, item).await
        } else if is_kind::<SimilarRow>(&item) {
            self.look_at_similar(look, version, key, item).await
        } else {
            // The lists are checked together with the pointer.
            Ok(())
        }
    }

    /// Checks the pointer and the list of versions.
    async fn look_at_versions(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        if is_kind::<VersionRow>(&item) {
            let Some(row) = look.read::<VersionRow>(key, item) else {
                return Ok(());
            };
            let pointer = self.published_now().await?;
            let fits = row.published_at <= pointer.map(|pointer| pointer.published_at);
            look.check(
                fits,
                key,
                "The pointer names the version that was published last.",
                "Import the catalogue again: that writes a whole new version.",
            );
        } else if let Some(published) = look.read::<Published>(key, item) {
            let listed: Option<VersionRow> = self.related(Key::version(published.version)).await?;
            let fits = listed.is_some_and(|row| row.published_at == Some(published.published_at));
            look.check(
                fits,
                key,
                "The published version is in the list of versions, as published then.",
                "Import the catalogue again: that writes a whole new version.",
            );
            self.look_at_lists(look, key, published).await?;
        }
        Ok(())
    }

    /// Checks a sound, or the copy of one in a list.
    async fn look_at_sound(
        &self,
        look: &mut Look,
        published: Published,
        key: &Key,
        item: Item,
    ) -> Result<()> {
        let (version, rule) = (published.version, published.label_keys);
        let Some(sound) = look.read::<StoredSound>(key, item) else {
            return Ok(());
        };
        let own = Key::sound(version, sound.id);
        if *key != own {
            let of: Option<StoredSound> = self.related(own).await?;
            let fits = of.is_some_and(|of| of == sound) && copies_of(version, rule, &sound).contains(key);
            look.check(
                fits,
                key,
                "A copy of a sound is the same as the sound, in a list that the sound names.",
                "Import the catalogue again: that writes a whole new version.",
            );
            return Ok(());
        }
        let audio = Key::audio(&sound.audio);
        let mut keys = copies_of(version, rule, &sound);
        keys.push(Key::similar(version, sound.id));
        let rows = self.rows(keys.iter().cloned().chain([audio.clone()])).await?;
        look.check(
            rows.has(&audio),
            key,
            "A sound of the published version has an audio row.",
            "Import the catalogue again: that writes a whole new version.",
        );
        for missing in keys.iter().filter(|key| !rows.has(key)) {
            look.check(
                false,
                key,
                &format!("A sound has a row in {}.", missing.pk),
                "Import the catalogue again: that writes a whole new version.",
            );
        }
        Ok(())
    }

    async fn look_at_similar(
        &self,
        look: &mut Look,
        version: VersionId,
        key: &Key,
        item: Item,
    ) -> Result<()> {
        let Some(similar) = look.read::<SimilarRow>(key, item) else {
            return Ok(());
        };
        let ids: Vec<_> = similar.neighbours().map(|neighbour| neighbour.id).collect();
        let own = Key {
            pk: sounds_partition(version),
            ..key.clone()
        };
        let keys = ids.into_iter().map(|id| Key::sound(version, id)).chain([own]);
        let keys: Vec<_> = keys.collect();
        let rows = self.rows(keys.iter().cloned()).await?;
        let fits = keys.iter().all(|key| rows.has(key));
        look.check(
            fits,
            key,
            "A row of similar sounds, and each sound in it, belongs to a sound of the same version.",
            "Import the catalogue again: that writes a whole new version.",
        );
        Ok(())
    }

    /// Checks the lists of the published version against all its sounds, which are read in parts.
    async fn look_at_lists(&self, look: &mut Look, key: &Key, published: Published) -> Result<()> {
        let mut counts = Counts::default();
        let partition = sounds_partition(published.version);
        let mut place = Position::Start;
        loop {
            let read = self
                .sounds_in(published, &partition, &SoundFilter::default(), place, AT_ONCE)
                .await?;
            counts.add(&read, published.label_keys);
            match read.last() {
                Some(last) if read.len() == AT_ONCE => place = Position::After(last.id),
                _ => break,
            }
        }
        let lists = self.lists_of(published.version).await?;
        look.check(
            counts.sounds == published.sounds,
            key,
            "The pointer counts the sounds of the published version.",
            "Import the catalogue again: that writes a whole new version.",
        );
        let used = |count: &u32| *count > 0;
        let rule = published.label_keys;
        let tags = lists.tags.iter().map(|tag| (tag.name.key_by(rule), tag.count));
        look.check(
            counts.tags == tags.collect(),
            key,
            "The list of tags counts those of the sounds.",
            "Import the catalogue again: that writes a whole new version.",
        );
        let themes = lists
            .themes
            .iter()
            .map(|row| (row.name.key_by(rule), row.sound_count));
        let themes = themes.filter(|(_, count)| used(count));
        look.check(
            counts.themes == themes.collect(),
            key,
            "The list of themes counts those of the sounds.",
            "Import the catalogue again: that writes a whole new version.",
        );
        let playlists = lists.playlists.iter().map(|row| (row.id, row.sound_count));
        let playlists = playlists.filter(|(_, count)| used(count));
        look.check(
            counts.playlists == playlists.collect(),
            key,
            "The playlists count their sounds.",
            "Import the catalogue again: that writes a whole new version.",
        );
        Ok(())
    }
}

/// The number of sounds, in total and per label.
#[derive(Default)]
struct Counts {
    sounds: u32,
    tags: BTreeMap<String, u32>,
    themes: BTreeMap<String, u32>,
    playlists: BTreeMap<PlaylistId, u32>,
}

impl Counts {
    fn add(&mut self, sounds: &[StoredSound], rule: u32) {
        for sound in sounds {
            self.sounds += 1;
            for tag in &sound.tags {
                *self.tags.entry(tag.key_by(rule)).or_default() += 1;
            }
            for theme in &sound.themes {
                *self.themes.entry(theme.key_by(rule)).or_default() += 1;
            }
            for playlist in &sound.playlists {
                *self.playlists.entry(*playlist).or_default() += 1;
            }
        }
    }
}
