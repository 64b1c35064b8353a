//! The files that describe a directory: which one is read, and its text.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::encoding::text_of;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    JsonLines,
}

/// A file of rows.
pub(super) struct Source {
    /// The file's name, as it is in the directory.
    pub(super) name: Arc<str>,
    pub(super) format: Format,
    pub(super) text: String,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }
}

impl Source {
    /// Reads the file with this name and the ending of one of the formats, in any case, if there is one.
    pub(super) fn find(directory: &Path, stem: &str, formats: &[Format]) -> Result<Option<Self>> {
        let names = names_of(directory, stem)?;
        let of_format = |ending: &str| formats.iter().find(|format| format.ending() == ending);
        let mut found = names
            .iter()
            .filter_map(|(name, ending)| Some((name, *of_format(ending)?)));
        let Some((name, format)) = found.next() else {
            if let Some((name, remedy)) = names
                .iter()
                .find_map(|(name, ending)| Some((name, remedy(stem, ending, formats)?)))
            {
                bail!("there is {name}, which is not read: {remedy}");
            }
            return Ok(None);
        };
        if let Some((other, _)) = found.next() {
            bail!("there are both {name} and {other}: remove one of them");
        }
        let content = std::fs::read(directory.join(name)).with_context(|| format!("can't read {name}"))?;
        ensure!(!content.is_empty(), "{name} is empty: it has 0 bytes");
        let text = text_of(content).map_err(|error| match error.line {
            Some(line) => anyhow!("{name}:{line}: the file {}", error.message),
            None => anyhow!("{name} {}", error.message),
        })?;
        Ok(Some(Self {
            name: name.as_str().into(),
            format,
            text,
        }))
    }
}

/// What to do with a file that is not read although its name says that it may be meant, if its ending is such a one.
fn remedy(stem: &str, ending: &str, formats: &[Format]) -> Option<String> {
    let has_lines = formats.contains(&Format::JsonLines);
    match ending {
        "txt" | "tsv" | "tab" | "csv.txt" | "csv.csv" => Some(format!("rename it to {stem}.csv")),
        "ndjson" | "jsonl.txt" if has_lines => Some(format!("rename it to {stem}.jsonl")),
        "json" if has_lines => Some(format!(
            "write its objects into {stem}.jsonl, each on a line of its own, or make it {stem}.csv"
        )),
        "json" | "jsonl" | "ndjson" => Some(format!("make it {stem}.csv")),
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" | "numbers" => {
            Some(format!("save it as {stem}.csv (in Excel: \"CSV UTF-8\")"))
        }
        _ => None,
    }
}

/// The files called so, sorted, each with its ending in lower case.
fn names_of(directory: &Path, stem: &str) -> Result<Vec<(String, String)>> {
    let unreadable = || format!("can't read {}", directory.display());
    let mut names = Vec::new();
    for entry in directory.read_dir().with_context(unreadable)? {
        let Ok(name) = entry.with_context(unreadable)?.file_name().into_string() else {
            continue;
        };
        let lower = name.to_ascii_lowercase();
        let ending = lower.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.'));
        if let Some(ending) = ending {
            names.push((name, ending.to_owned()));
        }
    }
    names.sort_unstable();
    Ok(names)
}
