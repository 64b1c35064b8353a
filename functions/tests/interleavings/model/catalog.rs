//! The catalogue, as the model knows it.

use super::{Facts, Model};

/// What is published.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    /// The titles of the sounds, newest first.
    pub(crate) sounds: Vec<String>,
}

impl Model {
    pub(super) fn catalog_facts(&self, _: &mut Facts) {}

    /// How many rows of each kind the catalogue has.
    pub(super) fn catalog_rows(&self, _: &mut impl FnMut(&'static str, usize)) {}
}
