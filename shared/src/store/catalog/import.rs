//! Writes of an import: one version of the catalogue. Callers see it once it is published. `docs/CATALOG.md` describes
//! the life of versions; `garbage` removes them.

use serde::{Deserialize, Serialize};

use super::keys::{
    PLAYLISTS, SOUNDS, SYNONYMS, TAGS, THEMES, VERSIONS, catalog_partition, copies_of, playlists_partition,
    sounds_partition,
};
use super::published::{Published, first_label_keys};
use super::sounds::{Neighbour, PartRow, SimilarRow};
use crate::model::{Id, LABEL_KEYS, Millis, Playlist, StoredSound, SynonymGroup, TagCount, Theme, VersionId};
use crate::store::error::{Result, StoreError};
use crate::store::table::{
    ABSENT, Again, Condition, Item, Key, Outcome, Range, ReadConsistency, ReadStore, Row, Store,
    UpdateExpression, encode,
};

/// Bytes of a list in one row. DynamoDB's limit is 400 KB.
const PART_BYTES: usize = 300_000;
/// Sounds that an import writes between two checks for a newer import.
const SOUNDS_BETWEEN_LOOKS: usize = 1000;

/// A catalogue version that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The version's id.
    pub version: VersionId,
    /// The published version when the draft began. The draft replaces it.
    pub(crate) base: Option<Published>,
}

/// The content of a version, without the lists of similar sounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogContent {
    /// The sounds, newest first.
    pub sounds: Vec<StoredSound>,
    /// The playlists, newest first.
    pub playlists: Vec<Playlist>,
    /// The themes, newest first.
    pub themes: Vec<Theme>,
    /// The tags, the most used first, then by name.
    pub tags: Vec<TagCount>,
    /// The synonyms, in the operator's order.
    pub synonyms: Vec<SynonymGroup>,
}

/// The outcome of publishing a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publishing {
    /// The draft is published.
    Done(Published),
    /// Another import has superseded the draft. It will never be published.
    Superseded,
}

/// An entry in the list of versions that have rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VersionRow {
    pub(crate) version: VersionId,
    /// Whether the version must not be published any more.
    pub(crate) superseded: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) published_at: Option<Millis>,
    /// The same as [`Published::label_keys`].
    #[serde(default = "first_label_keys")]
    pub(crate) label_keys: u32,
}

impl Row for PartRow<SynonymGroup> {
    const KIND: &'static str = "synonyms";
}

impl Row for VersionRow {
    const KIND: &'static str = "catalog_version";
    const VERSION: u32 = 2;
}

impl ReadStore {
    /// The content of a version.
    pub async fn content_of(&self, version: VersionId) -> Result<CatalogContent> {
        let sounds = self.rows_in(Range::new(sounds_partition(version), SOUNDS));
        let (sounds, lists) = tokio::try_join!(sounds, self.lists_of(version))?;
        Ok(CatalogContent { sounds, ..lists })
    }

    /// The content of a version without its sounds.
    pub(crate) async fn lists_of(&self, version: VersionId) -> Result<CatalogContent> {
        let playlists = Range::new(playlists_partition(version), PLAYLISTS);
        Ok(CatalogContent {
            sounds: Vec::new(),
            playlists: self.rows_in(playlists).await?,
            themes: self.parts_of(version, THEMES, ReadConsistency::Strong).await?,
            tags: self.parts_of(version, TAGS, ReadConsistency::Strong).await?,
            synonyms: self.parts_of(version, SYNONYMS, ReadConsistency::Strong).await?,
        })
    }

    /// The versions that have rows, latest first.
    pub(crate) async fn versions(&self) -> Result<Vec<VersionRow>> {
        self.rows_in(Range::new(catalog_partition(), VERSIONS)).await
    }
}

impl Store {
    /// Begins a version and supersedes the unpublished versions of other imports. `None` if another import begins at
    /// the same moment: that import has superseded this one or soon will.
    pub async fn begin_version(&self, base: Option<Published>) -> Result<Option<Draft>> {
        let newest = self.versions().await?.into_iter().map(|row| row.version).max();
        // Larger than all other versions, whatever the clocks say: the later import wins.
        let drawn = Id::generate((self.clock)());
        let version = newest.map_or(drawn, |newest| drawn.max(newest.just_after()));
        let row = VersionRow {
            version,
            superseded: false,
            published_at: None,
            label_keys: LABEL_KEYS,
        };
        let mut transaction = self.transaction();
        transaction.put(&Key::version(version), &row, ABSENT)?;
        if let Outcome::Cancelled(_) = transaction.commit().await? {
            return Ok(None);
        }
        let draft = Draft { version, base };
        for other in self.versions().await? {
            if other.version > version {
                self.forget_version(version).await?;
                return Ok(None);
            }
            if other.version < version && other.published_at.is_none() {
                let unpublished =
                    Condition::new("attribute_exists(pk) AND attribute_not_exists(published_at)");
                let superseded = UpdateExpression::default().set("superseded", true)?;
                self.update_row::<VersionRow>(&Key::version(other.version), &superseded, unpublished)
                    .await?;
            }
        }
        Ok(Some(draft))
    }

    /// Whether no other import has superseded the draft.
    pub async fn is_current(&self, draft: Draft) -> Result<bool> {
        let row: Option<VersionRow> = self.row(Key::version(draft.version)).await?;
        Ok(row.is_some_and(|row| !row.superseded))
    }

    /// Writes the sounds of a version with all their copies. Calls `written` after each batch with its size. `similar`
    /// gives the sounds similar to the sound at an index, most similar first. Stops early and returns `false` if
    /// another import has superseded the version.
    pub async fn write_sounds(
        &self,
        draft: Draft,
        sounds: &[StoredSound],
        similar: impl Fn(usize) -> Vec<Neighbour>,
        written: impl Fn(usize),
    ) -> Result<bool> {
        // The sounds' own rows first: from them the garbage collection derives the copies.
        for sounds in sounds.chunks(SOUNDS_BETWEEN_LOOKS) {
            if !self.is_current(draft).await? {
                return Ok(false);
            }
            let rows = sounds.iter().map(|sound| {
                let key = Key::sound(draft.version, sound.id);
                encode(&key, sound)
            });
            self.put_all(rows).await?;
        }
        for (chunk, sounds) in sounds.chunks(SOUNDS_BETWEEN_LOOKS).enumerate() {
            if !self.is_current(draft).await? {
                return Ok(false);
            }
            let copies = sounds.iter().flat_map(|sound| {
                let keys = copies_of(draft.version, LABEL_KEYS, sound).into_iter();
                keys.map(move |key| encode(&key, sound))
            });
            let first = chunk * SOUNDS_BETWEEN_LOOKS;
            let likes = sounds.iter().zip(first..).map(|(sound, index)| {
                let row: SimilarRow = similar(index).into_iter().collect();
                encode(&Key::similar(draft.version, sound.id), &row)
            });
            self.put_all(copies.chain(likes)).await?;
            written(sounds.len());
        }
        Ok(true)
    }

    /// Writes the lists of a version. They must have the order of [`CatalogContent`].
    pub async fn write_lists(
        &self,
        draft: Draft,
        playlists: &[Playlist],
        themes: &[Theme],
        tags: &[TagCount],
    ) -> Result<()> {
        let version = draft.version;
        let playlists = playlists
            .iter()
            .map(|playlist| encode(&Key::playlist(version, playlist.id), playlist));
        self.put_all(playlists).await?;
        self.put_all(parts(version, THEMES, themes)?).await?;
        self.put_all(parts(version, TAGS, tags)?).await
    }

    /// Writes the synonyms of a version, in their order.
    pub async fn write_synonyms(&self, draft: Draft, synonyms: &[SynonymGroup]) -> Result<()> {
        self.put_all(parts(draft.version, SYNONYMS, synonyms)?).await
    }

    /// Publishes the version atomically, unless another import has superseded it.
    pub async fn publish(&self, draft: Draft, sounds: u32) -> Result<Publishing> {
        let now = (self.clock)();
        let published = Published {
            version: draft.version,
            // Later than the replaced version even if the clock was set back: the latest version is never removed.
            published_at: draft.base.map_or(now, |base| now.max(base.published_at.plus(1))),
            sounds,
            label_keys: LABEL_KEYS,
        };
        self.retry(|| async {
            let mut transaction = self.transaction();
            let unmoved = match draft.base {
                Some(base) => Condition::new("version = :base").with(":base", base.version)?,
                None => ABSENT.into(),
            };
            let pointer = transaction.put(&Key::published(), &published, unmoved)?;
            let changes = UpdateExpression::default().set("published_at", published.published_at)?;
            let not_superseded = Condition::new("superseded = :no").with(":no", false)?;
            let own = transaction.update(&Key::version(draft.version), &changes, not_superseded)?;
            match transaction.commit().await? {
                Outcome::Committed => Ok(Publishing::Done(published)),
                Outcome::Cancelled(why) if why.failed(pointer) || why.failed(own) => {
                    Ok(Publishing::Superseded)
                }
                Outcome::Cancelled(_) => Err(Again::after("another import publishes").into()),
            }
        })
        .await
    }
}

/// The rows of a list that is read as a whole.
fn parts<T: Serialize + Clone>(
    version: VersionId,
    list: &'static str,
    items: &[T],
) -> Result<Vec<Result<Item>>>
where
    PartRow<T>: Row,
{
    let mut parts: Vec<Vec<T>> = Vec::new();
    let mut room = 0;
    for item in items {
        // At least the size that DynamoDB counts: names count in both, and JSON's quotation marks cover the types.
        let size = serde_json::to_vec(item).map_err(StoreError::internal)?.len() + 16;
        match parts.last_mut() {
            Some(part) if size <= room => {
                part.push(item.clone());
                room -= size;
            }
            _ => {
                parts.push(vec![item.clone()]);
                room = PART_BYTES.saturating_sub(size);
            }
        }
    }
    let rows = parts.into_iter().enumerate();
    Ok(rows
        .map(|(number, items)| encode(&Key::part(version, list, number), &PartRow { items }))
        .collect())
}
