//! Where data is kept.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::files;

/// The version of the data that is kept: it starts at 1 and rises by 1 with each `VERSION` of a row in `shared`. The
/// test `one_source` compares them.
const SHAPE: &str = "3";

/// What the operator can do about data that can't be used.
pub(crate) const ADVICE: &str = "Start with --reset to remove the data and begin anew, or choose another directory \
                                 with --data (or --memory).";

/// The beginnings of the names of all files that are kept. Other files in the directory are not ours.
const KEPT: [&str; 6] = [
    "demo.json",
    "dynamodb.sqlite",
    "failed-records",
    "position-",
    "shape",
    "storage",
];

/// Where data is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Nowhere: it is gone with the process.
    Memory,
    /// In this directory.
    Directory(PathBuf),
}

/// The data directory, locked as long as this lives.
pub(crate) struct Directory {
    path: Option<PathBuf>,
    lock: Option<File>,
}

impl Directory {
    /// Locks the directory. Fails if the data there is of another version, unless it is to be removed.
    pub(crate) fn open(data: &Data, reset: bool) -> Result<Self> {
        let Data::Directory(path) = data else {
            return Ok(Self {
                path: None,
                lock: None,
            });
        };
        // For its owner only: tokens are kept here, and perhaps more that is private.
        files::create_private_directory(path)?;
        let file =
            File::create(path.join("lock")).with_context(|| format!("can't write to {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                let directory = Self {
                    path: Some(path.clone()),
                    lock: Some(file),
                };
                if reset {
                    remove_kept(path)?;
                }
                ensure_shape(path)?;
                Ok(directory)
            }
            Err(TryLockError::WouldBlock) => bail!(
                "another `cargo local` uses {}: stop it, or choose another directory with --data (or --memory)",
                path.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("can't lock {}", path.display()))
            }
        }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

fn remove_kept(directory: &Path) -> Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if !KEPT.iter().any(|kept| name.starts_with(kept)) {
            continue;
        }
        let removed = if path.is_dir() {
            std::fs::remove_dir_all(&path)
        } else {
            std::fs::remove_file(&path)
        };
        removed.with_context(|| format!("can't remove {}", path.display()))?;
    }
    Ok(())
}

/// Fails if the data is of another version, since functions would fail at each call.
fn ensure_shape(directory: &Path) -> Result<()> {
    let path = directory.join("shape");
    match std::fs::read_to_string(&path) {
        Ok(shape) => ensure!(
            shape == SHAPE,
            "the data in {} is of another version of this program.\n{ADVICE}",
            directory.display()
        ),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            ensure!(
                !directory.join("dynamodb.sqlite").exists(),
                "the data in {} is of an older version of this program.\n{ADVICE}",
                directory.display()
            );
            files::write_private(&path, SHAPE.as_bytes())?;
        }
        Err(error) => return Err(error).with_context(|| format!("can't read {}", path.display())),
    }
    Ok(())
}

impl Drop for Directory {
    fn drop(&mut self) {
        if let Some(lock) = &self.lock {
            // Closing the file does not unlock it while a process that is just being started still has it open. If this
            // fails nothing is lost: the lock then ends with that process.
            _ = lock.unlock();
        }
    }
}
