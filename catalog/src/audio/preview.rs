//! A short, small version of a sound to listen to.
//!
//! MP3, because every browser plays it, at 44.1 or 48 kHz, because not every browser plays the slow rates of MPEG-2.5.

use rusty_mp3::{Error, Mp3Encoder, Mp3EncoderConfig};
use symphonia::core::audio::{Channels, Position};

use super::{decode::Source, error::AudioError, resample::Resampler};

/// The media type of a preview.
pub const PREVIEW_TYPE: &str = "audio/mpeg";

/// How long a preview is at most, in milliseconds.
pub const PREVIEW_MS: u64 = 30_000;

/// How long a preview that ends before the sound fades out, in milliseconds.
const FADE_MS: usize = 1_500;

/// Bits a second, in thousands, of each channel.
const KILOBITS: u32 = 80;

/// The beginning of a sound, in one or two channels.
pub(super) struct Excerpt {
    from: u32,
    /// How much of each channel goes to the left and to the right. Empty if the channels stay as they are.
    sides: Vec<[f32; 2]>,
    /// One or two.
    channels: usize,
    samples: Vec<f32>,
    /// How many samples are kept.
    most: usize,
    /// Whether the sound goes on after it.
    cut: bool,
}

impl Excerpt {
    pub(super) fn new(source: &Source<'_>) -> Result<Self, AudioError> {
        let frames = u64::from(source.rate()) * PREVIEW_MS / 1000;
        let channels = source.channels().min(2);
        let sides = if source.channels() > 2 {
            sides(source.layout())
        } else {
            Vec::new()
        };
        Ok(Self {
            from: source.rate(),
            sides,
            channels,
            samples: Vec::new(),
            most: usize::try_from(frames).map_err(|error| AudioError::Failed(error.to_string()))? * channels,
            cut: false,
        })
    }

    /// Adds interleaved samples, as many as are wanted.
    pub(super) fn push(&mut self, block: &[f32]) {
        let left = self.most - self.samples.len();
        if self.sides.is_empty() {
            self.cut |= block.len() > left;
            self.samples.extend(block.iter().take(left));
            return;
        }
        let frames = block.chunks_exact(self.sides.len());
        self.cut |= frames.len() * 2 > left;
        for frame in frames.take(left / 2) {
            let both = frame.iter().zip(&self.sides);
            let mixed = both.fold([0.0, 0.0], |[left, right], (sample, [to_left, to_right])| {
                [left + sample * to_left, right + sample * to_right]
            });
            self.samples.extend(mixed);
        }
    }

    /// The preview.
    pub(super) fn encode(mut self) -> Result<Vec<u8>, AudioError> {
        if self.cut {
            self.fade();
        }
        let rate = rate_for(self.from);
        let channels = u16::try_from(self.channels).unwrap_or(2);
        let mut samples = Vec::new();
        let mut resampler = Resampler::new(self.from, rate, self.channels)?;
        resampler.push(&self.samples, &mut samples)?;
        resampler.finish(&mut samples)?;
        // A filter may overshoot.
        for sample in &mut samples {
            *sample = sample.clamp(-1.0, 1.0);
        }
        let mut encoder = Mp3Encoder::new(Mp3EncoderConfig {
            bitrate_kbps: KILOBITS * u32::from(channels),
            vbr_quality: None,
        });
        encoder
            .push_pcm_f32(&samples, channels, rate)
            .map_err(|error| failed(&error))?;
        encoder.finish();
        let mut preview = Vec::new();
        loop {
            match encoder.next_packet() {
                Ok(packet) => preview.extend(packet),
                Err(Error::Eof) => return Ok(preview),
                Err(error) => return Err(failed(&error)),
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a second or two of samples")]
    fn fade(&mut self) {
        let frames = self.from as usize * FADE_MS / 1000;
        let start = self.samples.len().saturating_sub(frames * self.channels);
        let fading = self.samples[start..].chunks_mut(self.channels);
        for (index, frame) in fading.enumerate() {
            let share = 1.0 - index as f32 / frames as f32;
            for sample in frame {
                *sample *= share * share;
            }
        }
    }
}

/// 48 kHz for the rates that divide it, or are its multiples; 44.1 kHz for the others.
fn rate_for(rate: u32) -> u32 {
    if 48_000 % rate == 0 || rate.is_multiple_of(48_000) || rate == 32_000 {
        48_000
    } else {
        44_100
    }
}

/// How much of each channel goes to the left and to the right, so that the mix can't clip: all of the channels on that
/// side, −3 dB of those in the middle (ITU-R BS.775), nothing of the low-frequency effects. Channels without a position
/// go to the two sides in turn.
#[expect(clippy::cast_precision_loss, reason = "at most 32 channels")]
fn sides(layout: &Channels) -> Vec<[f32; 2]> {
    let left = Position::FRONT_LEFT
        | Position::FRONT_LEFT_CENTER
        | Position::FRONT_LEFT_WIDE
        | Position::REAR_LEFT
        | Position::SIDE_LEFT
        | Position::TOP_FRONT_LEFT
        | Position::TOP_REAR_LEFT
        | Position::TOP_SIDE_LEFT
        | Position::BOTTOM_FRONT_LEFT;
    let right = Position::FRONT_RIGHT
        | Position::FRONT_RIGHT_CENTER
        | Position::FRONT_RIGHT_WIDE
        | Position::REAR_RIGHT
        | Position::SIDE_RIGHT
        | Position::TOP_FRONT_RIGHT
        | Position::TOP_REAR_RIGHT
        | Position::TOP_SIDE_RIGHT
        | Position::BOTTOM_FRONT_RIGHT;
    let low = Position::LFE1 | Position::LFE2;
    let share = |position: Position| {
        if left.contains(position) {
            [1.0, 0.0]
        } else if right.contains(position) {
            [0.0, 1.0]
        } else if low.contains(position) {
            [0.0, 0.0]
        } else {
            [std::f32::consts::FRAC_1_SQRT_2; 2]
        }
    };
    let mut sides: Vec<[f32; 2]> = match layout {
        Channels::Positioned(positions) => positions.iter().map(share).collect(),
        other => (0..other.count())
            .map(|index| [[1.0, 0.0], [0.0, 1.0]][index % 2])
            .collect(),
    };
    let sums = sides.iter().fold([0.0, 0.0], |sums: [f32; 2], side| {
        [sums[0] + side[0], sums[1] + side[1]]
    });
    let most = sums[0].max(sums[1]);
    if most <= 0.0 {
        return vec![[1.0 / sides.len() as f32; 2]; sides.len()];
    }
    for side in &mut sides {
        *side = side.map(|share| share / most);
    }
    sides
}

fn failed(error: &Error) -> AudioError {
    AudioError::Failed(format!("no preview can be made ({error})"))
}
