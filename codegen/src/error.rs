//! What cannot be made, and why.

/// Something in the document that the rules do not express, or a document that is none.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct Error {
    place: String,
    problem: String,
}

/// What was made, or why it was not.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            problem: problem.into(),
        }
    }
}

/// Fails at this place.
pub(crate) fn fail<T>(place: impl Into<String>, problem: impl Into<String>) -> Result<T> {
    Err(Error::new(place, problem))
}
