//! What is wrong with a sound file.

use super::limits::MAX_DURATION_MS;

/// Why a file can't be imported, for the operator.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The format is not known.
    #[error("it is not a WAV, FLAC, Ogg Vorbis or MP3 file, whatever its name says")]
    NotAudio,
    /// The format is known, its codec isn't.
    #[error("it holds a kind of sound that can't be decoded: {0}")]
    Unsupported(String),
    /// The file ends before its sound does.
    #[error(
        "it is cut off or damaged: it announces {announced_ms} ms of sound and {found_ms} ms can be read"
    )]
    Incomplete {
        /// How long it says that it is.
        announced_ms: u64,
        /// How long it is.
        found_ms: u64,
    },
    /// The file ends in the middle of something, and doesn't say how long it should be.
    #[error("it is cut off or damaged: the file ends before its sound does")]
    CutOff,
    /// The content breaks the rules of the format.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The file is intact, but has no samples.
    #[error("it holds no sound: not a single sample")]
    NoSamples,
    /// Longer than [`MAX_DURATION_MS`].
    #[error("it is longer than {} minutes", MAX_DURATION_MS / 60_000)]
    TooLong,
    /// A library failed where it shouldn't.
    #[error("it could not be analysed: {0}")]
    Failed(String),
}
