//! Finds the sound inside a file: what stands around it, where it begins and ends, and how it is coded.
//!
//! Written here because libraries trust the lengths that a file states, and programs that write to a pipe, stop early or
//! add tags state wrong ones. Nothing is copied: a sound is a slice of the file.

mod aiff;
mod caf;
mod chunks;
mod known;
mod linear;
mod tags;
mod wave;

use symphonia::core::{
    audio::{Channels, Position},
    codecs::audio::AudioCodecId,
};

use super::error::AudioError;
pub(super) use linear::{Coding, Pcm};
pub(super) use tags::{behind, in_front};

/// What a file holds.
pub(super) struct Found<'a> {
    /// The media type of the file.
    pub(super) media_type: &'static str,
    pub(super) sound: Sound<'a>,
}

/// A sound, without what stands around it.
pub(super) enum Sound<'a> {
    /// Samples one after the other.
    Pcm(Pcm<'a>),
    /// Blocks of ADPCM.
    Adpcm(Adpcm<'a>),
    /// Frames of MPEG audio, with tags and joins between them.
    Mpeg(&'a [u8]),
    /// A FLAC stream from its marker to its last frame.
    Flac(&'a [u8]),
    /// Pages of Ogg.
    Ogg(&'a [u8]),
}

/// A sound in blocks of ADPCM.
pub(super) struct Adpcm<'a> {
    pub(super) data: &'a [u8],
    pub(super) codec: AudioCodecId,
    pub(super) rate: u32,
    pub(super) layout: Channels,
    /// The bytes of a block.
    pub(super) block: usize,
    /// The samples a channel that the file says it has, because the last block is filled up.
    pub(super) frames: Option<u64>,
}

/// Finds the sound in a file. The extension of its name only counts for an MP3 that begins with something else.
pub(super) fn find<'a>(bytes: &'a [u8], extension: &str) -> Result<Found<'a>, AudioError> {
    if bytes.is_empty() {
        return Err(AudioError::Empty);
    }
    // Taggers put ID3v2 before any format.
    let body = bytes.get(in_front(bytes)..).ok_or(AudioError::CutOff)?;
    if body.is_empty() {
        return Err(AudioError::NoSamples);
    }
    let is_tagged = body.len() < bytes.len();
    let form = body.get(8..12).unwrap_or_default();
    let (media_type, sound) = match body.get(..4).unwrap_or(body) {
        b"RIFF" | b"RIFX" | b"RF64" | b"BW64" if form == b"WAVE" => ("audio/wav", wave::riff(body)?),
        b"RIFF" | b"RIFX" | b"RF64" | b"BW64" | b"FORM" if body.len() < 12 => return Err(AudioError::CutOff),
        b"riff" if wave::is_w64(body) => ("audio/x-w64", wave::w64(body)?),
        b"FORM" if form == b"AIFF" || form == b"AIFC" => ("audio/aiff", aiff::find(body)?),
        b"caff" => ("audio/x-caf", caf::find(body)?),
        b"fLaC" => ("audio/flac", Sound::Flac(behind(body))),
        b"OggS" => ("audio/ogg", Sound::Ogg(behind(body))),
        _ => match known::name(body) {
            Some(found) => return Err(AudioError::NotAudio(Some(found))),
            None if is_tagged || extension.eq_ignore_ascii_case("mp3") || is_layer_3(body) => {
                ("audio/mpeg", Sound::Mpeg(behind(body)))
            }
            None => return Err(AudioError::NotAudio(None)),
        },
    };
    Ok(Found { media_type, sound })
}

/// Whether these bytes begin as a frame of MPEG audio, layer III, does.
fn is_layer_3(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, second, ..] if second & 0xe6 == 0xe2)
}

/// Where channels are heard. The mask is that of `WAVEFORMATEXTENSIBLE`; a mask of too many bits loses the highest, one
/// of too few gets those that follow. Without a mask they are the first positions in the order of the mask. Channels
/// without a position are just numbered.
pub(super) fn layout(channels: u16, mask: u32) -> Channels {
    let wanted = u32::from(channels);
    let mut bits = u64::from(mask);
    while bits.count_ones() > wanted {
        bits &= !(1 << bits.ilog2());
    }
    while bits.count_ones() < wanted && bits >> 40 == 0 {
        bits |= 1 << bits.checked_ilog2().map_or(0, |highest| highest + 1);
    }
    match Position::from_bits(bits) {
        Some(positions) if bits.count_ones() == wanted => Channels::Positioned(positions),
        _ => Channels::Discrete(channels),
    }
}

/// The unsigned number in the bytes at `at`, if they are there: at most eight of them, the first the lowest or the highest.
fn number(bytes: &[u8], at: usize, length: usize, big_endian: bool) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    let append = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    Some(if big_endian {
        bytes.iter().fold(0, append)
    } else {
        bytes.iter().rev().fold(0, append)
    })
}

/// What is wrong with a file that holds more than the sound that is read first.
fn joined(format: &str) -> AudioError {
    AudioError::Unsupported(format!("several sounds one after the other in one {format} file"))
}

/// How many bytes a sound has of which a file says that it has `announced`, and there are `found`. `frame` bytes are a
/// sample of all channels; 0 if the samples are packed.
fn whole(announced: u64, found: usize, frame: usize, rate: u32) -> Result<usize, AudioError> {
    if let Ok(announced) = usize::try_from(announced)
        && announced <= found
    {
        return Ok(announced);
    }
    let found = found as u64;
    let samples = |bytes: u64| bytes / frame.max(1) as u64;
    Err(if frame == 0 || samples(announced) == samples(found) {
        AudioError::TooShort { announced, found }
    } else {
        AudioError::Incomplete {
            announced: samples(announced),
            found: samples(found),
            rate,
        }
    })
}
