//! A sound that was made, and its files.

use std::io::Cursor;

use rusty_mp3::{Mp3Encoder, Mp3EncoderConfig};

use super::voice::{Filter, RATE, level};

/// Bits a second, in thousands, of each channel of an MP3 file.
const KILOBITS: u32 = 64;

/// A sound that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// Samples a second.
    pub rate: u32,
    /// The samples of each channel, −1 to 1. All are as long.
    pub channels: Vec<Vec<f32>>,
}

impl Clip {
    pub(super) fn mono(samples: Vec<f32>, peak: f32) -> Self {
        Self::of(vec![samples], peak)
    }

    pub(super) fn stereo(left: Vec<f32>, right: Vec<f32>, peak: f32) -> Self {
        Self::of(vec![left, right], peak)
    }

    fn of(mut channels: Vec<Vec<f32>>, peak: f32) -> Self {
        level(&mut channels, peak);
        Self { rate: RATE, channels }
    }

    /// The same at half the rate, for a sound that has nothing above 8 kHz.
    pub(super) fn halved(mut self) -> Self {
        for channel in &mut self.channels {
            let (mut first, mut second) = (Filter::default(), Filter::default());
            *channel = channel
                .iter()
                .map(|sample| second.low(first.low(*sample, 8_500.0), 8_500.0))
                .step_by(2)
                .collect();
        }
        self.rate /= 2;
        self
    }

    /// The same, louder or softer.
    #[must_use]
    pub fn amplified(mut self, gain: f32) -> Self {
        for sample in self.channels.iter_mut().flatten() {
            *sample *= gain;
        }
        self
    }

    /// The samples, interleaved.
    #[must_use]
    pub fn interleaved(&self) -> Vec<f32> {
        let frames = self.channels.first().map_or(0, Vec::len);
        (0..frames)
            .flat_map(|frame| self.channels.iter().map(move |channel| channel[frame]))
            .collect()
    }

    /// A WAV file of 16 bits a sample.
    pub fn wav(&self) -> Result<Vec<u8>, hound::Error> {
        let mut file = Cursor::new(Vec::new());
        let spec = hound::WavSpec {
            channels: u16::try_from(self.channels.len()).unwrap_or(u16::MAX),
            sample_rate: self.rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(&mut file, spec)?;
        for sample in self.interleaved() {
            #[expect(clippy::cast_possible_truncation, reason = "clamped")]
            writer.write_sample((sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16)?;
        }
        writer.finalize()?;
        Ok(file.into_inner())
    }

    /// An MP3 file.
    pub fn mp3(&self) -> Result<Vec<u8>, rusty_mp3::Error> {
        let channels = u16::try_from(self.channels.len()).unwrap_or(u16::MAX);
        let mut encoder = Mp3Encoder::new(Mp3EncoderConfig {
            bitrate_kbps: KILOBITS * u32::from(channels),
            vbr_quality: None,
        });
        encoder.push_pcm_f32(&self.interleaved(), channels, self.rate)?;
        encoder.finish();
        let mut file = Vec::new();
        loop {
            match encoder.next_packet() {
                Ok(packet) => file.extend(packet),
                Err(rusty_mp3::Error::Eof) => return Ok(file),
                Err(error) => return Err(error),
            }
        }
    }
}
