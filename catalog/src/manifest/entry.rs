//! The entries of a manifest, and the problems with them.

use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use shared::model::{Label, SoundTitle};

/// A sound of the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path in the directory, with `/` between the parts, in Unicode's composed form.
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
    pub source: Option<Arc<str>>,
    /// The line, from 1.
    pub line: u64,
}

/// What a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A sound.
    Sound,
    /// What is said of a playlist.
    Playlist,
    /// A group of synonyms.
    Synonyms,
}

/// A mistake that keeps something out of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is about.
    pub subject: Subject,
    /// Where it is.
    pub place: Place,
    /// The sound's file, if it is known.
    pub file: Option<String>,
    /// What is wrong, for the operator.
    pub message: String,
}

/// `manifest.csv:3: bells/church.wav: the file is empty`. Control characters of a file's name are escaped.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.place.source {
            write!(f, "{source}:{}: ", self.place.line)?;
        }
        if let Some(file) = &self.file {
            for c in file.chars() {
                if c.is_control() {
                    write!(f, "{}", c.escape_default())?;
                } else {
                    f.write_char(c)?;
                }
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// The beginning of a text in quotation marks, for a message. What can't be seen is escaped; letters with marks, as in
/// Thai, stay as they are.
pub(super) fn shown(text: &str) -> String {
    let beginning: String = text.chars().take(30).collect();
    format!("\"{}\"", beginning.escape_debug()).replace("\\'", "'")
}
