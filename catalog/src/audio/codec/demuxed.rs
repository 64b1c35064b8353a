//! What symphonia takes apart and decodes itself: FLAC, and Vorbis and FLAC in Ogg.

use std::io::ErrorKind;

use symphonia::core::{
    codecs::audio::{AudioDecoder, AudioDecoderOptions},
    errors::Error,
    formats::{FormatReader, TrackType},
};

use super::{Decoder, Format, copy, failed};
use crate::audio::error::AudioError;

/// Decodes the packets of the first sound in a container.
pub(super) struct Demuxed<'a> {
    format: Box<dyn FormatReader + 'a>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    /// Of FLAC by itself, what its frames show.
    flac: Option<Frames>,
    /// How many samples a channel has, as the file says.
    announced: Option<u64>,
    frames: u64,
    rate: u32,
}

/// The frames of FLAC, each of which says where it belongs.
struct Frames {
    /// How many bytes of them have not been read.
    left: u64,
    /// Which sample is the first.
    first: Option<u64>,
}

impl<'a> Demuxed<'a> {
    /// Decodes what a reader reads. Of FLAC by itself it is known how many bytes of frames there are; else the last page
    /// says that it is the last.
    pub(super) fn new(format: Box<dyn FormatReader + 'a>, flac: Option<usize>) -> Result<Self, AudioError> {
        let unknown = || AudioError::Unsupported("no codec that is known".to_owned());
        let track = format.default_track(TrackType::Audio).ok_or_else(unknown)?;
        let parameters = track
            .codec_params
            .as_ref()
            .and_then(|parameters| parameters.audio())
            .ok_or_else(unknown)?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default().verify(true))
            .map_err(|error| failed(&error))?;
        Ok(Self {
            track: track.id,
            announced: track.num_frames,
            rate: parameters.sample_rate.unwrap_or(0),
            flac: flac.map(|bytes| Frames {
                left: bytes as u64,
                first: None,
            }),
            decoder,
            format,
            frames: 0,
        })
    }

    /// Whether the sound has ended where it should.
    fn end(&mut self) -> Result<(), AudioError> {
        match self.announced {
            Some(announced) if self.frames < announced => {
                return Err(match self.frames {
                    0 => AudioError::CutOff,
                    found => AudioError::Incomplete {
                        announced,
                        found,
                        rate: self.rate,
                    },
                });
            }
            Some(announced) if self.flac.is_some() && self.frames > announced => {
                let what = format!("it says that it has {announced} samples, and has {}", self.frames);
                return Err(AudioError::Damaged(what));
            }
            // Nothing but its frames says how long it is.
            None if self.flac.as_ref().is_some_and(|flac| flac.left > 0) => return Err(AudioError::CutOff),
            _ => {}
        }
        if self.decoder.finalize().verify_ok == Some(false) {
            let what = "the samples don't match the checksum in the file";
            return Err(AudioError::Damaged(what.to_owned()));
        }
        Ok(())
    }
}

impl Decoder for Demuxed<'_> {
    fn next(&mut self, block: &mut Vec<f32>) -> Result<Option<Format>, AudioError> {
        block.clear();
        let packet = loop {
            match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => break packet,
                Ok(Some(_)) => {}
                Ok(None) => return self.end().map(|()| None),
                Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.end()?;
                    if self.flac.is_some() {
                        return Ok(None);
                    }
                    return Err(AudioError::CutOff);
                }
                Err(error) => return Err(failed(&error)),
            }
        };
        if let Some(flac) = &mut self.flac {
            let number = u64::try_from(packet.pts.get()).unwrap_or(0);
            let first = *flac.first.get_or_insert(number);
            flac.left = flac.left.saturating_sub(packet.data.len() as u64);
            if number.checked_sub(first) != Some(self.frames) {
                let what = format!("what follows sample {} is not the next frame", self.frames);
                return Err(AudioError::Damaged(what));
            }
        }
        let decoded = self.decoder.decode(&packet).map_err(|error| failed(&error))?;
        self.frames += decoded.frames() as u64;
        Ok(Some(copy(&decoded, block)))
    }
}
