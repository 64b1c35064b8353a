//! The entries of a manifest, and the problems with them.

use std::fmt;
use std::path::PathBuf;

use shared::model::{Label, SoundTitle};

/// A sound of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path in the directory, with `/` between the parts.
    pub file: String,
    /// Where the file is.
    pub path: PathBuf,
    /// Where the manifest names it.
    pub place: Place,
    /// The title.
    pub title: SoundTitle,
    /// The description.
    pub description: Option<String>,
    /// The one category that it belongs to.
    pub category: Option<Label>,
    /// The tags. No two have the same [`Label::key`], here and in the lists below.
    pub tags: Vec<Label>,
    /// The themes that it belongs to.
    pub themes: Vec<Label>,
    /// The playlists that it is in.
    pub playlists: Vec<Label>,
}

/// A playlist of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaylistEntry {
    /// The name.
    pub name: Label,
    /// The description.
    pub description: Option<String>,
    /// The theme that it belongs to.
    pub theme: Option<Label>,
}

/// A line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The manifest's name; `None` without a manifest.
    pub source: Option<&'static str>,
    /// The line, from 1.
    pub line: u64,
}

/// A mistake that keeps a sound out of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// The sound's file, if it is known.
    pub file: Option<String>,
    /// What is wrong, for the operator.
    pub message: String,
}

/// `manifest.csv:3: bells/church.wav: the file is empty`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = self.place.source {
            write!(f, "{source}:{}: ", self.place.line)?;
        }
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        f.write_str(&self.message)
    }
}
