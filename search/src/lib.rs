//! The full-text index over the catalogue.
