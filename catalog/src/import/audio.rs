//! Decodes, measures and uploads audio that is not known yet.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;

use anyhow::{Context as _, Result};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use shared::store::bucket::{Bucket, objects};
use shared::store::{Store, StoredAudio};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::drafting::Drafting;
use super::hash::{LARGEST_FILE, hash};
use super::progress::Progress;
use crate::audio::{Features, PREVIEW_TYPE, VERSION, analyse};

/// How many sounds are uploaded and then noted as known at a time.
const UPLOADED_TOGETHER: usize = 25;
/// The memory for files, in megabytes: the largest file fits twice.
const MEMORY: u64 = 2 * (LARGEST_FILE >> 20);

/// What was measured of some audio.
pub(super) type Audio = StoredAudio<Features>;

/// Audio to be measured.
pub(super) struct Job {
    /// Its SHA-256.
    pub(super) sha256: String,
    /// Where it is.
    pub(super) source: Source,
    /// The name of its file, for the decoder.
    pub(super) file: String,
}

/// Where audio is.
pub(super) enum Source {
    /// In a file.
    File(PathBuf),
    /// In the bucket, for a sound that is no longer in the directory and has to be measured again.
    Stored,
}

/// Audio that was measured, with its objects.
struct Measured {
    audio: Audio,
    original: Vec<u8>,
    preview: Vec<u8>,
    is_stored: bool,
    _memory: OwnedSemaphorePermit,
}

/// The result of measuring: the audio that is known now, and the errors by SHA-256.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) known: Vec<Audio>,
    pub(super) failed: Vec<(String, String)>,
}

/// Where measured audio goes.
pub(super) struct Target<'a> {
    pub(super) store: &'a Store,
    pub(super) bucket: &'a Bucket,
    /// Nothing is written without it.
    pub(super) drafting: Option<&'a Drafting<'a>>,
}

impl Target<'_> {
    /// Measures audio on all cores, and uploads what is new. Uploaded audio is known to the next import, even if this
    /// one is killed.
    pub(super) async fn measure(&self, jobs: Vec<Job>, progress: &dyn Progress) -> Result<Outcome> {
        let cores = available_parallelism().map_or(1, NonZero::get);
        let memory = Arc::new(Semaphore::new(usize::try_from(MEMORY)?));
        let mut outcome = Outcome::default();
        let mut stored = stream::iter(jobs)
            .map(|job| self.measure_one(job, &memory))
            // One more than the cores, which reads while they are busy.
            .buffer_unordered(cores + 1)
            .ready_chunks(UPLOADED_TOGETHER)
            .map(|measured| async {
                let count = measured.len();
                let stored = self.store_some(measured).await;
                progress.advance(count);
                stored
            })
            .buffer_unordered(2);
        while let Some(some) = stored.next().await {
            let Outcome { known, failed } = some?;
            outcome.known.extend(known);
            outcome.failed.extend(failed);
        }
        Ok(outcome)
    }

    async fn measure_one(
        &self,
        job: Job,
        memory: &Arc<Semaphore>,
    ) -> Result<Result<Measured, (String, String)>> {
        let failed = |message: String| Ok(Err((job.sha256.clone(), message)));
        let size = match &job.source {
            Source::File(path) => match tokio::fs::metadata(path).await {
                Ok(metadata) => metadata.len(),
                Err(error) => return failed(format!("can't be read: {error}")),
            },
            Source::Stored => LARGEST_FILE,
        };
        // The file may have grown since it was hashed; the check of the hash notices that.
        let megabytes = (size >> 20).min(MEMORY - 1) + 1;
        let memory = Arc::clone(memory)
            .acquire_many_owned(u32::try_from(megabytes)?)
            .await?;
        let (original, is_stored) = match &job.source {
            Source::File(path) => match tokio::fs::read(path).await {
                Ok(bytes) => (bytes, false),
                Err(error) => return failed(format!("can't be read: {error}")),
            },
            Source::Stored => {
                let bytes = self.bucket.get(&objects::original(&job.sha256)).await;
                (
                    bytes.with_context(|| format!("can't read {} anew", job.file))?,
                    true,
                )
            }
        };
        let Job { sha256, file, .. } = job;
        spawn_blocking(move || {
            if hash(&original) != sha256 {
                return Err((sha256, "changed while it was being imported".to_owned()));
            }
            let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
            match analyse(&original, &extension.to_ascii_lowercase()) {
                Ok(analysed) => Ok(Measured {
                    audio: Audio {
                        sha256,
                        analysis: VERSION,
                        duration_ms: analysed.analysis.duration_ms,
                        sample_rate: analysed.analysis.sample_rate,
                        channels: analysed.analysis.channels,
                        waveform: analysed.analysis.waveform,
                        file_type: analysed.analysis.file_type.to_owned(),
                        file_size: original.len() as u64,
                        features: analysed.analysis.features,
                    },
                    original,
                    preview: analysed.preview,
                    is_stored,
                    _memory: memory,
                }),
                Err(error) => Err((sha256, error.to_string())),
            }
        })
        .await
        .context("decoding broke off")
    }

    /// Uploads what was measured, and then notes it as known. Before, it is listed as unused, so that it is found if
    /// the import ends here.
    async fn store_some(&self, measured: Vec<Result<Result<Measured, (String, String)>>>) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut good = Vec::new();
        for one in measured {
            match one? {
                Ok(one) => good.push(one),
                Err(failed) => outcome.failed.push(failed),
            }
        }
        if let Some(drafting) = self.drafting
            && !good.is_empty()
        {
            let draft = drafting.draft().await?;
            let new = good
                .iter()
                .filter(|one| !one.is_stored)
                .map(|one| &one.audio.sha256);
            self.store.note_unused_audio(draft, new).await?;
            stream::iter(good.iter_mut().map(Ok))
                .try_for_each_concurrent(UPLOADED_TOGETHER, |one| self.upload(one))
                .await?;
            let known: Vec<_> = good.iter().map(|one| one.audio.clone()).collect();
            self.store.put_audio(&known).await?;
        }
        outcome.known.extend(good.into_iter().map(|one| one.audio));
        Ok(outcome)
    }

    async fn upload(&self, one: &mut Measured) -> Result<()> {
        let sha256 = &one.audio.sha256;
        let (original, preview) = (objects::original(sha256), objects::preview(sha256));
        let preview = self
            .bucket
            .put(&preview, std::mem::take(&mut one.preview), PREVIEW_TYPE);
        if one.is_stored {
            return Ok(preview.await?);
        }
        let content = std::mem::take(&mut one.original);
        let original = self.bucket.put(&original, content, &one.audio.file_type);
        tokio::try_join!(original, preview)?;
        Ok(())
    }
}
