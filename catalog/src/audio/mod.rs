//! What the import needs to know of a sound file: its measures, its waveform, how it sounds, and a preview of it.
//!
//! A file is decoded once, in blocks of a few thousand samples, and every measure is taken as they go by: a sound of an
//! hour needs about as much memory as one of a minute.

mod codec;
mod container;
mod decode;
mod error;
mod features;
mod limits;
mod mel;
mod preview;
mod resample;
mod spectrum;
mod waveform;

use std::panic::{AssertUnwindSafe, catch_unwind};

use shared::model::Waveform;

pub use error::AudioError;
pub use features::{FEATURES, Features};
pub use limits::{MAX_CHANNELS, MAX_DURATION_MS, SAMPLE_RATES};
pub use preview::{PREVIEW_MS, PREVIEW_TYPE};

/// The version of the analysis. Audio that another version has analysed must be analysed again: its features can't be
/// compared.
pub const VERSION: u32 = 2;

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

/// Measures a sound file and makes its preview. The extension (`wav`) is a hint: what counts is the content.
///
/// Deterministic: the same bytes always give the same result.
pub fn analyse(bytes: &[u8], extension: &str) -> Result<Analysed, AudioError> {
    guarded(|| measure(bytes, extension))
}

/// The samples of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Samples a second, of each channel.
    pub sample_rate: u32,
    /// How many channels there are.
    pub channels: u16,
    /// The samples, interleaved, −1 to 1.
    pub samples: Vec<f32>,
}

/// Decodes a sound file, all of it at once. The extension is a hint, as for [`analyse`].
pub fn decode(bytes: &[u8], extension: &str) -> Result<Decoded, AudioError> {
    guarded(|| {
        let mut source = decode::Source::open(bytes, extension)?;
        let mut samples = Vec::new();
        while let Some(block) = source.block()? {
            samples.extend_from_slice(block);
        }
        Ok(Decoded {
            sample_rate: source.rate(),
            channels: u16::try_from(source.channels()).unwrap_or(u16::MAX),
            samples,
        })
    })
}

/// A decoder may panic at a strange file, and that must not end the import of ten thousand others. Nothing outlives the
/// closure, so nothing half done can be seen.
fn guarded<T>(work: impl FnOnce() -> Result<T, AudioError>) -> Result<T, AudioError> {
    catch_unwind(AssertUnwindSafe(work))
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
