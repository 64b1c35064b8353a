//! From one sample rate to another.

use rubato::{
    Fft, FixedSync, Indexing, Resampler as _, WindowFunction, audioadapter_buffers::direct::InterleavedSlice,
};

use super::error::AudioError;

/// Changes the sample rate of a stream: as many seconds come out as went in, without a delay.
pub(super) struct Resampler {
    channels: usize,
    /// `None` if the rates are the same.
    converter: Option<Converter>,
}

struct Converter {
    fft: Fft<f32>,
    ratio: f64,
    /// The samples that wait until there are enough of them.
    input: Vec<f32>,
    output: Vec<f32>,
    /// How many frames at the beginning are the delay of the filter.
    delay: usize,
    taken: u64,
    given: u64,
}

/// How many frames are transformed at once, about: long enough for a steep filter.
const CHUNK: usize = 1024;

impl Resampler {
    pub(super) fn new(from: u32, to: u32, channels: usize) -> Result<Self, AudioError> {
        if from == to {
            return Ok(Self {
                channels,
                converter: None,
            });
        }
        let fft = Fft::new_custom(
            from as usize,
            to as usize,
            CHUNK,
            1,
            channels,
            WindowFunction::BlackmanHarris2,
            FixedSync::Input,
        )
        .map_err(failed)?;
        Ok(Self {
            channels,
            converter: Some(Converter {
                delay: fft.output_delay(),
                output: vec![0.0; fft.output_frames_max() * channels],
                input: Vec::new(),
                ratio: f64::from(to) / f64::from(from),
                taken: 0,
                given: 0,
                fft,
            }),
        })
    }

    /// Converts interleaved samples, and appends what is ready.
    pub(super) fn push(&mut self, block: &[f32], out: &mut Vec<f32>) -> Result<(), AudioError> {
        let Some(converter) = &mut self.converter else {
            out.extend_from_slice(block);
            return Ok(());
        };
        converter.taken += (block.len() / self.channels) as u64;
        converter.input.extend_from_slice(block);
        converter.run(self.channels, out)
    }

    /// Appends the rest.
    pub(super) fn finish(&mut self, out: &mut Vec<f32>) -> Result<(), AudioError> {
        let Some(converter) = &mut self.converter else {
            return Ok(());
        };
        while converter.given < converter.due() {
            let wanted = converter.fft.input_frames_next() * self.channels;
            converter.input.resize(wanted, 0.0);
            converter.run(self.channels, out)?;
        }
        Ok(())
    }
}

impl Converter {
    /// How many frames must come out of those that have gone in.
    // Far below 2^52.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss
    )]
    fn due(&self) -> u64 {
        (self.taken as f64 * self.ratio).ceil() as u64
    }

    /// Converts as much as waits in whole chunks.
    fn run(&mut self, channels: usize, out: &mut Vec<f32>) -> Result<(), AudioError> {
        let mut offset = 0;
        while (self.input.len() / channels) - offset >= self.fft.input_frames_next() {
            let frames = self.input.len() / channels;
            let room = self.output.len() / channels;
            let input = InterleavedSlice::new(&self.input, channels, frames).map_err(failed)?;
            let mut output = InterleavedSlice::new_mut(&mut self.output, channels, room).map_err(failed)?;
            let (read, written) = self
                .fft
                .process_into_buffer(&input, &mut output, Some(&Indexing::new().input_offset(offset)))
                .map_err(failed)?;
            offset += read;
            let late = self.delay.min(written);
            self.delay -= late;
            let left = usize::try_from(self.due() - self.given).unwrap_or(usize::MAX);
            let kept = (written - late).min(left);
            self.given += kept as u64;
            out.extend_from_slice(&self.output[late * channels..(late + kept) * channels]);
        }
        self.input.drain(..offset * channels);
        Ok(())
    }
}

fn failed(error: impl std::fmt::Display) -> AudioError {
    AudioError::Failed(format!("its sample rate can't be changed ({error})"))
}
