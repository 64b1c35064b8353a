//! The entries of a manifest, and the problems with them.

use std::fmt;
use std::path::PathBuf;

use shared::model::Label;

/// A sound of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path in the directory, with `/` between the parts.
    pub file: String,
    /// Where the file is.
    pub path: PathBuf,
    /// Where the manifest names it.
    pub place: Place,
    /// What it is called.
    pub title: String,
    /// What can be heard.
    pub description: Option<String>,
    /// The one category that it belongs to.
    pub category: Option<Label>,
    /// What it is tagged with. No two are the same by [`Label::key`], here and below.
    pub tags: Vec<Label>,
    /// The themes that it belongs to.
    pub themes: Vec<Label>,
    /// The playlists that it is in.
    pub playlists: Vec<Label>,
}

/// What is said of a playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaylistEntry {
    /// What it is called.
    pub name: Label,
    /// What it is about.
    pub description: Option<String>,
    /// The theme that it belongs to.
    pub theme: Option<Label>,
}

/// Where something is said: a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The manifest's name; none where there is no manifest.
    pub source: Option<&'static str>,
    /// The line, from 1.
    pub line: u64,
}

/// Something that keeps a sound out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// The sound's file, where that is known.
    pub file: Option<String>,
    /// What is wrong, for whoever can mend it.
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
