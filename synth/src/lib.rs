//! Synthesises sounds: a catalogue to try everything with, free of others' rights, and families of sounds by which the
//! tests judge what is similar.
//!
//! The sounds are the same each time.

mod catalogue;
mod clip;
mod families;
mod machines;
mod music;
mod nature;
mod people;
mod primitives;
mod signals;
mod voice;

use std::{fs, path::Path};

use anyhow::{Context as _, anyhow};

pub use clip::Clip;
pub use families::{Family, family};

/// Writes the demo catalogue into a directory: a folder of MP3 files for each category, and `manifest.csv`, which says
/// what they are: `file`, `title`, `description`, `category`, `tags`, `themes`, `playlists`. The last three are lists,
/// whose values `;` separates.
pub fn write_demo(directory: &Path) -> anyhow::Result<()> {
    for (file, make) in catalogue::SOUNDS {
        let path = directory.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        }
        write(
            &path,
            &make()
                .mp3()
                .map_err(|error| anyhow!("{file} can't be encoded: {error}"))?,
        )?;
    }
    // Last: a directory with a manifest is complete.
    write(&directory.join("manifest.csv"), catalogue::MANIFEST.as_bytes())
}

fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    fs::write(path, content).with_context(|| format!("{} can't be written", path.display()))
}
