//! The catalogue. Only the published version has to be whole: another one is being written, or waits for its removal.

use aws_sdk_dynamodb::types::{AttributeValue, Select};

use super::Look;
use crate::model::{Catalog, Id, Playlist, StoredSound, TagCount, Theme};
use crate::store::catalog::Published;
use crate::store::catalog_import::VersionRow;
use crate::store::catalog_keys::{
    keys_of, label_partition, playlist_partition, sounds_partition, version_of,
};
use crate::store::error::Result;
use crate::store::keys::Key;
use crate::store::rows::is_kind;
use crate::store::sounds::{PartRow, SimilarRow};
use crate::store::{Item, Store};

impl Store {
    pub(super) async fn look_at_catalog(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(version) = version_of(key) else {
            return self.look_at_versions(look, key, item).await;
        };
        let published = self.published().await?;
        if published.is_none_or(|published| published.version != version) {
            let listed: Option<VersionRow> = self.related(Key::version(version)).await?;
            look.demand(listed.is_some(), key, "a row of a version that is not listed");
            return Ok(());
        }
        if is_kind::<StoredSound>(&item) {
            self.look_at_sound(look, version, key, item).await
        } else if is_kind::<SimilarRow>(&item) {
            self.look_at_similar(look, version, key, item).await
        } else {
            self.look_at_lists(look, version, key, item).await
        }
    }

    /// The pointer and the list of versions.
    async fn look_at_versions(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        if is_kind::<VersionRow>(&item) {
            look.read::<VersionRow>(key, item);
        } else if let Some(published) = look.read::<Published>(key, item) {
            let listed: Option<VersionRow> = self.related(Key::version(published.version)).await?;
            let fits = listed.is_some_and(|row| row.published_at == Some(published.published_at));
            look.demand(fits, key, "a published version that is not listed as such");
            let sounds = self.count_in(&sounds_partition(published.version)).await?;
            look.demand(
                sounds == published.sounds,
                key,
                "a version with another number of sounds",
            );
        }
        Ok(())
    }

    /// A sound, or the copy of one in a list.
    async fn look_at_sound(
        &self,
        look: &mut Look,
        version: Id<Catalog>,
        key: &Key,
        item: Item,
    ) -> Result<()> {
        let Some(sound) = look.read::<StoredSound>(key, item) else {
            return Ok(());
        };
        let own = Key::sound(version, sound.id);
        if *key != own {
            let of: Option<StoredSound> = self.related(own).await?;
            let fits = of.is_some_and(|of| of == sound) && keys_of(version, &sound).contains(key);
            look.demand(fits, key, "a copy that is not as its sound");
            return Ok(());
        }
        let audio = Key::audio(&sound.audio);
        let keys = keys_of(version, &sound);
        let rows = self.rows(keys.iter().cloned().chain([audio.clone()])).await?;
        look.demand(rows.has(&audio), key, "a sound without its audio");
        for missing in keys.iter().filter(|key| !rows.has(key)) {
            look.report(key, format!("a sound without its row in {}", missing.pk));
        }
        Ok(())
    }

    async fn look_at_similar(
        &self,
        look: &mut Look,
        version: Id<Catalog>,
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
        look.demand(fits, key, "likeness to or of a sound that is not there");
        Ok(())
    }

    /// Playlists, themes and tags: each counts its sounds.
    async fn look_at_lists(
        &self,
        look: &mut Look,
        version: Id<Catalog>,
        key: &Key,
        item: Item,
    ) -> Result<()> {
        let mut counts = Vec::new();
        if is_kind::<Playlist>(&item) {
            let playlist = look.read::<Playlist>(key, item);
            counts.extend(playlist.map(|row| (playlist_partition(version, row.id), row.sound_count)));
        } else if is_kind::<PartRow<Theme>>(&item) {
            let themes = look
                .read::<PartRow<Theme>>(key, item)
                .into_iter()
                .flat_map(|row| row.items);
            counts.extend(
                themes.map(|theme| (label_partition(version, "THEME", &theme.name), theme.sound_count)),
            );
        } else {
            let tags = look
                .read::<PartRow<TagCount>>(key, item)
                .into_iter()
                .flat_map(|row| row.items);
            counts.extend(tags.map(|tag| (label_partition(version, "TAG", &tag.name), tag.count)));
        }
        for (partition, count) in counts {
            if self.count_in(&partition).await? != count {
                look.report(
                    key,
                    format!("another number of sounds than there are in {partition}"),
                );
            }
        }
        Ok(())
    }

    /// How many rows a partition has.
    async fn count_in(&self, partition: &str) -> Result<u32> {
        let (mut count, mut start) = (0, None);
        loop {
            let output = self
                .client
                .query()
                .table_name(&*self.table)
                .consistent_read(true)
                .key_condition_expression("pk = :pk")
                .expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()))
                .select(Select::Count)
                .set_exclusive_start_key(start)
                .send()
                .await?;
            count += u32::try_from(output.count).unwrap_or_default();
            start = output.last_evaluated_key;
            if start.is_none() {
                return Ok(count);
            }
        }
    }
}
