//! What is wrong with a sound file.

use std::fmt;

use super::limits::{MAX_DURATION_MS, milliseconds};

/// What is read.
const READ: &str = "WAV, RF64, W64, AIFF, CAF, FLAC, MP3, Ogg Vorbis and Ogg Opus are read";

/// Why a file can't be imported, for the operator.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The format is not one of those that are read. With what it is, if its first bytes show it.
    #[error("it is {}, whatever its name says; {READ}", .0.unwrap_or("no sound file that is known"))]
    NotAudio(Option<&'static str>),
    /// The format is known, its codec isn't.
    #[error("it holds a kind of sound that can't be decoded: {0}")]
    Unsupported(String),
    /// The file ends before its sound does.
    #[error("it is cut off or damaged: {}", Lengths(*announced, *found, *rate))]
    Incomplete {
        /// How many samples of a channel it says that it has.
        announced: u64,
        /// How many it has.
        found: u64,
        /// Samples a second.
        rate: u32,
    },
    /// The file ends before its sound does, which is packed, or within a sample.
    #[error("it is cut off or damaged: it announces {announced} bytes of sound and has {found}")]
    TooShort {
        /// How many bytes it says that its sound has.
        announced: u64,
        /// How many there are.
        found: u64,
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

/// How much was announced and how much was found: in milliseconds, or in samples where those would be the same.
struct Lengths(u64, u64, u32);

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(announced, found, rate) = *self;
        let [long, short] = [announced, found].map(|frames| milliseconds(frames, rate));
        if long == short {
            write!(f, "it announces {announced} samples and {found} can be read")
        } else {
            write!(f, "it announces {long} ms of sound and {short} ms can be read")
        }
    }
}
