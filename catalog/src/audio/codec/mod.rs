//! Decodes what [`super::container`] finds, a block of samples at a time.

mod adpcm;
mod demuxed;
mod flac;
mod frames;
mod header;
mod info;
mod mpeg;
mod ogg;
mod opus;
mod pcm;
mod vorbis;

use symphonia::core::{
    audio::{Channels, GenericAudioBufferRef},
    errors::Error,
};

use super::{container::Sound, error::AudioError};

/// How the samples of a block are to be understood.
#[derive(Clone, Debug)]
pub(super) struct Format {
    /// Samples a second.
    pub(super) rate: u32,
    pub(super) layout: Channels,
}

/// A sound that is being decoded.
pub(super) trait Decoder {
    /// Replaces the block by the next samples, interleaved: perhaps by none, which is not the end. `None` when the sound
    /// has ended as it should.
    fn next(&mut self, block: &mut Vec<f32>) -> Result<Option<Format>, AudioError>;
}

/// Opens a sound.
pub(super) fn open<'a>(sound: Sound<'a>, extension: &str) -> Result<Box<dyn Decoder + 'a>, AudioError> {
    Ok(match sound {
        Sound::Pcm(sound) => Box::new(pcm::Samples::new(sound)),
        Sound::Adpcm(sound) => Box::new(adpcm::Blocks::new(sound)?),
        Sound::Mpeg(bytes) => Box::new(mpeg::Frames::new(bytes, extension)?),
        Sound::Flac(bytes) => Box::new(flac::open(bytes)?),
        Sound::Ogg(bytes) => Box::new(ogg::Streams::new(bytes)?),
    })
}

/// Copies what symphonia has decoded.
fn copy(decoded: &GenericAudioBufferRef<'_>, block: &mut Vec<f32>) -> Format {
    decoded.copy_to_vec_interleaved(block);
    Format {
        rate: decoded.spec().rate(),
        layout: decoded.spec().channels().clone(),
    }
}

/// What symphonia finds wrong.
fn failed(error: &Error) -> AudioError {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => AudioError::CutOff,
        Error::Unsupported(what) => AudioError::Unsupported((*what).to_owned()),
        other => AudioError::Damaged(other.to_string()),
    }
}
