//! From a file to samples, a block at a time.

use symphonia::core::audio::Channels;

use super::{
    codec::{self, Decoder, Format},
    container,
    error::AudioError,
    limits::{MAX_CHANNELS, MAX_DURATION_MS, SAMPLE_RATES, milliseconds},
};

/// A sound file that is being decoded.
pub(super) struct Source<'a> {
    decoder: Box<dyn Decoder + 'a>,
    media_type: &'static str,
    rate: u32,
    layout: Channels,
    /// The block that was decoded last: interleaved, −1 to 1.
    block: Vec<f32>,
    /// Whether the block has not been returned yet.
    fresh: bool,
    frames: u64,
}

impl<'a> Source<'a> {
    /// Opens a file and decodes as far as the first sample.
    pub(super) fn open(bytes: &'a [u8], extension: &str) -> Result<Self, AudioError> {
        let found = container::find(bytes, extension)?;
        let mut source = Self {
            media_type: found.media_type,
            decoder: codec::open(found.sound, extension)?,
            rate: 0,
            layout: Channels::None,
            block: Vec::new(),
            fresh: false,
            frames: 0,
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
        milliseconds(self.frames, self.rate)
    }

    /// Decodes the next block that has samples. `false` at the end.
    fn advance(&mut self) -> Result<bool, AudioError> {
        while let Some(format) = self.decoder.next(&mut self.block)? {
            self.accept(format)?;
            self.frames += (self.block.len() / self.layout.count()) as u64;
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
        Ok(false)
    }

    /// Takes the rate and the channels from the first samples, and ensures that they do not change.
    fn accept(&mut self, format: Format) -> Result<(), AudioError> {
        let channels = format.layout.count();
        if self.rate != 0 {
            return if self.rate == format.rate && self.layout.count() == channels {
                Ok(())
            } else {
                let what = "its sample rate or its channels change in the middle";
                Err(AudioError::Unsupported(what.to_owned()))
            };
        }
        if channels == 0 || channels > usize::from(MAX_CHANNELS) {
            let what = format!("{channels} channels; at most {MAX_CHANNELS} are read");
            return Err(AudioError::Unsupported(what));
        }
        if !SAMPLE_RATES.contains(&format.rate) {
            let (least, most) = SAMPLE_RATES.into_inner();
            let what = format!("{} samples a second; {least} to {most} are read", format.rate);
            return Err(AudioError::Unsupported(what));
        }
        (self.rate, self.layout) = (format.rate, format.layout);
        Ok(())
    }
}
