//! The full-text index over the catalogue: the import builds it, the functions that search load it.
//!
//! An index is one object of bytes. It holds what is searched and nothing of what is shown: a search gives ids, best
//! first.

mod asked;
mod build;
mod characters;
mod compounds;
mod container;
mod current;
mod cuts;
mod emoji;
mod error;
mod forms;
mod index;
mod indexes;
mod numbers;
mod pieces;
mod plan;
mod query;
mod results;
mod schema;
mod score;
mod stems;
mod synonyms;
mod vocabulary;
mod words;

pub use build::{build_playlists, build_sounds};
pub use current::{CatalogIndex, Current, Loaded, nothing};
pub use error::SearchError;
pub use indexes::{PlaylistIndex, SoundIndex};
