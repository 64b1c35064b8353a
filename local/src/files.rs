//! Files that only their owner can read and that nobody ever sees half written.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

/// Replaces a file as a whole. Its mode is 0600.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let write = || -> Result<()> {
        // A temporary file has the mode 0600, and renaming keeps it.
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("can't write {}", path.display()))
}
