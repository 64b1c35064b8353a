//! The files of the directory that is imported.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use unicode_normalization::UnicodeNormalization;
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
    /// The entries of folders that were looked into, by the composed form of their names.
    folders: HashMap<PathBuf, Folder>,
}

type Folder = HashMap<String, Vec<PathBuf>>;

/// The audio files of a directory.
#[derive(Default)]
pub(super) struct AudioFiles {
    /// Where each is, by its path as it is stored. More than one place: names that differ only in the form of Unicode.
    pub(super) files: BTreeMap<String, Vec<PathBuf>>,
    /// What could not be read.
    pub(super) unreadable: Vec<String>,
}

/// The path as it is stored, in Unicode's composed form (NFC: <https://www.unicode.org/reports/tr15/>). Programs write
/// the same name in different forms: macOS keeps the form in which a file was named, and some decompose it.
pub(crate) fn composed(file: &str) -> String {
    file.nfc().collect()
}

/// The path of a manifest as it is stored: without `.` and doubled `/`. Fails if it leads out of the directory, or
/// names no file.
pub(super) fn normal(file: &str) -> Result<String, String> {
    let file = file.trim();
    if file.is_empty() {
        return Err("file is missing".to_owned());
    }
    check_name(file)?;
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
    Ok(composed(&parts.join("/")))
}

/// Fails if no sound can have this path.
pub(super) fn check_name(file: &str) -> Result<(), String> {
    if file.len() > MOST_PATH || file.chars().any(char::is_control) {
        return Err(format!(
            "file must be a path of at most {MOST_PATH} bytes without control characters"
        ));
    }
    Ok(())
}

impl Directory {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let real = path
            .canonicalize()
            .with_context(|| format!("can't read {}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            real,
            folders: HashMap::new(),
        })
    }

    /// The path of the file with this composed path, if it is in the directory after following links, too.
    pub(super) fn find(&mut self, file: &str) -> Result<PathBuf, String> {
        let mut places = vec![self.path.clone()];
        for name in file.split('/') {
            places = places
                .into_iter()
                .flat_map(|folder| self.look(folder, name))
                .collect();
        }
        if places.is_empty() {
            // What is not listed may be there: in a folder that can only be passed through, or with other capitals
            // where they make no difference.
            places.push(self.path.join(file));
        }
        self.only(places)
    }

    /// The place of a file, if it has one only and is in the directory after following links, too.
    pub(super) fn only(&self, mut places: Vec<PathBuf>) -> Result<PathBuf, String> {
        let [first, second, ..] = places.as_slice() else {
            return places.pop().map_or_else(
                || Err("there is no such file".to_owned()),
                |place| self.check(place),
            );
        };
        let shown = |path: &Path| {
            let path = path.strip_prefix(&self.path).unwrap_or(path);
            path.to_string_lossy().escape_default().to_string()
        };
        Err(format!(
            "there are two files with this name, in different forms of Unicode ({} and {}): rename or remove one",
            shown(first),
            shown(second)
        ))
    }

    /// The entries of a folder with this composed name.
    fn look(&mut self, folder: PathBuf, name: &str) -> Vec<PathBuf> {
        let entries = self.folders.entry(folder).or_insert_with_key(|folder| {
            let mut entries = Folder::new();
            for entry in folder.read_dir().into_iter().flatten().flatten() {
                if let Some(name) = entry.file_name().to_str() {
                    entries.entry(composed(name)).or_default().push(entry.path());
                }
            }
            entries
        });
        let mut found = entries.get(name).cloned().unwrap_or_default();
        found.sort_unstable();
        found
    }

    fn check(&self, path: PathBuf) -> Result<PathBuf, String> {
        let real = path.canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                if path.to_string_lossy().contains('\\') =>
            {
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

    /// The audio files, and the problems with files that could not be read. Names that begin with a dot are left out.
    pub(super) fn audio_files(&self) -> AudioFiles {
        let mut found = AudioFiles::default();
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
                    found.unreadable.push(error.to_string());
                    continue;
                }
            };
            if !entry.file_type().is_file() || !is_audio(entry.path()) {
                continue;
            }
            match entry.path().strip_prefix(&self.path).map(Path::to_str) {
                Ok(Some(file)) => {
                    let places = found.files.entry(composed(file)).or_default();
                    places.push(entry.into_path());
                }
                _ => found
                    .unreadable
                    .push(format!("{} has a name that is not UTF-8", entry.path().display())),
            }
        }
        found
    }
}

fn is_audio(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| AUDIO_EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}
