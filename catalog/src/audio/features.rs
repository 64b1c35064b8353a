//! How a sound sounds, in numbers that can be compared.
//!
//! Written here because the crates for this are not maintained (`mfcc`, `rosa`), or are parts of frameworks for whole
//! pieces of music; the transforms and the resampling come from libraries.
//!
//! The level of a recording says nothing about its content, so no feature depends on it.

use serde::{Deserialize, Serialize};

use super::{
    error::AudioError,
    mel::{BANDS, COEFFICIENTS, cepstrum},
    resample::Resampler,
    spectrum::{Analyser, FRAME, Frame, HOP, RATE},
};

/// How many features there are.
pub const FEATURES: usize = 3 * COEFFICIENTS + 2 * 6 + 10;

/// How a sound sounds: [`FEATURES`] finite numbers, whose units differ. [`crate::neighbours`] compares them.
#[derive(Clone, Debug, PartialEq)]
pub struct Features(Vec<f32>);

impl Features {
    /// The features, or nothing if these aren't [`FEATURES`] finite numbers.
    #[must_use]
    pub fn of(values: Vec<f32>) -> Option<Self> {
        let right = values.len() == FEATURES && values.iter().all(|value| value.is_finite());
        right.then_some(Self(values))
    }

    /// The numbers.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.0
    }
}

impl Serialize for Features {
    /// Four bytes a feature, little-endian.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|value| value.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Features {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Features;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{FEATURES} finite numbers of 4 bytes each")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Features, E> {
                let (values, rest) = bytes.as_chunks();
                let values = values.iter().map(|value| f32::from_le_bytes(*value));
                Features::of(values.collect())
                    .filter(|_| rest.is_empty())
                    .ok_or_else(|| E::invalid_length(bytes.len(), &self))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// Measures a sound as it goes by.
pub(super) struct Extractor {
    channels: usize,
    resampler: Resampler,
    /// The mean of the channels, at the rate of the file and then at [`RATE`].
    mono: Vec<f32>,
    samples: Vec<f32>,
    /// How many of `samples` have gone through the filter and the envelope.
    filtered: usize,
    filter: DcFilter,
    analyser: Analyser,
    frames: Vec<Frame>,
    envelope: Envelope,
    total: usize,
}

/// Takes a constant offset out of a wave: a high-pass at 18 Hz.
#[derive(Default)]
struct DcFilter {
    input: f32,
    output: f32,
}

/// The loudness (RMS) of each 3 ms.
#[derive(Default)]
struct Envelope {
    levels: Vec<f32>,
    sum: f32,
    count: usize,
}

/// The samples of one point of the envelope.
const STEP: usize = 64;

/// Seconds between two points of the envelope, and between two frames.
#[expect(clippy::cast_precision_loss)]
const STEP_SECONDS: f32 = STEP as f32 / RATE as f32;
#[expect(clippy::cast_precision_loss)]
const HOP_SECONDS: f32 = HOP as f32 / RATE as f32;

/// Frames with less energy than this share of the loudest frame's don't count: 40 dB less.
const AUDIBLE: f32 = 1e-4;

/// The energy that counts as silence, as a share of that in the loudest band of the whole sound: 60 dB less.
const FLOOR: f32 = 1e-6;

/// A sound that is never louder than this is silent: −100 dB of full scale.
const SILENCE: f32 = 1e-5;

impl Extractor {
    pub(super) fn new(rate: u32, channels: usize) -> Result<Self, AudioError> {
        Ok(Self {
            channels,
            resampler: Resampler::new(rate, RATE, 1)?,
            mono: Vec::new(),
            // Half a frame of silence before the sound, so that its very beginning is in the middle of a frame.
            samples: vec![0.0; HOP],
            filtered: HOP,
            filter: DcFilter::default(),
            analyser: Analyser::new(),
            frames: Vec::new(),
            envelope: Envelope::default(),
            total: 0,
        })
    }

    /// Adds interleaved samples.
    #[expect(clippy::cast_precision_loss, reason = "at most 32 channels")]
    pub(super) fn push(&mut self, block: &[f32]) -> Result<(), AudioError> {
        let share = 1.0 / self.channels as f32;
        let mean = |frame: &[f32]| frame.iter().sum::<f32>() * share;
        self.mono.clear();
        self.mono.extend(block.chunks_exact(self.channels).map(mean));
        self.resampler.push(&self.mono, &mut self.samples)?;
        self.measure()
    }

    fn measure(&mut self) -> Result<(), AudioError> {
        for sample in &mut self.samples[self.filtered..] {
            *sample = self.filter.next(*sample);
            self.envelope.push(*sample);
            self.total += 1;
        }
        let mut start = 0;
        while let Some(samples) = self.samples.get(start..start + FRAME) {
            self.frames.push(self.analyser.frame(samples)?);
            start += HOP;
        }
        self.samples.drain(..start);
        self.filtered = self.samples.len();
        Ok(())
    }

    /// The features of all that was added.
    pub(super) fn finish(mut self) -> Result<Features, AudioError> {
        self.resampler.finish(&mut self.samples)?;
        self.measure()?;
        self.envelope.finish();
        // The last samples must be in the middle of a frame, too. The silence that is added is not part of the
        // envelope.
        self.samples.resize(FRAME + HOP, 0.0);
        for start in [0, HOP] {
            let samples = &self.samples[start..start + FRAME];
            self.frames.push(self.analyser.frame(samples)?);
        }
        let mut values = Vec::with_capacity(FEATURES);
        self.spectral(&mut values);
        self.temporal(&mut values);
        Features::of(values).ok_or_else(|| {
            AudioError::Failed("its features are not finite numbers, which is a bug of the import".to_owned())
        })
    }

    /// The frames that can be heard; of a silent sound, all frames.
    fn audible(&self) -> Vec<&Frame> {
        let loudest = self.frames.iter().fold(0.0_f32, |most, f| most.max(f.power));
        let audible = |frame: &&Frame| frame.power >= loudest * AUDIBLE;
        self.frames.iter().filter(audible).collect()
    }

    /// Colour: the mean and the variation of what was measured of each frame. The variation of a coefficient's change
    /// from frame to frame tells what flickers from what glides (Furui, "Speaker-Independent Isolated Word Recognition
    /// Using Dynamic Features of Speech Spectrum", IEEE TASSP 34 (1), 1986).
    fn spectral(&self, values: &mut Vec<f32>) {
        let frames = self.audible();
        let bands = frames.iter().flat_map(|frame| &frame.bands);
        let loudest = bands.fold(0.0_f32, |most, energy| most.max(*energy));
        let floor = (loudest * FLOOR).max(f32::MIN_POSITIVE);
        let cepstra: Vec<_> = frames
            .iter()
            .map(|frame| {
                let logarithms: [f32; BANDS] = frame.bands.map(|energy| energy.max(floor).ln());
                cepstrum(&logarithms)
            })
            .collect();
        for order in 0..COEFFICIENTS {
            let (mean, deviation) = moments(cepstra.iter().map(|cepstrum| cepstrum[order]));
            let changes = cepstra.windows(2).map(|pair| pair[1][order] - pair[0][order]);
            values.extend([mean, deviation, moments(changes).1]);
        }
        let measures: [fn(&Frame) -> f32; 6] = [
            |frame| frame.centroid,
            |frame| frame.spread,
            |frame| frame.flatness,
            |frame| frame.roll_off,
            |frame| frame.flux,
            |frame| frame.crossings,
        ];
        for measure in measures {
            let (mean, deviation) = moments(frames.iter().map(|frame| measure(frame)));
            values.extend([mean, deviation]);
        }
    }

    /// Shape: how the loudness goes (Peeters 2004, §3 and §4, unless it says otherwise).
    #[expect(clippy::cast_precision_loss, reason = "an hour has 80 million samples")]
    fn temporal(&self, values: &mut Vec<f32>) {
        let levels = &self.envelope.levels;
        let loudest = levels.iter().fold(0.0_f32, |most, level| most.max(*level));
        let seconds = self.total as f32 / RATE as f32;
        if loudest < SILENCE {
            values.extend([0.0; 9]);
        } else {
            let frames = self.audible();
            let most = frames.iter().fold(0.0_f32, |most, f| most.max(f.power));
            let decibels = |frame: &&Frame| 10.0 * (frame.power / most).max(AUDIBLE).log10();
            let decibels: Vec<f32> = frames.iter().map(decibels).collect();
            let changes = decibels.windows(2).map(|pair| pair[1] - pair[0]);
            // The loudness, below its loudest moment, and how it moves, in dB; the mean rate of its ups and downs.
            let (mean, deviation) = moments(decibels.iter().copied());
            let rises = decibels
                .windows(2)
                .filter(|pair| pair[0] < mean && pair[1] >= mean);
            let rate = rises.count() as f32 / (frames.len() as f32 * HOP_SECONDS);
            values.extend([mean, deviation, moments(changes).1, (1.0 + rate).log2()]);
            values.extend(shape(levels, loudest));
        }
        values.push(seconds.max(0.001).log2());
    }
}

/// The attack time (from a fifth to nine tenths of the peak), the decay after the peak in dB a second, the centre of the
/// energy as a share of the time in which there is some, that time (over two fifths of the peak), and the crest factor.
/// Times are logarithms, to the base 2, of seconds.
#[expect(clippy::cast_precision_loss, reason = "an hour has a million points")]
fn shape(levels: &[f32], loudest: f32) -> [f32; 5] {
    let over = |share: f32| levels.iter().position(|level| *level >= share * loudest);
    let attack = match (over(0.2), over(0.9)) {
        (Some(from), Some(to)) => (to - from + 1) as f32,
        _ => 1.0,
    };
    let energy = |level: &f32| (level / loudest).powi(2);
    let total: f32 = levels.iter().map(energy).sum();
    let moment = |(index, level): (usize, &f32)| (index as f32 + 0.5) * energy(level);
    let centre = levels.iter().enumerate().map(moment).sum::<f32>() / total.max(f32::MIN_POSITIVE);
    let audible = levels.iter().rposition(|level| *level >= 0.01 * loudest);
    let length = audible.map_or(1, |last| last + 1) as f32;
    let effective = levels.iter().filter(|level| **level >= 0.4 * loudest).count() as f32;
    [
        (attack * STEP_SECONDS).log2(),
        decay(levels, loudest),
        centre / length,
        (effective.max(1.0) * STEP_SECONDS).log2(),
        -10.0 * (total / levels.len() as f32).max(1e-9).log10(),
    ]
}

/// The slope of the level after the peak down to −40 dB, by least squares, in dB a second, as a logarithm: 0 is none.
#[expect(clippy::cast_precision_loss, reason = "an hour has a million points")]
fn decay(levels: &[f32], loudest: f32) -> f32 {
    let peak = levels.iter().position(|level| *level >= loudest).unwrap_or(0);
    let audible = levels.iter().rposition(|level| *level >= 0.01 * loudest);
    let end = audible.map_or(levels.len(), |last| last + 1);
    let levels = levels.get(peak..end).unwrap_or_default();
    let count = levels.len() as f32;
    if levels.len() < 2 {
        // Gone at once.
        return (1.0 + 40.0 / STEP_SECONDS).log2();
    }
    let middle = (count - 1.0) / 2.0;
    let (mut product, mut square) = (0.0, 0.0);
    for (index, level) in levels.iter().enumerate() {
        let decibels = 20.0 * (level / loudest).max(0.01).log10();
        let time = index as f32 - middle;
        product += time * decibels;
        square += time * time;
    }
    let falling = -product / square / STEP_SECONDS;
    falling.signum() * (1.0 + falling.abs()).log2()
}

/// The mean and the standard deviation; zeros of nothing.
#[expect(clippy::cast_possible_truncation, reason = "it was an f32")]
fn moments(values: impl Iterator<Item = f32>) -> (f32, f32) {
    let (mut count, mut mean, mut squares) = (0.0_f64, 0.0_f64, 0.0_f64);
    for value in values {
        // Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4 (3), 1962.
        let value = f64::from(value);
        count += 1.0;
        let distance = value - mean;
        mean += distance / count;
        squares += distance * (value - mean);
    }
    (mean as f32, (squares / count.max(1.0)).sqrt() as f32)
}

impl DcFilter {
    fn next(&mut self, sample: f32) -> f32 {
        self.output = sample - self.input + 0.995 * self.output;
        self.input = sample;
        self.output
    }
}

impl Envelope {
    fn push(&mut self, sample: f32) {
        self.sum += sample * sample;
        self.count += 1;
        if self.count == STEP {
            self.finish();
        }
    }

    /// The last point may be of fewer samples, and counts them as if silence followed.
    #[expect(clippy::cast_precision_loss, reason = "it is 64")]
    fn finish(&mut self) {
        if self.count > 0 {
            self.levels.push((self.sum / STEP as f32).sqrt());
            (self.sum, self.count) = (0.0, 0);
        }
    }
}
