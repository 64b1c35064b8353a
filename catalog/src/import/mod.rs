//! The import: what a directory holds becomes the next version of the catalogue. `docs/CATALOG.md` tells how.
//!
//! An import can be broken off at any point, and the next one does not repeat what takes long: audio is known by its
//! content once it is uploaded. Callers see all changes at once, at the end.

mod audio;
mod drafting;
mod hash;
mod ids;
mod plan;
mod progress;
mod publish;
mod summary;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use search::SoundIndex;
use shared::store::bucket::{Bucket, StorageError, objects};
use shared::store::{CatalogContent, Published, Store, system_clock};
use tokio::task::spawn_blocking;

use crate::audio::VERSION;
use crate::manifest::{Entry, Manifest, Problem, Subject, composed};
use audio::{Audio, Job, Source, Target};
use drafting::Drafting;
use plan::{Plan, plan};
pub use progress::{Progress, Silent, Stage};
use publish::Publisher;
pub use summary::Summary;

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Where the sounds are.
    pub directory: PathBuf,
    /// Whether sounds that are not in the directory leave the catalogue. Without it they stay.
    pub prune: bool,
    /// Whether known files are decoded and uploaded again: for objects that have been lost.
    pub again: bool,
    /// Whether only to tell what an import would do. Nothing is written.
    pub dry_run: bool,
}

/// Imports a directory. If it fails, nothing has changed for callers. Problems with single sounds are in the summary.
pub async fn import(
    options: ImportOptions,
    store: &Store,
    bucket: &Bucket,
    progress: Arc<dyn Progress>,
) -> Result<Summary> {
    let started = Instant::now();
    let import = Import {
        options,
        store,
        bucket,
        progress,
    };
    let mut summary = Box::pin(import.run()).await?;
    summary.time = started.elapsed();
    Ok(summary)
}

struct Import<'a> {
    options: ImportOptions,
    store: &'a Store,
    bucket: &'a Bucket,
    progress: Arc<dyn Progress>,
}

/// The sounds of the directory, before anything is planned.
#[derive(Default)]
struct Scan {
    /// The sounds of the directory that can be read, newest first, with the SHA-256 of each.
    sounds: Vec<(Entry, String)>,
    /// The problems with those that can't.
    failed: Vec<Problem>,
}

impl Import<'_> {
    async fn run(&self) -> Result<Summary> {
        let directory = self.options.directory.clone();
        let manifest = spawn_blocking(move || Manifest::read(&directory)).await??;
        let base = self.store.published_now().await?;
        let content = match base {
            Some(base) => Box::pin(self.store.content_of(base.version)).await?,
            None => CatalogContent::default(),
        };
        let Manifest {
            sounds,
            playlists,
            synonyms,
            problems,
            unnamed,
        } = manifest;
        let drafting = Drafting::new(self.store, base);
        let mut summary = Summary {
            dry_run: self.options.dry_run,
            ..Summary::default()
        };
        let scan = self.hash(sounds, problems).await?;
        let (audio, scan) = self.measure(scan, &content, &drafting, &mut summary).await?;
        let named: Vec<(&Entry, &Audio)> = scan
            .sounds
            .iter()
            .filter_map(|(entry, sha256)| Some((entry, audio.get(sha256)?)))
            .collect();
        let prunes = self.prunes(&scan, &mut summary);
        let failed: HashSet<&str> = scan
            .failed
            .iter()
            .filter_map(|failed| failed.file.as_deref())
            .collect();
        let keeps = |file: &str| !prunes || failed.contains(composed(file).as_str());
        let mut plan = plan(&named, &playlists, &content, keeps, system_clock());
        plan.content.synonyms = match synonyms {
            Some(synonyms) if !synonyms.is_empty() => synonyms,
            None if prunes => Vec::new(),
            // The directory says nothing of them, or nothing that is right.
            _ => content.synonyms.clone(),
        };
        note(&plan, &unnamed, &content, &mut summary);
        summary.imported = plan.new;
        summary.changed = plan.changed;
        summary.unchanged = plan.unchanged;
        summary.kept = plan.kept;
        summary.removed = plan.removed.len();
        summary.failed = scan.failed;
        if self.options.dry_run {
            return Ok(summary);
        }
        let publisher = self.publisher();
        let is_same = plan.content == content
            && summary.decoded == 0
            && base.is_none_or(|base| base.has_present_keys());
        if is_same && self.has_index(base).await? {
            publisher.tidy(&drafting, &content).await?;
            return Ok(summary);
        }
        let version = publisher
            .publish(&drafting, plan.content, &content, &audio)
            .await?;
        summary.published = Some(version);
        Ok(summary)
    }

    fn publisher(&self) -> Publisher<'_> {
        Publisher {
            store: self.store,
            bucket: self.bucket,
            progress: &*self.progress,
            prune: self.options.prune,
        }
    }

    /// Reads every file for its hash.
    async fn hash(&self, sounds: Vec<Entry>, problems: Vec<Problem>) -> Result<Scan> {
        self.progress.begin(Stage::Hashing, sounds.len());
        let progress = Arc::clone(&self.progress);
        let (sounds, hashes) = spawn_blocking(move || {
            let hashes = hash::hashes(&sounds, &*progress);
            (sounds, hashes)
        })
        .await?;
        let mut scan = Scan {
            sounds: Vec::with_capacity(sounds.len()),
            failed: problems,
        };
        for (entry, hash) in sounds.into_iter().zip(hashes) {
            match hash {
                Ok(hash) => scan.sounds.push((entry, hash)),
                Err(message) => scan.failed.push(problem(&entry, message)),
            }
        }
        Ok(scan)
    }

    /// Decodes and uploads audio that is not known. Returns all audio that may be in the catalogue, and the sounds
    /// without those that could not be decoded.
    async fn measure(
        &self,
        scan: Scan,
        content: &CatalogContent,
        drafting: &Drafting<'_>,
        summary: &mut Summary,
    ) -> Result<(HashMap<String, Audio>, Scan)> {
        let needed = scan.sounds.iter().map(|(_, sha256)| sha256);
        let stored = content.sounds.iter().map(|sound| &sound.audio);
        let mut audio: HashMap<String, Audio> = self.store.audio(needed.chain(stored), VERSION).await?;
        if self.options.again {
            for (_, sha256) in &scan.sounds {
                audio.remove(sha256);
            }
        }
        let mut asked = HashSet::new();
        let mut jobs: Vec<Job> = Vec::new();
        let mut ask = |sha256: &str, source: Source, file: &str| {
            if !audio.contains_key(sha256) && asked.insert(sha256.to_owned()) {
                jobs.push(Job {
                    sha256: sha256.to_owned(),
                    source,
                    file: file.to_owned(),
                });
            }
        };
        for (entry, sha256) in &scan.sounds {
            ask(sha256, Source::File(entry.path.clone()), &entry.file);
        }
        let named: HashSet<&str> = scan.sounds.iter().map(|(entry, _)| entry.file.as_str()).collect();
        for sound in &content.sounds {
            if !named.contains(composed(&sound.file).as_str()) {
                ask(&sound.audio, Source::Stored, &sound.file);
            }
        }
        if !jobs.is_empty() {
            self.progress.begin(Stage::Decoding, jobs.len());
        }
        let target = Target {
            store: self.store,
            bucket: self.bucket,
            drafting: (!self.options.dry_run).then_some(drafting),
        };
        let outcome = target.measure(jobs, &*self.progress).await?;
        summary.decoded = outcome.known.len();
        audio.extend(
            outcome
                .known
                .into_iter()
                .map(|known| (known.sha256.clone(), known)),
        );
        let reasons: HashMap<_, _> = outcome.failed.into_iter().collect();
        let mut scan = scan;
        let (good, bad): (Vec<_>, Vec<_>) = scan
            .sounds
            .into_iter()
            .partition(|(_, sha256)| audio.contains_key(sha256));
        scan.sounds = good;
        scan.failed.extend(bad.into_iter().map(|(entry, sha256)| {
            let reason = reasons.get(&sha256).cloned();
            problem(
                &entry,
                reason.unwrap_or_else(|| "could not be decoded".to_owned()),
            )
        }));
        Ok((audio, scan))
    }

    /// Whether what the directory does not have leaves the catalogue: with `--prune`, and only if it is known what the
    /// directory has.
    fn prunes(&self, scan: &Scan, summary: &mut Summary) -> bool {
        if !self.options.prune {
            return false;
        }
        let mut failed = scan.failed.iter();
        let unreadable = failed.find(|failed| failed.subject == Subject::Sound && failed.file.is_none());
        let doubt = if let Some(unreadable) = unreadable {
            format!("it is not known which sound this is: {unreadable}")
        } else if scan.sounds.is_empty() {
            "not one sound of the directory can be imported".to_owned()
        } else {
            return true;
        };
        summary.notes.push(format!("nothing is pruned, for {doubt}"));
        false
    }

    /// Whether the published version has search indexes that this release can read. An empty catalogue needs none.
    async fn has_index(&self, base: Option<Published>) -> Result<bool> {
        let Some(base) = base else { return Ok(true) };
        match self.bucket.get(&objects::sound_index(base.version)).await {
            Ok(index) => Ok(SoundIndex::open(index).is_ok()),
            Err(error @ StorageError::Unavailable(_)) => Err(error.into()),
            // Without the permission to list the bucket, access to a missing object is denied.
            Err(StorageError::Missing { .. } | StorageError::Internal(_)) => Ok(false),
        }
    }
}

fn problem(entry: &Entry, message: String) -> Problem {
    Problem {
        subject: Subject::Sound,
        place: entry.place.clone(),
        file: Some(entry.file.clone()),
        message,
    }
}

/// Notes what may be a mistake, and what the counts of sounds do not show.
fn note(plan: &Plan, unnamed: &[String], published: &CatalogContent, summary: &mut Summary) {
    if let Some(first) = unnamed.first() {
        let others = unnamed.len();
        summary.notes.push(format!(
            "audio files that the manifest does not name: {others}, such as {first}"
        ));
    }
    for name in &plan.empty_playlists {
        let name = name.as_str();
        summary.notes.push(format!(
            "the playlist {name:?} is left out, since it has no sound"
        ));
    }
    let (before, after) = (&published.synonyms, &plan.content.synonyms);
    if before != after {
        summary.notes.push(format!(
            "the groups of synonyms change: {} before, {} now",
            before.len(),
            after.len()
        ));
    }
}
