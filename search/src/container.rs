//! The object of an index: tantivy's files in one piece, with a header that shows that they are complete and ours.
//!
//! | bytes | |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | 4 | the format, little-endian |
//! | 4 | CRC-32 of all that follows, little-endian |
//! | 4 | length of the contents, little-endian |
//! | | the contents: JSON, which of the indexes it is, each file's name and length, and the synonyms |
//! | | the files, one after another |
//!
//! Nothing is compressed: postings and dictionaries are packed already, and the rest is used in place in the object
//! that was received.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::Directory;
use tantivy::directory::error::{DeleteError, OpenReadError, OpenWriteError};
use tantivy::directory::{FileHandle, OwnedBytes, WatchCallback, WatchHandle, WritePtr};

use crate::error::SearchError;
use crate::synonyms::Groups;

const MAGIC: &[u8; 8] = b"PROTOIDX";
/// Rises with every change of the container, the fields or the words: an index of another format finds other documents.
const FORMAT: u32 = 2;
const HEADER: usize = MAGIC.len() + 12;

/// The name of the index over sounds.
pub(crate) const SOUNDS: &str = "sounds";
/// The name of the index over playlists.
pub(crate) const PLAYLISTS: &str = "playlists";

#[derive(Serialize, Deserialize)]
struct Contents {
    /// Which of the indexes it is.
    of: String,
    files: Vec<(PathBuf, usize)>,
    synonyms: Groups,
}

/// The object that holds the files of an index `of` something, and its synonyms.
pub(crate) fn pack(of: &str, files: &[(PathBuf, Vec<u8>)], synonyms: Groups) -> Result<Vec<u8>, SearchError> {
    let contents = Contents {
        of: of.to_owned(),
        files: files
            .iter()
            .map(|(name, bytes)| (name.clone(), bytes.len()))
            .collect(),
        synonyms,
    };
    let contents = serde_json::to_vec(&contents).map_err(|_| SearchError::TooLarge)?;
    let length = u32::try_from(contents.len()).map_err(|_| SearchError::TooLarge)?;
    let all: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut object = Vec::with_capacity(HEADER + contents.len() + all);
    object.extend_from_slice(MAGIC);
    object.extend_from_slice(&FORMAT.to_le_bytes());
    object.extend_from_slice(&[0; 4]);
    object.extend_from_slice(&length.to_le_bytes());
    object.extend_from_slice(&contents);
    for (_, bytes) in files {
        object.extend_from_slice(bytes);
    }
    let sum = crc32fast::hash(&object[16..]);
    object[12..16].copy_from_slice(&sum.to_le_bytes());
    Ok(object)
}

/// The files and the synonyms of an object that [`pack`] made. The files are not copied.
pub(crate) fn unpack(of: &str, object: Vec<u8>) -> Result<(Files, Groups), SearchError> {
    let object = OwnedBytes::new(object);
    let number = |at: usize| {
        let bytes = object.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes))
    };
    if !object.starts_with(MAGIC) {
        return Err(SearchError::Foreign);
    }
    let found = number(8).ok_or(SearchError::Damaged)?;
    if found != FORMAT {
        return Err(SearchError::Format {
            found,
            expected: FORMAT,
        });
    }
    if object.get(16..).map(crc32fast::hash) != number(12) {
        return Err(SearchError::Damaged);
    }
    let length = number(16).ok_or(SearchError::Damaged)? as usize;
    let contents = object.get(HEADER..HEADER + length).ok_or(SearchError::Damaged)?;
    let contents: Contents = serde_json::from_slice(contents).map_err(|_| SearchError::Damaged)?;
    if contents.of != of {
        return Err(SearchError::Foreign);
    }
    let mut at = HEADER + length;
    let mut files = HashMap::new();
    for (name, length) in contents.files {
        let end = at.checked_add(length).filter(|end| *end <= object.len());
        let end = end.ok_or(SearchError::Damaged)?;
        files.insert(name, object.slice(at..end));
        at = end;
    }
    Ok((Files(Arc::new(files)), contents.synonyms))
}

/// The files, as tantivy reads them. It cannot write.
#[derive(Clone)]
pub(crate) struct Files(Arc<HashMap<PathBuf, OwnedBytes>>);

impl Files {
    fn file(&self, path: &Path) -> Result<&OwnedBytes, OpenReadError> {
        self.0
            .get(path)
            .ok_or_else(|| OpenReadError::FileDoesNotExist(path.to_owned()))
    }
}

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        Ok(Arc::new(self.file(path)?.clone()))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(self.0.contains_key(path))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        Ok(self.file(path)?.to_vec())
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError {
            io_error: Arc::new(read_only()),
            filepath: path.to_owned(),
        })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn atomic_write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({:?})", self.0.keys())
    }
}

fn read_only() -> io::Error {
    io::ErrorKind::ReadOnlyFilesystem.into()
}
