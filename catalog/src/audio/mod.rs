//! What the import needs to know of a sound file: its measures, its waveform, how it sounds, and a preview of it.
//!
//! A file is decoded once, in blocks of a few thousand samples, and every measure is taken as they go by: a sound of an
//! hour needs about as much memory as one of a minute.

mod decode;
mod features;
mod mel;
mod preview;
mod resample;
mod spectrum;
mod waveform;

use std::panic::{AssertUnwindSafe, catch_unwind};

use shared::model::Waveform;

pub use features::{FEATURES, Features};
pub use preview::{PREVIEW_MS, PREVIEW_TYPE};

/// Counts the ways of analysing. What was analysed in another way must be analysed anew: its features can't be compared.
pub const VERSION: u32 = 1;

/// The longest sound, in milliseconds: an hour.
pub const MAX_DURATION_MS: u64 = 60 * 60 * 1000;

/// The most channels.
pub const MAX_CHANNELS: u16 = 32;

/// The sample rates, in samples a second.
pub const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// A file that was analysed.
#[derive(Clone, Debug)]
pub struct Analysed {
    /// What was measured.
    pub analysis: Analysis,
    /// The preview, of the type [`PREVIEW_TYPE`].
    pub preview: Vec<u8>,
}

/// What was measured of a sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// How long it is, in milliseconds, rounded.
    pub duration_ms: u64,
    /// Samples a second, of each channel.
    pub sample_rate: u32,
    /// How many channels it has.
    pub channels: u16,
    /// The media type of the file, by its content, not by its name.
    pub file_type: &'static str,
    /// The loudest moment of each hundredth, in any channel.
    pub waveform: Waveform,
    /// How it sounds.
    pub features: Features,
}

/// Why a file can't be imported, for the operator.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    /// Not a byte.
    #[error("the file is empty")]
    Empty,
    /// No format that is known.
    #[error("it is not a WAV, FLAC, Ogg Vorbis or MP3 file, whatever its name says")]
    NotAudio,
    /// The format is known, its content isn't.
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
    /// The bytes are not what the format wants.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// The file is well, and holds nothing.
    #[error("it holds no sound: not a single sample")]
    NoSamples,
    /// Longer than [`MAX_DURATION_MS`].
    #[error("it is longer than {} minutes", MAX_DURATION_MS / 60_000)]
    TooLong,
    /// A library gave up in a way that it shouldn't.
    #[error("it could not be analysed: {0}")]
    Failed(String),
}

/// Measures a sound file and makes its preview. The extension (`wav`) is a hint: what counts is the content.
///
/// Deterministic: the same bytes always give the same result.
pub fn analyse(bytes: &[u8], extension: &str) -> Result<Analysed, AudioError> {
    // Decoders of formats this old have corners that nobody has seen yet, and one strange file must not end the import
    // of ten thousand others. Nothing outlives the closure, so nothing half done can be seen.
    catch_unwind(AssertUnwindSafe(|| measure(bytes, extension)))
        .unwrap_or_else(|_| Err(AudioError::Failed("the decoder broke off".to_owned())))
}

fn measure(bytes: &[u8], extension: &str) -> Result<Analysed, AudioError> {
    let mut source = decode::Source::open(bytes, extension)?;
    let mut peaks = waveform::Peaks::new(source.channels());
    let mut extractor = features::Extractor::new(source.rate(), source.channels())?;
    let mut excerpt = preview::Excerpt::new(&source)?;
    while let Some(block) = source.block()? {
        peaks.push(block);
        extractor.push(block)?;
        excerpt.push(block);
    }
    Ok(Analysed {
        analysis: Analysis {
            duration_ms: source.duration_ms(),
            sample_rate: source.rate(),
            channels: u16::try_from(source.channels()).unwrap_or(u16::MAX),
            file_type: source.media_type(),
            waveform: peaks.waveform(),
            features: extractor.finish()?,
        },
        preview: excerpt.encode()?,
    })
}
