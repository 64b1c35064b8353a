//! From a file to samples, a block at a time.

use std::io::ErrorKind;

use symphonia::core::{
    audio::{Channels, GenericAudioBufferRef},
    codecs::audio::{
        AudioDecoder, AudioDecoderOptions,
        well_known::{CODEC_ID_MP3, CODEC_ID_OPUS},
    },
    errors::Error,
    formats::{
        FormatOptions, FormatReader, TrackType,
        probe::Hint,
        well_known::{FORMAT_ID_FLAC, FORMAT_ID_MP3, FORMAT_ID_OGG, FORMAT_ID_WAVE},
    },
    io::{MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource},
    meta::MetadataOptions,
};

use super::{
    error::AudioError,
    limits::{MAX_CHANNELS, MAX_DURATION_MS, SAMPLE_RATES},
};

/// A sound file that is being decoded.
pub(super) struct Source<'a> {
    format: Box<dyn FormatReader + 'a>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    media_type: &'static str,
    /// Whether frames may be skipped: an MP3 that starts in the middle of a stream has frames that need those before
    /// it.
    may_skip: bool,
    /// How many samples a channel has, as the file says.
    announced: Option<u64>,
    rate: u32,
    layout: Channels,
    /// The block that was decoded last: interleaved, −1 to 1.
    block: Vec<f32>,
    /// Whether the block has not been returned yet.
    fresh: bool,
    frames: u64,
    packets: u64,
    skipped: u64,
}

/// How many samples of a channel an MP3 may lack at its end without being cut off: writers don't agree on whether the
/// frame of the tag counts.
const MP3_FRAME: u64 = 1152;

impl<'a> Source<'a> {
    /// Opens a file and decodes as far as the first sample.
    pub(super) fn open(bytes: &'a [u8], extension: &str) -> Result<Self, AudioError> {
        if bytes.is_empty() {
            return Err(AudioError::Empty);
        }
        let mut hint = Hint::new();
        hint.with_extension(&extension.to_ascii_lowercase());
        // Read forward only: else the length of an MP3 that doesn't state it is estimated, and its end trimmed to that.
        let stream = MediaSourceStream::new(
            Box::new(ReadOnlySource::new(bytes)),
            MediaSourceStreamOptions::default(),
        );
        let format = symphonia::default::get_probe()
            .probe(
                &hint,
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| refused(bytes, &error))?;
        let media_type = match format.format_info().format {
            FORMAT_ID_WAVE => "audio/wav",
            FORMAT_ID_FLAC => "audio/flac",
            FORMAT_ID_OGG => "audio/ogg",
            // Any file may have two bytes somewhere that look like the start of a frame.
            FORMAT_ID_MP3 if extension.eq_ignore_ascii_case("mp3") || is_mp3(bytes) => "audio/mpeg",
            _ => return Err(AudioError::NotAudio),
        };
        let track = format
            .default_track(TrackType::Audio)
            .ok_or(AudioError::Unsupported("no codec that is known".to_owned()))?;
        let parameters = track
            .codec_params
            .as_ref()
            .and_then(|parameters| parameters.audio())
            .ok_or(AudioError::Unsupported("no codec that is known".to_owned()))?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default().verify(true))
            .map_err(|error| match error {
                Error::Unsupported(_) if parameters.codec == CODEC_ID_OPUS => {
                    AudioError::Unsupported("Opus".to_owned())
                }
                Error::Unsupported(what) => AudioError::Unsupported(what.to_owned()),
                other => AudioError::Damaged(other.to_string()),
            })?;
        let mut source = Self {
            media_type,
            track: track.id,
            may_skip: parameters.codec == CODEC_ID_MP3,
            announced: track.num_frames,
            decoder,
            format,
            rate: 0,
            layout: Channels::None,
            block: Vec::new(),
            fresh: false,
            frames: 0,
            packets: 0,
            skipped: 0,
        };
        source.fresh = source.advance()?;
        if source.fresh {
            Ok(source)
        } else {
            Err(AudioError::NoSamples)
        }
    }

    /// The next samples, interleaved, −1 to 1, all finite. `None` when the sound has ended as it should.
    pub(super) fn block(&mut self) -> Result<Option<&[f32]>, AudioError> {
        let more = std::mem::take(&mut self.fresh) || self.advance()?;
        Ok(more.then_some(&self.block))
    }

    /// Samples a second.
    pub(super) fn rate(&self) -> u32 {
        self.rate
    }

    /// How many channels there are, at least one.
    pub(super) fn channels(&self) -> usize {
        self.layout.count()
    }

    /// The positions of the channels.
    pub(super) fn layout(&self) -> &Channels {
        &self.layout
    }

    /// The media type of the file.
    pub(super) fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The duration of the sound as far as it has been decoded.
    pub(super) fn duration_ms(&self) -> u64 {
        self.milliseconds(self.frames)
    }

    fn milliseconds(&self, frames: u64) -> u64 {
        let rate = u64::from(self.rate.max(1));
        (frames.saturating_mul(1000).saturating_add(rate / 2)) / rate
    }

    /// Decodes the next packet that has samples. `false` at the end.
    fn advance(&mut self) -> Result<bool, AudioError> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return self.end().map(|()| false),
                Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.end()?;
                    // The last page of an Ogg file says that it is the last. The other formats say at the beginning how
                    // much there is, or nothing.
                    if self.media_type == "audio/ogg" {
                        return Err(AudioError::CutOff);
                    }
                    return Ok(false);
                }
                Err(Error::ResetRequired) => {
                    let what = "several recordings one after the other in one Ogg file";
                    return Err(AudioError::Unsupported(what.to_owned()));
                }
                Err(error) => return Err(AudioError::Damaged(error.to_string())),
            };
            if packet.track_id != self.track {
                continue;
            }
            self.packets += 1;
            match self.decoder.decode(&packet) {
                Ok(decoded) => {
                    accept(&mut self.rate, &mut self.layout, &decoded)?;
                    decoded.copy_to_vec_interleaved(&mut self.block);
                    self.frames += decoded.frames() as u64;
                }
                Err(Error::IoError(_) | Error::DecodeError(_)) if self.may_skip => {
                    self.skipped += 1;
                    continue;
                }
                Err(error) => return Err(AudioError::Damaged(error.to_string())),
            }
            if self.duration_ms() > MAX_DURATION_MS {
                return Err(AudioError::TooLong);
            }
            if !self.block.is_empty() {
                // As players do: a file of floats can hold anything, even NaN.
                for sample in &mut self.block {
                    *sample = if sample.is_nan() {
                        0.0
                    } else {
                        sample.clamp(-1.0, 1.0)
                    };
                }
                return Ok(true);
            }
        }
    }

    /// Whether the sound has ended where it should.
    fn end(&mut self) -> Result<(), AudioError> {
        if self.skipped * 20 > self.packets {
            let what = format!("{} of {} frames can't be decoded", self.skipped, self.packets);
            return Err(AudioError::Damaged(what));
        }
        let tolerance = if self.may_skip { MP3_FRAME } else { 0 };
        if let Some(announced) = self.announced
            && self.frames + tolerance < announced
        {
            if self.frames == 0 {
                return Err(AudioError::CutOff);
            }
            return Err(AudioError::Incomplete {
                announced_ms: self.milliseconds(announced),
                found_ms: self.duration_ms(),
            });
        }
        if self.decoder.finalize().verify_ok == Some(false) {
            let what = "the samples don't match the checksum in the file";
            return Err(AudioError::Damaged(what.to_owned()));
        }
        Ok(())
    }
}

/// Takes the rate and the channels from the first samples, and ensures that they do not change.
fn accept(
    rate: &mut u32,
    layout: &mut Channels,
    decoded: &GenericAudioBufferRef<'_>,
) -> Result<(), AudioError> {
    let spec = decoded.spec();
    if *rate == 0 {
        let channels = spec.channels().count();
        if channels == 0 || channels > usize::from(MAX_CHANNELS) {
            return Err(AudioError::Unsupported(format!("{channels} channels")));
        }
        if !SAMPLE_RATES.contains(&spec.rate()) {
            let what = format!("{} samples a second", spec.rate());
            return Err(AudioError::Unsupported(what));
        }
        *rate = spec.rate();
        *layout = spec.channels().clone();
    } else if *rate != spec.rate() || layout.count() != spec.channels().count() {
        let what = "its sample rate or its channels change in the middle";
        return Err(AudioError::Unsupported(what.to_owned()));
    }
    Ok(())
}

/// Why a file can't be opened.
fn refused(bytes: &[u8], error: &Error) -> AudioError {
    let known = [&b"RIFF"[..], b"fLaC", b"OggS"]
        .iter()
        .any(|magic| bytes.starts_with(magic));
    match error {
        Error::IoError(error) if known && error.kind() == ErrorKind::UnexpectedEof => AudioError::CutOff,
        _ if bytes.starts_with(b"RF64") || bytes.starts_with(b"BW64") => {
            AudioError::Unsupported("a WAV file of more than 4 GB (RF64)".to_owned())
        }
        // Other RIFF files, such as films.
        Error::Unsupported(what) if what.contains("no suitable format") => AudioError::NotAudio,
        Error::Unsupported(what) if known => AudioError::Unsupported((*what).to_owned()),
        error if known => AudioError::Damaged(error.to_string()),
        _ => AudioError::NotAudio,
    }
}

/// Whether a file begins as an MP3 does: with a tag, or with a frame of layer III.
fn is_mp3(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ID3")
        || matches!(bytes, [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 == 0x02)
}
