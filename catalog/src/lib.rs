//! Imports sounds.

pub mod audio;
pub mod import;
pub mod manifest;
pub mod neighbours;
pub mod synth;
