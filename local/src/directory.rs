//! The data directory.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::files;
use crate::options::Data;

/// The data directory, locked as long as this lives.
pub(crate) struct Directory {
    path: Option<PathBuf>,
    lock: Option<File>,
}

impl Directory {
    pub(crate) fn open(data: &Data) -> Result<Self> {
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
            Ok(()) => Ok(Self {
                path: Some(path.clone()),
                lock: Some(file),
            }),
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

impl Drop for Directory {
    fn drop(&mut self) {
        if let Some(lock) = &self.lock {
            // Closing would not do it while a process that is just being started still has the file open. Nothing is
            // lost where it fails: the lock then goes with that process.
            _ = lock.unlock();
        }
    }
}
