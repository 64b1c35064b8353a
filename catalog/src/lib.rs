//! Imports sounds.
