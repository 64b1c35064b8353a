//! Imports sounds: reads a directory with its manifest, decodes and measures the audio, finds what is similar, and
//! publishes it all as the next version of the catalogue. `docs/CATALOG.md` tells how.

pub mod audio;
pub mod import;
pub mod manifest;
pub mod neighbours;
mod target;

pub use target::Target;
