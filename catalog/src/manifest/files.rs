//! The files of the directory that is imported.

use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::WalkDir;

/// The endings of the files that are sounds if there is no manifest, in lower case.
pub const AUDIO_EXTENSIONS: [&str; 14] = [
    "wav", "wave", "rf64", "bw64", "w64", "aif", "aiff", "aifc", "caf", "flac", "ogg", "oga", "opus", "mp3",
];

/// The most bytes of a path in the directory.
const MOST_PATH: usize = 1000;

/// The directory that is imported.
pub(super) struct Directory {
    path: PathBuf,
    /// The same path with links resolved.
    real: PathBuf,
}

/// The path as it is stored: without `.` and doubled `/`. Fails if it leads out of the directory, or names no file.
pub(super) fn normal(file: &str) -> Result<String, String> {
    let file = file.trim();
    if file.is_empty() {
        return Err("file is missing".to_owned());
    }
    if file.len() > MOST_PATH || file.chars().any(char::is_control) {
        return Err(format!(
            "file must be a path of at most {MOST_PATH} bytes without control characters"
        ));
    }
    let mut parts = Vec::new();
    for component in Path::new(file).components() {
        match component {
            Component::Normal(part) => parts.extend(part.to_str()),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err("file must be a path in the directory: not absolute, and without ..".to_owned());
            }
        }
    }
    if parts.is_empty() {
        return Err("file must be the path of a file".to_owned());
    }
    Ok(parts.join("/"))
}

impl Directory {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let real = path
            .canonicalize()
            .with_context(|| format!("can't read {}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            real,
        })
    }

    /// The path of the file, if it is in the directory after following links, too.
    pub(super) fn find(&self, file: &str) -> Result<PathBuf, String> {
        let path = self.path.join(file);
        let real = path.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if file.contains('\\') => {
                "there is no such file (folders are separated by /)".to_owned()
            }
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "there is no such file".to_owned(),
            _ => format!("can't be read: {error}"),
        })?;
        if !real.starts_with(&self.real) {
            return Err("is a link that leads out of the directory".to_owned());
        }
        if !real.is_file() {
            return Err("is not a file".to_owned());
        }
        Ok(path)
    }

    /// The audio files, sorted, and the problems with files that could not be read. Names that begin with a dot are
    /// left out.
    pub(super) fn audio_files(&self) -> (Vec<String>, Vec<String>) {
        let (mut files, mut problems) = (Vec::new(), Vec::new());
        let walk = WalkDir::new(&self.path)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| {
                entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
            });
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    problems.push(error.to_string());
                    continue;
                }
            };
            if !entry.file_type().is_file() || !is_audio(entry.path()) {
                continue;
            }
            match entry.path().strip_prefix(&self.path).map(Path::to_str) {
                Ok(Some(file)) => files.push(file.to_owned()),
                _ => problems.push(format!("{} has a name that is not UTF-8", entry.path().display())),
            }
        }
        files.sort_unstable();
        (files, problems)
    }
}

fn is_audio(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| AUDIO_EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}
