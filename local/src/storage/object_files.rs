//! The files in which s3s-fs keeps an object.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::files;

/// The directory of what is not whole yet, in the place of a bucket. No bucket can have such a name.
const UNFINISHED: &str = ".unfinished";

/// The files of one object.
pub(super) struct ObjectFiles {
    content: PathBuf,
    /// What else s3s-fs knows of it: the headers it was stored with, and its checksums.
    beside: [PathBuf; 2],
}

/// What there is of an object.
pub(super) struct Present {
    /// Belongs to this content alone: each time that something is stored gets another one.
    pub(super) version: String,
    pub(super) size: u64,
}

impl ObjectFiles {
    pub(super) fn of(root: &Path, bucket: &str, key: &str) -> Self {
        let beside = |kind| root.join(format!("{}{}.{kind}.json", prefix(bucket), encoded(key)));
        Self {
            content: root.join(bucket).join(key),
            beside: [beside("metadata"), beside("internal")],
        }
    }

    /// `None` if there is no such object.
    pub(super) fn present(&self) -> io::Result<Option<Present>> {
        match fs::metadata(&self.content) {
            Ok(metadata) if metadata.is_file() => Ok(Some(Present {
                version: format!(
                    "{:x}.{:x}.{:x}",
                    metadata.mtime(),
                    metadata.mtime_nsec(),
                    metadata.ino()
                ),
                size: metadata.len(),
            })),
            // A directory has objects in it, and is none.
            Ok(_) => Ok(None),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        remove_if_there(&self.content)?;
        self.beside.iter().try_for_each(|path| remove_if_there(path))
    }

    /// Forgets the checksums. s3s-fs would keep them for an object that is then made of parts.
    pub(super) fn forget_checksums(&self) -> io::Result<()> {
        let [_, checksums] = &self.beside;
        remove_if_there(checksums)
    }

    /// Moves another object to this place.
    pub(super) fn replace_by(&self, other: &Self) -> io::Result<()> {
        if let Some(directory) = self.content.parent() {
            fs::create_dir_all(directory)?;
        }
        for (from, to) in other.beside.iter().zip(&self.beside) {
            match fs::rename(from, to) {
                Err(error) if is_absence(&error) => remove_if_there(to)?,
                renamed => renamed?,
            }
        }
        fs::rename(&other.content, &self.content)
    }

    /// Makes the version a new one: it says when, and no two objects get the same time, however fine the clock is.
    pub(super) fn make_newer_than(&self, last: &mut SystemTime) -> io::Result<()> {
        let now = SystemTime::now().max(*last + Duration::from_nanos(1));
        File::open(&self.content)?.set_modified(now)?;
        *last = now;
        Ok(())
    }
}

/// An object that is being written. Whatever is left of it goes with this value.
pub(super) struct Unfinished {
    pub(super) bucket: &'static str,
    pub(super) key: String,
    pub(super) files: ObjectFiles,
}

impl Unfinished {
    pub(super) fn new(root: &Path) -> Self {
        let key = Uuid::new_v4().to_string();
        Self {
            files: ObjectFiles::of(root, UNFINISHED, &key),
            bucket: UNFINISHED,
            key,
        }
    }

    /// Makes room for them, and removes those of a program that has crashed.
    pub(super) fn prepare(root: &Path) -> Result<()> {
        let directory = root.join(UNFINISHED);
        match fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("can't remove {}", directory.display()));
            }
            _ => files::create_private_directory(&directory)?,
        }
        let prefix = prefix(UNFINISHED);
        for entry in fs::read_dir(root)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // The next start tries again.
        _ = self.files.remove();
    }
}

/// The beginning of the names of the files beside the objects of a bucket.
fn prefix(bucket: &str) -> String {
    format!(".bucket-{}.object-", encoded(bucket))
}

fn encoded(name: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(name)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if !is_absence(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Whether there is no such file, perhaps because a part of its path is no directory.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
