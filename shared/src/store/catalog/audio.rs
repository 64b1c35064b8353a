//! Measurements of audio, keyed by content. An import need not decode or upload the same bytes again.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::stream::{self, TryStreamExt as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::import::Draft;
use super::keys::{UNUSED, audio_partition};
use crate::model::{AttachmentId, Millis, Waveform};
use crate::store::error::Result;
use crate::store::table::{
    Again, Condition, Key, Outcome, Range, ReadStore, Row, Store, decode, encode, is_kind,
};

/// Rows removed in one transaction. DynamoDB allows 100 per transaction.
const REMOVED_AT_ONCE: usize = 50;

/// Candidates forgotten concurrently.
const FORGOTTEN_AT_ONCE: usize = 32;

/// Measurements of audio whose original and preview are stored. `F` is the type of the acoustic features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredAudio<F> {
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The version of the analysis. Measurements of different versions can't be compared.
    pub analysis: u32,
    /// The duration, in milliseconds.
    pub duration_ms: u64,
    /// The sample rate, in samples per second.
    pub sample_rate: u32,
    /// The number of channels.
    pub channels: u16,
    /// The peaks of the waveform.
    pub waveform: Waveform,
    /// The media type of the file.
    pub file_type: String,
    /// The size of the file, in bytes.
    pub file_size: u64,
    /// The acoustic features.
    pub features: F,
}

impl<F: Serialize + DeserializeOwned> Row for StoredAudio<F> {
    const KIND: &'static str = "audio";
}

/// Audio that may be unreferenced. Garbage-collection candidates; references are checked before deletion. Audio is
/// noted before a version references it, and after a version stops doing so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedAudio {
    /// The SHA-256 of the file.
    pub sha256: String,
    /// When the audio was noted.
    pub since: Millis,
}

impl Row for UnusedAudio {
    const KIND: &'static str = "unused_audio";
}

/// An attachment's reference to an object: to the audio of a sound, or to an upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReferenceRow {
    pub(crate) attachment_id: AttachmentId,
}

impl Row for ReferenceRow {
    const KIND: &'static str = "reference";
}

impl ReadStore {
    /// The stored measurements of audio with these SHA-256s. Skips measurements of other `analysis` versions.
    pub async fn audio<F: Serialize + DeserializeOwned>(
        &self,
        sha256s: impl IntoIterator<Item = &String>,
        analysis: u32,
    ) -> Result<HashMap<String, StoredAudio<F>>> {
        let mut keys: Vec<_> = sha256s.into_iter().map(|sha256| Key::audio(sha256)).collect();
        keys.sort_unstable_by(|one, other| one.pk.cmp(&other.pk));
        keys.dedup();
        let mut known = HashMap::with_capacity(keys.len());
        // A thousand at a time: `rows` makes ten concurrent calls for them.
        for keys in keys.chunks(1000) {
            let mut rows = self.rows(keys.iter().cloned()).await?;
            for key in keys {
                let Some(row) = rows.take_item(key) else { continue };
                let is_same = row.get("analysis").and_then(|number| number.as_n().ok());
                if is_same.is_some_and(|number| *number == analysis.to_string()) {
                    let row: StoredAudio<F> = decode(row)?;
                    known.insert(row.sha256.clone(), row);
                }
            }
        }
        Ok(known)
    }

    /// Audio that was noted as unused longer ago than this.
    pub async fn unused_audio(&self, longer_than: Duration) -> Result<Vec<UnusedAudio>> {
        let millis = u64::try_from(longer_than.as_millis()).unwrap_or(u64::MAX);
        let now = (self.clock)();
        let mut unused: Vec<UnusedAudio> = self.rows_in(Range::new(audio_partition(), UNUSED)).await?;
        unused.retain(|row| row.since.plus(millis) < now || millis == 0);
        Ok(unused)
    }
}

impl ReadStore {
    /// Those of these candidates to whose audio no message refers.
    pub async fn unreferenced_audio(&self, unused: Vec<UnusedAudio>) -> Result<Vec<UnusedAudio>> {
        let unreferenced = self.unreferenced(&unused).await?.into_iter();
        Ok(unreferenced.map(|(unused, _)| unused).collect())
    }

    /// The same, each with the revision of its row, which rises with every message that refers to it.
    async fn unreferenced(&self, unused: &[UnusedAudio]) -> Result<Vec<(UnusedAudio, Option<u64>)>> {
        let mut unreferenced = Vec::new();
        for unused in unused {
            // Ascending: the row is read before the references to it.
            let rows = self
                .items_in(Range::all_of(Key::audio(&unused.sha256).pk).ascending())
                .await?;
            if !rows.iter().any(is_kind::<ReferenceRow>) {
                let row = rows.first().and_then(|row| row.get("revision"));
                let revision = row.and_then(|revision| revision.as_n().ok()?.parse().ok());
                unreferenced.push((unused.clone(), revision));
            }
        }
        Ok(unreferenced)
    }
}

impl Store {
    /// Stores measurements of audio. Call it after the objects are stored.
    pub async fn put_audio<F: Serialize + DeserializeOwned>(&self, audio: &[StoredAudio<F>]) -> Result<()> {
        let rows = audio.iter().map(|row| encode(&Key::audio(&row.sha256), row));
        self.put_all(rows).await
    }

    /// Notes audio that may be unreferenced from now on. The note is later than the version that the draft replaces: the
    /// import of that version must not forget it.
    pub async fn note_unused_audio(
        &self,
        draft: Draft,
        sha256s: impl IntoIterator<Item = &String>,
    ) -> Result<()> {
        let now = (self.clock)();
        let since = draft.base.map_or(now, |base| now.max(base.published_at.plus(1)));
        let rows = sha256s.into_iter().map(|sha256| {
            let row = UnusedAudio {
                sha256: sha256.clone(),
                since,
            };
            encode(&Key::unused_audio(sha256), &row)
        });
        self.put_all(rows).await
    }

    /// Removes audio from the list of candidates, unless it was noted again since it was listed.
    pub async fn forget_unused_audio(&self, listed: impl IntoIterator<Item = &UnusedAudio>) -> Result<()> {
        stream::iter(listed.into_iter().map(Ok))
            .try_for_each_concurrent(FORGOTTEN_AT_ONCE, |audio| async move {
                let unchanged = Condition::new("since = :since").with(":since", audio.since)?;
                self.remove(&Key::unused_audio(&audio.sha256), unchanged).await
            })
            .await
    }

    /// Removes the measurements of audio to which no message refers, so that later imports upload its objects again.
    /// Gives what was removed; `None` if another import has superseded the draft: that import may use the audio.
    pub async fn remove_audio(
        &self,
        draft: Draft,
        unused: Vec<UnusedAudio>,
    ) -> Result<Option<Vec<UnusedAudio>>> {
        let mut removed = Vec::new();
        for unused in unused.chunks(REMOVED_AT_ONCE) {
            let some = self
                .retry(|| async {
                    let mut transaction = self.transaction();
                    let not_superseded = Condition::new("superseded = :no").with(":no", false)?;
                    let own = transaction.condition_check(&Key::version(draft.version), not_superseded)?;
                    let unreferenced = self.unreferenced(unused).await?;
                    for (unused, revision) in &unreferenced {
                        // A message that refers to it since raises the revision.
                        let unchanged = match revision {
                            Some(revision) => {
                                Condition::new("revision = :before").with(":before", revision)?
                            }
                            None => Condition::new("attribute_not_exists(revision)"),
                        };
                        transaction.delete(&Key::audio(&unused.sha256), unchanged)?;
                    }
                    match transaction.commit().await? {
                        Outcome::Committed => Ok(Some(unreferenced)),
                        Outcome::Cancelled(why) if why.failed(own) => Ok(None),
                        Outcome::Cancelled(_) => Err(Again::after("a race").into()),
                    }
                })
                .await?;
            let Some(some) = some else { return Ok(None) };
            removed.extend(some.into_iter().map(|(unused, _)| unused));
        }
        Ok(Some(removed))
    }
}
