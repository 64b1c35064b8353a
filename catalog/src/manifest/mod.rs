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
//! `playlists.jsonl` may describe the playlists: `name`, `description`, `theme`. `synonyms.csv`, without a header, has
//! words and phrases that mean the same in each row. Without a manifest, every audio file under the directory is a
//! sound, in the order of the paths, with the defaults of the table. `docs/CATALOG.md` tells more of the files.
//!
//! | files may be | |
//! |---|---|
//! | called | `Manifest.CSV`, in any case; one of each |
//! | encoded as | UTF-8 or UTF-16, with a byte order mark or without; lines end with CR LF, LF or CR |
//! | delimited by | commas, semicolons or tabs, whichever makes names of columns of the header; or by what the first line says: `sep=\|` |
//! | padded with | rows and unnamed columns that are empty; missing cells at the end of a row are empty |
//! | quoted | a field with a delimiter, a line break, or a quotation mark at its beginning is in quotation marks, those within it doubled |
//!
//! A mistake in one sound is a [`Problem`], and the other sounds are read. A mistake that puts the whole file in doubt
//! (no content, another encoding, unknown columns, a missing quotation mark, JSON that is not one object a line) is an
//! error, so that a broken file never looks like a catalogue with few sounds.

mod defaults;
mod encoding;
mod entry;
mod fields;
mod files;
mod header;
mod limits;
mod records;
mod rows;
mod source;
mod synonyms;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use shared::model::SynonymGroup;

pub use entry::{Entry, Place, PlaylistEntry, Problem, Subject};
use fields::{PlaylistRow, SoundRow};
pub use files::AUDIO_EXTENSIONS;
pub(crate) use files::composed;
use rows::Row;
use source::{Format, Source};

/// The description of the sounds in a directory.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The sounds, as the manifest has them: the newest first.
    pub sounds: Vec<Entry>,
    /// The descriptions of playlists.
    pub playlists: Vec<PlaylistEntry>,
    /// The synonyms, if there is a file of them.
    pub synonyms: Option<Vec<SynonymGroup>>,
    /// The mistakes in single sounds, playlists and groups of synonyms.
    pub problems: Vec<Problem>,
    /// The audio files of the directory that the manifest does not name, sorted.
    pub unnamed: Vec<String>,
}

impl Manifest {
    /// Reads the manifest of a directory, and finds its files. Blocks.
    pub fn read(directory: &Path) -> Result<Self> {
        ensure!(directory.is_dir(), "{} is not a directory", directory.display());
        let mut files = files::Directory::open(directory)?;
        let rows = [Format::Csv, Format::JsonLines];
        let mut manifest = Self::default();
        match Source::find(directory, "manifest", &rows)? {
            Some(source) => manifest.read_sounds(&mut files, &source)?,
            None => manifest.read_files(&files)?,
        }
        if let Some(source) = Source::find(directory, "playlists", &rows)? {
            manifest.read_playlists(&source)?;
        }
        if let Some(source) = Source::find(directory, "synonyms", &[Format::Csv])? {
            manifest.read_synonyms(&source)?;
        }
        Ok(manifest)
    }

    fn read_sounds(&mut self, files: &mut files::Directory, source: &Source) -> Result<()> {
        let mut lines: HashMap<String, u64> = HashMap::new();
        let rows = source.rows::<SoundRow>()?;
        if rows.is_empty() {
            bail!("{} names no sound", source.name);
        }
        for Row { line, content } in rows {
            let place = place(source, line);
            let row = match content {
                Ok(row) => row,
                Err(message) => {
                    self.problem(Subject::Sound, place, None, message);
                    continue;
                }
            };
            let file = match files::normal(&row.file) {
                Ok(file) => file,
                Err(message) => {
                    let file = Some(row.file).filter(|file| !file.is_empty());
                    self.problem(Subject::Sound, place, file, message);
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
                Ok(entry) => self.sounds.push(entry),
                Err(message) => self.problem(Subject::Sound, place, Some(file), message),
            }
        }
        let found = files.audio_files().files.into_keys();
        self.unnamed = found.filter(|file| !lines.contains_key(file)).collect();
        Ok(())
    }

    fn read_files(&mut self, files: &files::Directory) -> Result<()> {
        let place = Place {
            source: None,
            line: 0,
        };
        let found = files.audio_files();
        ensure!(
            !found.files.is_empty() || !found.unreadable.is_empty(),
            "there is no manifest.csv, no manifest.jsonl and no audio file ({})",
            AUDIO_EXTENSIONS.join(", ")
        );
        for message in found.unreadable {
            self.problem(Subject::Sound, place.clone(), None, message);
        }
        for (file, places) in found.files {
            let entry = files::check_name(&file)
                .and_then(|()| files.only(places))
                .and_then(|path| SoundRow::of_file(&file).into_entry(file.clone(), path, place.clone()));
            match entry {
                Ok(entry) => self.sounds.push(entry),
                Err(message) => self.problem(Subject::Sound, place.clone(), Some(file), message),
            }
        }
        Ok(())
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
                Err(message) => self.problem(Subject::Playlist, place(source, line), None, message),
            }
        }
        Ok(())
    }

    fn read_synonyms(&mut self, source: &Source) -> Result<()> {
        let (groups, problems) = synonyms::groups(source)?;
        self.synonyms = Some(groups);
        for (line, message) in problems {
            self.problem(Subject::Synonyms, place(source, line), None, message);
        }
        Ok(())
    }

    fn problem(&mut self, subject: Subject, place: Place, file: Option<String>, message: String) {
        self.problems.push(Problem {
            subject,
            place,
            file,
            message,
        });
    }
}

fn place(source: &Source, line: u64) -> Place {
    Place {
        source: Some(Arc::clone(&source.name)),
        line,
    }
}
