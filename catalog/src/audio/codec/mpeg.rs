//! MP3: decodes the frames of each recording in a file, one recording after the other.

use symphonia::core::{
    codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known::CODEC_ID_MP3},
    errors::Error,
    packet::Packet,
    units::{Duration, Timestamp},
};

use super::{
    Decoder, Format, copy, failed,
    frames::{Part, find},
};
use crate::audio::error::AudioError;

/// Decodes the frames.
pub(super) struct Frames<'a> {
    bytes: &'a [u8],
    /// The recordings that are left, the next one last.
    parts: Vec<Part>,
    decoder: Box<dyn AudioDecoder>,
    /// The next frame of the recording.
    next: usize,
    /// How many samples a channel the recording has given.
    given: u64,
    /// How many frames there are in all recordings so far, and how many of them can't be decoded.
    all: usize,
    skipped: usize,
}

impl<'a> Frames<'a> {
    pub(super) fn new(bytes: &'a [u8], extension: &str) -> Result<Self, AudioError> {
        let mut parts = find(bytes, extension.eq_ignore_ascii_case("mp3"))?;
        parts.reverse();
        Ok(Self {
            bytes,
            parts,
            decoder: decoder()?,
            next: 0,
            given: 0,
            all: 0,
            skipped: 0,
        })
    }

    /// Goes on with the next recording, if this one has ended as it should.
    fn end_part(&mut self, part: &Part) -> Result<(), AudioError> {
        let samples = part.header.samples();
        if let Some(info) = part.info
            && let Some(announced) = info.frames
        {
            let announced = (announced * samples).saturating_sub(info.delay + info.padding);
            // Writers don't agree on whether the frame of the tag counts.
            let leeway = if part.is_cut_off { 0 } else { samples };
            if self.given + leeway < announced {
                return Err(match self.given {
                    0 => AudioError::CutOff,
                    found => AudioError::Incomplete {
                        announced,
                        found,
                        rate: part.header.rate,
                    },
                });
            }
        }
        (self.next, self.given) = (0, 0);
        self.decoder = decoder()?;
        Ok(())
    }
}

fn decoder() -> Result<Box<dyn AudioDecoder>, AudioError> {
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(CODEC_ID_MP3);
    symphonia::default::get_codecs()
        .make_audio_decoder(&parameters, &AudioDecoderOptions::default())
        .map_err(|error| failed(&error))
}

/// Which samples of a recording are sound.
fn sound(part: &Part) -> std::ops::Range<u64> {
    let Some(info) = part.info else {
        return 0..u64::MAX;
    };
    let there = part.frames.len() as u64;
    let frames = info.frames.unwrap_or(there);
    // Where more frames are than it says, something follows that is to be heard whole.
    if there > frames {
        return info.delay..u64::MAX;
    }
    info.delay..(frames * part.header.samples()).saturating_sub(info.padding)
}

impl Decoder for Frames<'_> {
    fn next(&mut self, block: &mut Vec<f32>) -> Result<Option<Format>, AudioError> {
        block.clear();
        let Some(part) = self.parts.pop() else {
            // An MP3 that begins in the middle of a stream has frames that need those before it.
            if self.skipped * 20 > self.all {
                let what = format!("{} of {} frames can't be decoded", self.skipped, self.all);
                return Err(AudioError::Damaged(what));
            }
            return Ok(None);
        };
        let mut format = Format {
            rate: part.header.rate,
            layout: crate::audio::container::layout(part.header.channels, 0),
        };
        let Some(place) = part.frames.get(self.next).cloned() else {
            self.end_part(&part)?;
            return Ok(Some(format));
        };
        let length = part.header.samples();
        let packet = Packet::new(0, Timestamp::ZERO, Duration::from(length), &self.bytes[place]);
        match self.decoder.decode(&packet) {
            Ok(decoded) => {
                format = copy(&decoded, block);
                let begins = self.next as u64 * length;
                let sound = sound(&part);
                let channels = format.layout.count();
                let in_block =
                    |at: u64| usize::try_from(at.saturating_sub(begins).min(length)).unwrap_or(0) * channels;
                block.truncate(in_block(sound.end));
                block.drain(..in_block(sound.start).min(block.len()));
                self.given += (block.len() / channels) as u64;
            }
            Err(Error::IoError(_) | Error::DecodeError(_)) => self.skipped += 1,
            Err(error) => return Err(failed(&error)),
        }
        self.next += 1;
        self.all += 1;
        self.parts.push(part);
        Ok(Some(format))
    }
}
