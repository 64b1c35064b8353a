//! Imports sounds.

pub mod manifest;
