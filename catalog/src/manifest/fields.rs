//! The fields of a row, and what is valid in them.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::Deserialize;
use shared::model::{Label, Name};

use super::defaults;
use super::entry::{Entry, Place, PlaylistEntry, shown};
use super::limits::{MOST_DESCRIPTION, MOST_LABELS};
use super::rows::Fields;

/// A row of a sound.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct SoundRow {
    pub(super) file: String,
    title: Option<String>,
    description: Option<String>,
    category: Option<String>,
    tags: Option<Vec<String>>,
    themes: Option<Vec<String>>,
    playlists: Option<Vec<String>>,
}

/// A row of a playlist.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub(super) struct PlaylistRow {
    name: String,
    description: Option<String>,
    theme: Option<String>,
}

impl Fields for SoundRow {
    const NAMES: &'static [&'static str] = &[
        "file",
        "title",
        "description",
        "category",
        "tags",
        "themes",
        "playlists",
    ];

    fn of_cells(cell: impl Fn(&str) -> Option<String>) -> Self {
        let list = |name| Some(cell(name)?.split(';').map(str::to_owned).collect());
        Self {
            file: cell("file").unwrap_or_default(),
            title: cell("title"),
            description: cell("description"),
            category: cell("category"),
            tags: list("tags"),
            themes: list("themes"),
            playlists: list("playlists"),
        }
    }
}

impl Fields for PlaylistRow {
    const NAMES: &'static [&'static str] = &["name", "description", "theme"];

    fn of_cells(cell: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            name: cell("name").unwrap_or_default(),
            description: cell("description"),
            theme: cell("theme"),
        }
    }
}

impl SoundRow {
    /// The row of a file that no manifest describes.
    pub(super) fn of_file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ..Self::default()
        }
    }

    /// The sound, with defaults for what is missing.
    pub(super) fn into_entry(self, file: String, path: PathBuf, place: Place) -> Result<Entry, String> {
        let title = match filled(self.title) {
            Some(title) => name("title", title)?,
            None => defaults::title(&file).ok_or("title is missing, and the file's name makes none")?,
        };
        let category = match filled(self.category) {
            Some(category) => Some(name("category", category)?),
            None => defaults::category(&file),
        };
        let tags = match self.tags {
            Some(tags) => labels("tags", tags)?,
            None => distinct(defaults::tags(&file)),
        };
        Ok(Entry {
            title,
            description: description(self.description)?,
            category,
            tags,
            themes: labels("themes", self.themes.unwrap_or_default())?,
            playlists: labels("playlists", self.playlists.unwrap_or_default())?,
            file,
            path,
            place,
        })
    }
}

impl PlaylistRow {
    pub(super) fn into_entry(self) -> Result<PlaylistEntry, String> {
        let own = filled(Some(self.name)).ok_or("a playlist has no name")?;
        Ok(PlaylistEntry {
            name: name("name", own)?,
            description: description(self.description)?,
            theme: filled(self.theme).map(|theme| name("theme", theme)).transpose()?,
        })
    }
}

/// The text without the spaces around it, if anything is left.
fn filled(text: Option<String>) -> Option<String> {
    let text = text?;
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn description(text: Option<String>) -> Result<Option<String>, String> {
    let Some(text) = filled(text) else { return Ok(None) };
    let is_strange = |character: char| character.is_control() && !"\r\n\t".contains(character);
    if text.chars().count() > MOST_DESCRIPTION || text.contains(is_strange) {
        return Err(format!(
            "description must be at most {MOST_DESCRIPTION} characters without control characters other than line \
             breaks and tabs"
        ));
    }
    Ok(Some(text.replace("\r\n", "\n").replace('\r', "\n")))
}

fn name<const MOST: usize>(field: &str, text: String) -> Result<Name<MOST>, String> {
    let beginning = shown(&text);
    Name::try_from(text).map_err(|rule| format!("{field}: {beginning} {rule}"))
}

fn labels(field: &str, texts: Vec<String>) -> Result<Vec<Label>, String> {
    let texts = texts.into_iter().filter_map(|text| filled(Some(text)));
    let labels = texts.map(|text| name(field, text)).collect::<Result<_, _>>()?;
    let labels = distinct(labels);
    if labels.len() > MOST_LABELS {
        return Err(format!(
            "{field} are {}: at most {MOST_LABELS} are possible",
            labels.len()
        ));
    }
    Ok(labels)
}

/// The labels without those that are the same as one before.
fn distinct(mut labels: Vec<Label>) -> Vec<Label> {
    let mut seen = HashSet::new();
    labels.retain(|label| seen.insert(label.key()));
    labels
}
