//! The catalogue of sounds. `docs/CATALOG.md` describes the life of its versions.

pub(crate) mod audio;
pub(crate) mod garbage;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod playlists;
pub(crate) mod published;
pub(crate) mod sounds;
