//! The import: what a directory holds becomes the next version of the catalogue. `docs/CATALOG.md` tells how.
//!
//! Everything that takes long can be broken off at any point and is not done again: audio is known by its content once
//! it is uploaded. What callers see changes in one moment, at the end.

mod audio;
mod drafting;
mod hash;
mod ids;
mod plan;
mod progress;
mod summary;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use search::{SoundIndex, build_playlists, build_sounds};
use shared::model::StoredSound;
use shared::storage::{Bucket, StorageError, objects};
use shared::store::{
    CatalogContent, Draft, Neighbour, Published, Publishing, Store, StoredAudio, system_clock,
};
use tokio::task::spawn_blocking;

use crate::audio::{Features, VERSION};
use crate::manifest::{Entry, Manifest, Place, Problem};
use crate::neighbours::nearest;
use audio::{Job, Source, Target};
use drafting::{Drafting, SUPERSEDED, remove, remove_outdated};
use plan::{Plan, plan};
pub use progress::{Progress, Silent, Stage};
pub use summary::Summary;

/// How many similar sounds are kept of each.
const NEIGHBOURS: usize = 100;

/// How long audio must have been unused before its objects go: links to it last an hour, and an import may take a while.
const UNUSED_FOR: Duration = Duration::from_hours(24);

/// The media type of a search index.
const INDEX_TYPE: &str = "application/octet-stream";

/// What was measured of some audio.
type Audio = StoredAudio<Features>;

/// What to import.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Where the sounds are.
    pub directory: PathBuf,
    /// Whether sounds that are not in the directory leave the catalogue. Without it they stay.
    pub prune: bool,
    /// Whether files are decoded and uploaded that are known, too: for objects that have been lost.
    pub again: bool,
    /// Whether only to look what an import would do. Nothing is written.
    pub dry_run: bool,
}

/// Imports a directory. Fails where nothing can be imported, and then nothing has changed for callers; what is wrong with
/// single sounds is in the summary.
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

/// What is known before anything is planned.
#[derive(Default)]
struct Scan {
    /// The sounds of the directory that can be read, newest first, with the SHA-256 of each.
    sounds: Vec<(Entry, String)>,
    /// What can't.
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
        let plan = plan(
            &named,
            &playlists,
            &content,
            self.keeps(&scan, &mut summary),
            system_clock(),
        );
        note(&plan, &unnamed, &mut summary);
        summary.imported = plan.new;
        summary.changed = plan.changed;
        summary.unchanged = plan.unchanged;
        summary.kept = plan.kept;
        summary.removed = plan.removed.len();
        summary.failed = scan.failed;
        if self.options.dry_run {
            return Ok(summary);
        }
        let is_same = plan.content == content && summary.decoded == 0;
        if is_same && self.has_index(base).await? {
            self.tidy(&drafting, &content).await?;
            return Ok(summary);
        }
        summary.published = Some(self.publish(&drafting, plan.content, &content, &audio).await?);
        Ok(summary)
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

    /// Decodes and uploads what is not known. Returns what is known of all audio that may be in the catalogue, and the
    /// sounds without those that could not be decoded.
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
            if !named.contains(sound.file.as_str()) {
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

    /// Which files stay in the catalogue of those that were not imported: all without `--prune`, and with it those of
    /// which it is not sure that they have gone.
    fn keeps(&self, scan: &Scan, summary: &mut Summary) -> impl Fn(&str) -> bool + use<> {
        let failed: HashSet<String> = scan
            .failed
            .iter()
            .filter_map(|failed| failed.file.clone())
            .collect();
        let is_playlist = |place: &Place| place.source.is_some_and(|source| source.starts_with("playlists"));
        let unreadable = scan
            .failed
            .iter()
            .find(|failed| failed.file.is_none() && !is_playlist(&failed.place));
        let mut prunes = self.options.prune;
        if prunes && let Some(unreadable) = unreadable {
            summary.notes.push(format!(
                "nothing is pruned, for it is not known which sound this is: {unreadable}"
            ));
            prunes = false;
        } else if prunes && scan.sounds.is_empty() {
            summary
                .notes
                .push("nothing is pruned, for not one sound of the directory can be imported".to_owned());
            prunes = false;
        }
        move |file| !prunes || failed.contains(file)
    }

    /// Whether the published version has search indexes that this release can read. An empty catalogue needs none.
    async fn has_index(&self, base: Option<Published>) -> Result<bool> {
        let Some(base) = base else { return Ok(true) };
        match self.bucket.get(&objects::sound_index(base.version)).await {
            Ok(index) => Ok(SoundIndex::open(index).is_ok()),
            Err(error @ StorageError::Unavailable(_)) => Err(error.into()),
            // Whoever may not list the bucket is told that access is denied to what is not there.
            Err(StorageError::Missing { .. } | StorageError::Internal(_)) => Ok(false),
        }
    }

    /// What is to be done where the catalogue stays as it is.
    async fn tidy(&self, drafting: &Drafting<'_>, content: &CatalogContent) -> Result<()> {
        if self.options.prune && !self.expired_audio(&[content]).await?.is_empty() {
            let draft = drafting.draft().await?;
            self.remove_unused_audio(draft, &[content]).await?;
            remove(self.store, self.bucket, draft.version).await?;
        }
        // Where the import was killed that has published it.
        self.forget_used_audio(content).await?;
        remove_outdated(self.store, self.bucket, drafting.begun()).await
    }

    /// Takes the audio of the published catalogue from the list of what is unused.
    async fn forget_used_audio(&self, content: &CatalogContent) -> Result<()> {
        let used = audio_of(&[content]);
        let listed = self.store.unused_audio(Duration::ZERO).await?;
        let listed = listed.iter().map(|unused| &unused.sha256);
        let in_use = listed.filter(|sha256| used.contains(sha256.as_str()));
        Ok(self.store.forget_unused_audio(in_use).await?)
    }

    /// Writes the version and makes it the catalogue.
    async fn publish(
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
            remove(self.store, self.bucket, draft.version).await?;
            bail!(SUPERSEDED);
        };
        self.forget_used_audio(&content).await?;
        remove_outdated(self.store, self.bucket, Some(draft)).await?;
        Ok(published)
    }

    /// Writes all rows and indexes of a version. `None` where another import has taken its place.
    async fn write(
        &self,
        draft: Draft,
        content: &Arc<CatalogContent>,
        audio: &HashMap<String, Audio>,
    ) -> Result<Option<()>> {
        // What was known before the version was begun may have been removed by another import until then.
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
                self.progress.advance(written)
            })
            .await?;
        if !is_current {
            return Ok(None);
        }
        let CatalogContent {
            playlists,
            themes,
            tags,
            ..
        } = &**content;
        self.store.write_lists(draft, playlists, themes, tags).await?;
        self.progress.begin(Stage::Indexing, 1);
        let indexed = Arc::clone(content);
        let (sounds, playlists) = spawn_blocking(move || -> Result<_> {
            Ok((
                build_sounds(&indexed.sounds)?,
                build_playlists(&indexed.playlists)?,
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

    /// Makes a version the catalogue that is written. `None` where another import has taken its place.
    async fn flip(
        &self,
        draft: Draft,
        content: &CatalogContent,
        old: &CatalogContent,
    ) -> Result<Option<Published>> {
        self.progress.begin(Stage::Publishing, 1);
        // Before it goes, so that it is never forgotten. That it may still be used, whoever removes it sees.
        let used = audio_of(&[content]);
        let leaving = old.sounds.iter().map(|sound| &sound.audio);
        let leaving: HashSet<&String> = leaving.filter(|sha256| !used.contains(sha256.as_str())).collect();
        self.store.note_unused_audio(leaving).await?;
        if self.options.prune && !self.remove_unused_audio(draft, &[content, old]).await? {
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

    /// Audio that none of these has needed for a day.
    async fn expired_audio(&self, contents: &[&CatalogContent]) -> Result<Vec<String>> {
        let used = audio_of(contents);
        let unused = self.store.unused_audio(UNUSED_FOR).await?.into_iter();
        let unused = unused.map(|unused| unused.sha256);
        Ok(unused.filter(|sha256| !used.contains(sha256.as_str())).collect())
    }

    /// Removes it. `false` where another import has taken the draft's place.
    async fn remove_unused_audio(&self, draft: Draft, contents: &[&CatalogContent]) -> Result<bool> {
        let expired = self.expired_audio(contents).await?;
        if !self.store.remove_audio(draft, &expired).await? {
            return Ok(false);
        }
        let keys = expired
            .iter()
            .flat_map(|sha256| [objects::original(sha256), objects::preview(sha256)]);
        self.bucket.delete(&keys.collect::<Vec<_>>()).await?;
        self.store.forget_unused_audio(&expired).await?;
        Ok(true)
    }
}

/// The SHA-256 of all audio in these.
fn audio_of<'a>(contents: &[&'a CatalogContent]) -> HashSet<&'a str> {
    let sounds = contents.iter().flat_map(|content| &content.sounds);
    sounds.map(|sound: &StoredSound| sound.audio.as_str()).collect()
}

fn problem(entry: &Entry, message: String) -> Problem {
    Problem {
        place: entry.place.clone(),
        file: Some(entry.file.clone()),
        message,
    }
}

/// Says what may not be meant.
fn note(plan: &Plan, unnamed: &[String], summary: &mut Summary) {
    if let Some(first) = unnamed.first() {
        let others = unnamed.len();
        summary.notes.push(format!(
            "audio files that the manifest does not name: {others}, such as {first}"
        ));
    }
    for name in &plan.empty_playlists {
        let name = name.as_str();
        summary.notes.push(format!(
            "the playlist {name:?} is left out, for no sound is in it"
        ));
    }
}
