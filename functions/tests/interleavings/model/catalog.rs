//! The catalogue, as the model knows it.

/// What is published.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    /// The titles of the sounds, newest first.
    pub(crate) sounds: Vec<String>,
}
