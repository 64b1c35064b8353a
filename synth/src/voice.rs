//! The parts that sounds are built of: chance, tones, filters, envelopes, rooms.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few seconds of samples"
)]

use std::f32::consts::{PI, TAU};

/// The sample rate at which sounds are built.
pub(super) const RATE: u32 = 44_100;

/// Seconds a sample.
pub(super) const STEP: f32 = 1.0 / RATE as f32;

/// Random numbers that are the same every time: `SplitMix64` (Steele, Lea & Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014). Those of the `rand` crate may differ from release to release.
#[derive(Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 0 to 1.
    pub(super) fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// White noise: −1 to 1.
    pub(super) fn noise(&mut self) -> f32 {
        2.0 * self.share() - 1.0
    }

    /// Between two numbers.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.share()
    }
}

/// A sound, computed from the time in seconds.
pub(super) fn render(seconds: f32, mut at: impl FnMut(f32) -> f32) -> Vec<f32> {
    let count = (seconds * RATE as f32) as usize;
    (0..count).map(|index| at(index as f32 * STEP)).collect()
}

/// Silence to mix sounds into.
pub(super) fn silence(seconds: f32) -> Vec<f32> {
    render(seconds, |_| 0.0)
}

/// Adds a sound to another at a time; what lies beyond its end is lost.
pub(super) fn mix(into: &mut [f32], at: f32, sound: &[f32], gain: f32) {
    let start = (at.max(0.0) * RATE as f32) as usize;
    for (sample, other) in into.iter_mut().skip(start).zip(sound) {
        *sample += gain * other;
    }
}

/// An oscillator, whose frequency may change from sample to sample.
#[derive(Default)]
pub(super) struct Oscillator {
    /// 0 to 1.
    phase: f32,
}

impl Oscillator {
    fn advance(&mut self, frequency: f32) -> f32 {
        let phase = self.phase;
        self.phase = (phase + frequency * STEP).fract();
        phase
    }

    pub(super) fn sine(&mut self, frequency: f32) -> f32 {
        (TAU * self.advance(frequency)).sin()
    }

    pub(super) fn saw(&mut self, frequency: f32) -> f32 {
        2.0 * self.advance(frequency) - 1.0
    }

    /// A pulse that is high for a share of the time.
    pub(super) fn pulse(&mut self, frequency: f32, width: f32) -> f32 {
        if self.advance(frequency) < width {
            1.0
        } else {
            -1.0
        }
    }
}

/// A filter of second order that stays stable however its frequency moves (Simper, "Linear Trapezoidal Integrated State
/// Variable Filter", Cytomic, 2013).
#[derive(Default)]
pub(super) struct Filter {
    first: f32,
    second: f32,
}

impl Filter {
    /// What is below, around and above a frequency. `q`: 0.7 is flat, 10 rings.
    pub(super) fn split(&mut self, input: f32, frequency: f32, q: f32) -> [f32; 3] {
        let g = (PI * frequency.clamp(5.0, 0.45 * RATE as f32) * STEP).tan();
        let k = 1.0 / q;
        let a = 1.0 / (1.0 + g * (g + k));
        let third = input - self.second;
        let band = a * self.first + g * a * third;
        let low = self.second + g * a * self.first + g * g * a * third;
        self.first = 2.0 * band - self.first;
        self.second = 2.0 * low - self.second;
        [low, k * band, input - k * band - low]
    }

    pub(super) fn low(&mut self, input: f32, frequency: f32) -> f32 {
        self.split(input, frequency, 0.7)[0]
    }

    pub(super) fn band(&mut self, input: f32, frequency: f32, q: f32) -> f32 {
        self.split(input, frequency, q)[1]
    }

    pub(super) fn high(&mut self, input: f32, frequency: f32) -> f32 {
        self.split(input, frequency, 0.7)[2]
    }
}

/// The envelope of something struck: up in `attack` seconds, then down to a third in `decay` seconds, and so on.
pub(super) fn struck(time: f32, attack: f32, decay: f32) -> f32 {
    if time < 0.0 {
        0.0
    } else {
        (time / attack).min(1.0) * (-time / decay).exp()
    }
}

/// The envelope of something held from 0 to `end`: up and down in `edge` seconds.
pub(super) fn held(time: f32, end: f32, edge: f32) -> f32 {
    (time / edge).min((end - time) / edge).clamp(0.0, 1.0)
}

/// From one value to another as `share` goes from 0 to 1, evenly to the ear.
pub(super) fn glide(from: f32, to: f32, share: f32) -> f32 {
    from * (to / from).powf(share.clamp(0.0, 1.0))
}

/// A slow wandering around 1, which makes a steady sound lively: three waves with unrelated periods.
pub(super) fn wander(time: f32, rate: f32, depth: f32) -> f32 {
    let wave = |factor: f32, phase: f32| (TAU * rate * factor * time + phase).sin();
    1.0 + depth * (wave(1.0, 0.3) + wave(1.618, 1.9) + wave(2.414, 4.1)) / 3.0
}

/// Partials that are struck together: frequency, loudness, decay.
pub(super) fn partials(seconds: f32, partials: &[(f32, f32, f32)]) -> Vec<f32> {
    render(seconds, |time| {
        let partial = |(frequency, loudness, decay): &(f32, f32, f32)| {
            loudness * (TAU * frequency * time).sin() * struck(time, 0.001, *decay)
        };
        partials.iter().map(partial).sum()
    })
}

/// A room around a sound: four combs and two all-passes (Schroeder, "Natural Sounding Artificial Reverberation",
/// Journal of the Audio Engineering Society 10 (3), 1962). Another `shift` gives what the other ear hears.
pub(super) fn room(dry: &[f32], seconds: f32, wet: f32, shift: usize) -> Vec<f32> {
    let mut sum = vec![0.0; dry.len()];
    for delay in [1_557, 1_617, 1_491, 1_422] {
        let delay = delay + shift;
        let feedback = 0.001_f32.powf(delay as f32 * STEP / seconds);
        let mut line = vec![0.0; delay];
        for (index, (sum, sample)) in sum.iter_mut().zip(dry).enumerate() {
            let place = index % delay;
            let old = line[place];
            line[place] = sample + feedback * old;
            *sum += 0.25 * old;
        }
    }
    for delay in [225, 556] {
        let delay = delay + shift;
        let mut line = vec![0.0; delay];
        for (index, sample) in sum.iter_mut().enumerate() {
            let place = index % delay;
            let old: f32 = line[place];
            line[place] = *sample + 0.5 * old;
            *sample = old - 0.5 * line[place];
        }
    }
    let both = dry.iter().zip(&sum);
    both.map(|(dry, wet_sample)| dry + wet * wet_sample).collect()
}

/// Brings channels to a peak together, and fades their ends over a few milliseconds so that they don't click.
pub(super) fn level(channels: &mut [Vec<f32>], peak: f32) {
    let samples = channels.iter().flatten();
    let loudest = samples.fold(0.0_f32, |most, sample| most.max(sample.abs()));
    let gain = peak / loudest.max(1e-9);
    let (rise, fall) = (0.001 * RATE as f32, 0.02 * RATE as f32);
    for channel in channels {
        let count = channel.len();
        for (index, sample) in channel.iter_mut().enumerate() {
            let up = ((index + 1) as f32 / rise).min(1.0);
            let down = ((count - index - 1) as f32 / fall).min(1.0);
            *sample *= gain * up * down;
        }
    }
}
