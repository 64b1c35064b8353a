//! Sounds of the published catalogue.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::keys::{SOUNDS, TAGS, filtered_partition, version_partition};
use super::published::{Published, WholeList};
use crate::model::{Page, PageRequest, Position, SoundFilter, SoundId, StoredSound, TagCount, VersionId};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadConsistency, ReadStore, Row, id_place};

/// The most sounds read at once while a second filter matches only few.
const LARGEST_READ: usize = 1000;

impl Row for StoredSound {
    const KIND: &'static str = "sound";
}

/// A sound that is similar to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The sound's id.
    pub id: SoundId,
    /// The similarity, 0 to 1.
    pub similarity: f32,
}

/// The sounds similar to one sound, most similar first. Two lists take half the space of a list of pairs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SimilarRow {
    ids: Vec<SoundId>,
    /// The similarities, in thousandths.
    similarities: Vec<u16>,
}

impl Row for SimilarRow {
    const KIND: &'static str = "similar";
}

impl SimilarRow {
    pub(crate) fn neighbours(self) -> impl Iterator<Item = Neighbour> {
        let pairs = self.ids.into_iter().zip(self.similarities);
        pairs.map(|(id, thousandths)| Neighbour {
            id,
            similarity: f32::from(thousandths) / 1000.0,
        })
    }
}

impl FromIterator<Neighbour> for SimilarRow {
    fn from_iter<I: IntoIterator<Item = Neighbour>>(neighbours: I) -> Self {
        // Between 0 and 1000 after clamping; NaN becomes 0.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let thousandths = |similarity: f32| (similarity.clamp(0.0, 1.0) * 1000.0).round() as u16;
        let (ids, similarities) = neighbours
            .into_iter()
            .map(|neighbour| (neighbour.id, thousandths(neighbour.similarity)))
            .unzip();
        Self { ids, similarities }
    }
}

/// One part of a list that is read as a whole. A row is limited to 400 KB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartRow<T> {
    pub(crate) items: Vec<T>,
}

impl Row for PartRow<TagCount> {
    const KIND: &'static str = "tags";
}

impl ReadStore {
    /// A sound. One round trip.
    pub async fn sound(&self, id: SoundId) -> Result<StoredSound> {
        let find = |published| async move { Ok(self.sounds_of(published, &[id]).await?.pop()) };
        let found = self.find_published(find).await?;
        found.ok_or(StoreError::missing("sound"))
    }

    /// The sounds that match the filter, newest first. One round trip; more if a second filter matches only few.
    pub async fn sounds(&self, filter: &SoundFilter, page: PageRequest) -> Result<Page<StoredSound>> {
        let place = id_place(&page)?;
        let found = match self.published().await? {
            Some(published) => {
                let partition = filtered_partition(published, filter);
                self.sounds_in(published, &partition, filter, place, page.limit + 1)
                    .await?
            }
            None => Vec::new(),
        };
        Ok(page_of(found, place, page.limit))
    }

    /// A version's sounds with these ids, in the order of the ids. One round trip.
    pub async fn sounds_of(&self, published: Published, ids: &[SoundId]) -> Result<Vec<StoredSound>> {
        let keys = ids.iter().map(|id| Key::sound(published.version, *id));
        self.rows_at(keys.collect(), self.consistency_of(published)).await
    }

    /// The sounds with these ids, each given once, that exist. One round trip.
    pub(crate) async fn sounds_by_id(&self, ids: &[SoundId]) -> Result<HashMap<SoundId, StoredSound>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let find = |published| async move {
            let sounds = self.sounds_of(published, ids).await?;
            Ok(Some(sounds).filter(|sounds| sounds.len() == ids.len()))
        };
        // If some are missing in the version that is remembered, the present one has the last word.
        let found = match self.find_published(find).await? {
            Some(all) => all,
            None => match self.published().await? {
                Some(published) => self.sounds_of(published, ids).await?,
                None => Vec::new(),
            },
        };
        Ok(found.into_iter().map(|sound| (sound.id, sound)).collect())
    }

    /// The sounds most similar to a sound, most similar first, at most a hundred in all, each with its similarity, 0 to
    /// 1. Two round trips.
    pub async fn similar(&self, id: SoundId, page: PageRequest) -> Result<(Page<StoredSound>, Vec<f32>)> {
        let find = |published: Published| async move {
            let keys = vec![Key::similar(published.version, id)];
            let mut rows: Vec<SimilarRow> = self.rows_at(keys, self.consistency_of(published)).await?;
            let row = rows.pop();
            Ok(row.map(|row| (published, row.neighbours().collect::<Vec<_>>())))
        };
        let found = self.find_published(find).await?;
        let (published, neighbours) = found.ok_or(StoreError::missing("sound"))?;
        let place = place_of(&page, |cursor| {
            neighbours
                .iter()
                .position(|neighbour| neighbour.id.to_string() == cursor)
        })?;
        let page = Page::cut(&neighbours, page.limit, place, |neighbour| {
            neighbour.id.to_string()
        });
        let ids: Vec<_> = page.data.iter().map(|neighbour| neighbour.id).collect();
        let sounds = self.sounds_of(published, &ids).await?;
        // The sounds are in the same version as the list, so none is missing.
        let similarities = page.data.iter().map(|neighbour| neighbour.similarity).collect();
        Ok((page.showing(sounds), similarities))
    }

    /// The tags of all sounds, most used first, then by name. The first time one round trip per megabyte, none after
    /// that.
    pub async fn tags(&self, page: PageRequest) -> Result<Page<TagCount>> {
        let tags = self.whole_list::<TagCount>(TAGS).await?;
        let place = place_of(&page, |cursor| {
            tags.iter().position(|tag| tag.name.as_str() == cursor)
        })?;
        Ok(Page::cut(&tags, page.limit, place, |tag| {
            tag.name.as_str().to_owned()
        }))
    }

    /// A list of the published version that is cached whole. Empty if nothing is published.
    pub(crate) async fn whole_list<T>(&self, list: &str) -> Result<Arc<[T]>>
    where
        T: Clone + Send + Sync + 'static,
        PartRow<T>: Row,
    {
        let Some(published) = self.published().await? else {
            return Ok(Arc::default());
        };
        if let Some(WholeList { version, items }) = self.cache.get::<WholeList<T>>()
            && version == published.version
        {
            return Ok(items);
        }
        let consistency = self.consistency_of(published);
        let items: Arc<[T]> = self.parts_of(published.version, list, consistency).await?.into();
        self.cache.set(WholeList {
            version: published.version,
            items: items.clone(),
        });
        Ok(items)
    }

    /// The items of a list of any version.
    pub(crate) async fn parts_of<T>(
        &self,
        version: VersionId,
        list: &str,
        consistency: ReadConsistency,
    ) -> Result<Vec<T>>
    where
        PartRow<T>: Row,
    {
        let range = Range::new(version_partition(version), list).consistency(consistency);
        let parts: Vec<PartRow<T>> = self.rows_in(range).await?;
        // Rows come in descending order, so the last part comes first.
        Ok(parts.into_iter().rev().flat_map(|part| part.items).collect())
    }

    /// Up to `limit` sounds of a partition that match the filter, in the direction of travel.
    pub(crate) async fn sounds_in(
        &self,
        published: Published,
        partition: &str,
        filter: &SoundFilter,
        mut place: Position<SoundId>,
        limit: usize,
    ) -> Result<Vec<StoredSound>> {
        let mut found = Vec::new();
        let mut next_read = limit;
        loop {
            let range = Range::new(partition.to_owned(), SOUNDS)
                .from(place.map(|id| Key::sound_in(partition.to_owned(), id)))
                .limit(next_read)
                .consistency(self.consistency_of(published));
            let read: Vec<StoredSound> = self.rows_in(range).await?;
            let is_all = read.len() < next_read;
            if let Some(last) = read.last() {
                place = if place.is_backwards() {
                    Position::Before(last.id)
                } else {
                    Position::After(last.id)
                };
            }
            found.extend(read.into_iter().filter(|sound| filter.matches(sound)));
            if is_all || found.len() >= limit {
                found.truncate(limit);
                return Ok(found);
            }
            next_read = (next_read * 2).min(LARGEST_READ);
        }
    }
}

/// A page of the sounds found, which are at most `limit` + 1.
pub(crate) fn page_of(found: Vec<StoredSound>, place: Position<SoundId>, limit: usize) -> Page<StoredSound> {
    Page::of(found, limit, place.is_backwards(), |sound| sound.id.to_string())
}

/// The start of a page in a whole list. `find` returns the index of the cursor's item.
fn place_of(page: &PageRequest, find: impl Fn(&str) -> Option<usize>) -> Result<Position<usize>> {
    let param = page.position.parameter();
    let position = page.position.clone();
    let place = position.try_map(|cursor| find(&cursor).ok_or(StoreError::CursorInvalid { param }))?;
    Ok(match place {
        Position::After(at) => Position::After(at + 1),
        place => place,
    })
}
