//! How far an import has come.

use std::fmt;

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It reads files, to see which are new.
    Hashing,
    /// It decodes and measures files, and uploads them.
    Decoding,
    /// It finds similar sounds.
    Comparing,
    /// It writes the next version of the catalogue.
    Writing,
    /// It builds and uploads the search indexes.
    Indexing,
    /// It publishes the version.
    Publishing,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hashing => "reading files",
            Self::Decoding => "decoding and uploading",
            Self::Comparing => "comparing sounds",
            Self::Writing => "writing the catalogue",
            Self::Indexing => "building the search index",
            Self::Publishing => "publishing",
        })
    }
}

/// Receives the progress of an import. Its methods may be called from several threads.
pub trait Progress: Send + Sync {
    /// A stage begins, in which `total` things are to be done.
    fn begin(&self, stage: Stage, total: usize);
    /// `done` more of them are done.
    fn advance(&self, done: usize);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: usize) {}
    fn advance(&self, _: usize) {}
}
