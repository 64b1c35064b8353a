//! The catalogue. Only the published version has to be whole: another one is being written, or waits for its removal.

use std::collections::BTreeMap;

use super::look::Look;
use crate::model::{PlaylistId, Position, SoundFilter, StoredSound, VersionId};
use crate::store::catalog::import::VersionRow;
use crate::store::catalog::keys::{copies_of, sounds_partition, version_of};
use crate::store::catalog::published::Published;
use crate::store::catalog::sounds::SimilarRow;
use crate::store::error::Result;
use crate::store::table::{Item, Key, Store, is_kind};

/// So many sounds are read at a time.
const AT_ONCE: usize = 1000;

impl Store {
    pub(crate) async fn look_at_catalog(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(version) = version_of(key) else {
            return self.look_at_versions(look, key, item).await;
        };
        let published = self.published().await?;
        if published.is_none_or(|published| published.version != version) {
            let listed: Option<VersionRow> = self.related(Key::version(version)).await?;
            look.check(listed.is_some(), key, "a row of a version that is not listed");
            return Ok(());
        }
        if is_kind::<StoredSound>(&item) {
            self.look_at_sound(look, version, key, item).await
        } else if is_kind::<SimilarRow>(&item) {
            self.look_at_similar(look, version, key, item).await
        } else {
            // The lists are looked at with the pointer.
            Ok(())
        }
    }

    /// The pointer and the list of versions.
    async fn look_at_versions(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        if is_kind::<VersionRow>(&item) {
            let Some(row) = look.read::<VersionRow>(key, item) else {
                return Ok(());
            };
            let pointer = self.published_now().await?;
            let fits = row.published_at <= pointer.map(|pointer| pointer.published_at);
            look.check(fits, key, "a version that should be the one that is published");
        } else if let Some(published) = look.read::<Published>(key, item) {
            let listed: Option<VersionRow> = self.related(Key::version(published.version)).await?;
            let fits = listed.is_some_and(|row| row.published_at == Some(published.published_at));
            look.check(fits, key, "a published version that is not listed as such");
            self.look_at_lists(look, key, published).await?;
        }
        Ok(())
    }

    /// A sound, or the copy of one in a list.
    async fn look_at_sound(&self, look: &mut Look, version: VersionId, key: &Key, item: Item) -> Result<()> {
        let Some(sound) = look.read::<StoredSound>(key, item) else {
            return Ok(());
        };
        let own = Key::sound(version, sound.id);
        if *key != own {
            let of: Option<StoredSound> = self.related(own).await?;
            let fits = of.is_some_and(|of| of == sound) && copies_of(version, &sound).contains(key);
            look.check(fits, key, "a copy that is not as its sound");
            return Ok(());
        }
        let audio = Key::audio(&sound.audio);
        let mut keys = copies_of(version, &sound);
        keys.push(Key::similar(version, sound.id));
        let rows = self.rows(keys.iter().cloned().chain([audio.clone()])).await?;
        look.check(rows.has(&audio), key, "a sound without its audio");
        for missing in keys.iter().filter(|key| !rows.has(key)) {
            look.report(key, format!("a sound without its row in {}", missing.pk));
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
        look.check(fits, key, "likeness to or of a sound that is not there");
        Ok(())
    }

    /// The lists of the published version, against its sounds. All sounds are read, one part after the other.
    async fn look_at_lists(&self, look: &mut Look, key: &Key, published: Published) -> Result<()> {
        let mut counts = Counts::default();
        let partition = sounds_partition(published.version);
        let mut place = Position::Start;
        loop {
            let read = self
                .sounds_in(published, &partition, &SoundFilter::default(), place, AT_ONCE)
                .await?;
            counts.add(&read);
            match read.last() {
                Some(last) if read.len() == AT_ONCE => place = Position::After(last.id),
                _ => break,
            }
        }
        let lists = self.lists_of(published.version).await?;
        look.check(
            counts.sounds == published.sounds,
            key,
            "a version with another number of sounds",
        );
        let used = |count: &u32| *count > 0;
        let tags = lists.tags.iter().map(|tag| (tag.name.key(), tag.count));
        look.check(
            counts.tags == tags.collect(),
            key,
            "tags that are not those of the sounds",
        );
        let themes = lists.themes.iter().map(|row| (row.name.key(), row.sound_count));
        let themes = themes.filter(|(_, count)| used(count));
        look.check(
            counts.themes == themes.collect(),
            key,
            "themes that are not those of the sounds",
        );
        let playlists = lists.playlists.iter().map(|row| (row.id, row.sound_count));
        let playlists = playlists.filter(|(_, count)| used(count));
        look.check(
            counts.playlists == playlists.collect(),
            key,
            "playlists that are not those of the sounds",
        );
        Ok(())
    }
}

/// How many sounds there are, in all and with each label.
#[derive(Default)]
struct Counts {
    sounds: u32,
    tags: BTreeMap<String, u32>,
    themes: BTreeMap<String, u32>,
    playlists: BTreeMap<PlaylistId, u32>,
}

impl Counts {
    fn add(&mut self, sounds: &[StoredSound]) {
        for sound in sounds {
            self.sounds += 1;
            for tag in &sound.tags {
                *self.tags.entry(tag.key()).or_default() += 1;
            }
            for theme in &sound.themes {
                *self.themes.entry(theme.key()).or_default() += 1;
            }
            for playlist in &sound.playlists {
                *self.playlists.entry(*playlist).or_default() += 1;
            }
        }
    }
}
