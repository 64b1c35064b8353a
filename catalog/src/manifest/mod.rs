//! The description of the sounds in a directory: its manifest, or without a manifest, its files.
//!
//! `manifest.csv` or `manifest.jsonl` in the directory names the sounds, the newest first. The columns of CSV and the
//! keys of JSON are the same, and only `file` is required:
//!
//! | column | what it holds | where it is missing or empty |
//! |---|---|---|
//! | `file` | the path in the directory, with `/` between the parts: what makes it the same sound in the next import | |
//! | `title` | a line of 1 to 200 characters | the file's name: `church_bell-01.wav` is `Church bell 01` |
//! | `description` | at most 2,000 characters, no control characters but line breaks and tabs | none |
//! | `category` | a label: a line of 1 to 64 characters | the first folder of the path: `bells/…` is `Bells` |
//! | `tags` | at most 50 labels | the folders after the first |
//! | `themes` | at most 50 labels | none |
//! | `playlists` | at most 50 labels | none |
//!
//! Lists are arrays in JSON, and an empty array means none; in CSV `;` separates their values. `playlists.csv` or
//! `playlists.jsonl` may describe the playlists: `name`, `description`, `theme`. Without a manifest, every audio file
//! under the directory is a sound, in the order of the paths, with the defaults of the table.
//!
//! A mistake in one sound is a [`Problem`], and the other sounds are read. A mistake that puts the whole manifest in
//! doubt (no content, another encoding, unknown columns, a missing quotation mark) is an error, so that a broken file
//! never looks like a catalogue with few sounds.

mod defaults;
mod entry;
mod fields;
mod files;
mod limits;
mod rows;

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Result, bail, ensure};

pub use entry::{Entry, Place, PlaylistEntry, Problem};
use fields::{PlaylistRow, SoundRow};
pub use files::AUDIO_EXTENSIONS;
use rows::{Row, Source};

/// The description of the sounds in a directory.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The sounds, as the manifest has them: the newest first.
    pub sounds: Vec<Entry>,
    /// The descriptions of playlists.
    pub playlists: Vec<PlaylistEntry>,
    /// The mistakes in single sounds and playlists.
    pub problems: Vec<Problem>,
    /// The audio files of the directory that the manifest does not name, sorted.
    pub unnamed: Vec<String>,
}

impl Manifest {
    /// Reads the manifest of a directory, and finds its files. Blocks.
    pub fn read(directory: &Path) -> Result<Self> {
        ensure!(directory.is_dir(), "{} is not a directory", directory.display());
        let files = files::Directory::open(directory)?;
        let mut manifest = match Source::find(directory, ["manifest.csv", "manifest.jsonl"])? {
            Some(source) => Self::of_rows(&files, &source)?,
            None => Self::of_files(&files)?,
        };
        if let Some(source) = Source::find(directory, ["playlists.csv", "playlists.jsonl"])? {
            manifest.read_playlists(&source)?;
        }
        Ok(manifest)
    }

    fn of_rows(files: &files::Directory, source: &Source) -> Result<Self> {
        let mut manifest = Self::default();
        let mut lines: HashMap<String, u64> = HashMap::new();
        let rows = source.rows::<SoundRow>()?;
        if rows.is_empty() {
            bail!("{} names no sound", source.name);
        }
        for Row { line, content } in rows {
            let place = Place {
                source: Some(source.name),
                line,
            };
            let row = match content {
                Ok(row) => row,
                Err(message) => {
                    manifest.problems.push(Problem {
                        place,
                        file: None,
                        message,
                    });
                    continue;
                }
            };
            let file = match files::normal(&row.file) {
                Ok(file) => file,
                Err(message) => {
                    let file = Some(row.file).filter(|file| !file.is_empty());
                    manifest.problems.push(Problem { place, file, message });
                    continue;
                }
            };
            let first = *lines.entry(file.clone()).or_insert(line);
            let entry = if first == line {
                files
                    .find(&file)
                    .and_then(|path| row.into_entry(file.clone(), path, place.clone()))
            } else {
                Err(format!("line {first} names the same file"))
            };
            match entry {
                Ok(entry) => manifest.sounds.push(entry),
                Err(message) => manifest.problems.push(Problem {
                    place,
                    file: Some(file),
                    message,
                }),
            }
        }
        let (found, _) = files.audio_files();
        manifest.unnamed = found
            .into_iter()
            .filter(|file| !lines.contains_key(file))
            .collect();
        Ok(manifest)
    }

    fn of_files(files: &files::Directory) -> Result<Self> {
        let mut manifest = Self::default();
        let place = Place {
            source: None,
            line: 0,
        };
        let (found, unreadable) = files.audio_files();
        ensure!(
            !found.is_empty() || !unreadable.is_empty(),
            "there is no manifest.csv, no manifest.jsonl and no audio file ({})",
            AUDIO_EXTENSIONS.join(", ")
        );
        manifest
            .problems
            .extend(unreadable.into_iter().map(|message| Problem {
                place: place.clone(),
                file: None,
                message,
            }));
        for file in found {
            let entry = files.find(&file).and_then(|path| {
                let row = SoundRow::of_file(&file);
                row.into_entry(file.clone(), path, place.clone())
            });
            match entry {
                Ok(entry) => manifest.sounds.push(entry),
                Err(message) => manifest.problems.push(Problem {
                    place: place.clone(),
                    file: Some(file),
                    message,
                }),
            }
        }
        Ok(manifest)
    }

    fn read_playlists(&mut self, source: &Source) -> Result<()> {
        let mut lines: HashMap<String, u64> = HashMap::new();
        for Row { line, content } in source.rows::<PlaylistRow>()? {
            let entry = content.and_then(PlaylistRow::into_entry).and_then(|entry| {
                let first = *lines.entry(entry.name.key()).or_insert(line);
                if first == line {
                    Ok(entry)
                } else {
                    Err(format!("line {first} names the same playlist"))
                }
            });
            match entry {
                Ok(entry) => self.playlists.push(entry),
                Err(message) => self.problems.push(Problem {
                    place: Place {
                        source: Some(source.name),
                        line,
                    },
                    file: None,
                    message,
                }),
            }
        }
        Ok(())
    }
}
