//! Imports sounds.

pub mod audio;
pub mod neighbours;
pub mod synth;
