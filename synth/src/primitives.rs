//! Sounds that several others are made of.

use super::voice::{Chance, Filter, Oscillator, glide, held, partials, render, struck};

/// A bell: partials that are no harmonics, the higher the shorter (Risset, "An Introductory Catalogue of
/// Computer-Synthesized Sounds", Bell Laboratories, 1969, no. 430). `decay` is that of the hum note.
pub(super) fn bell(pitch: f32, decay: f32, seconds: f32, brightness: f32) -> Vec<f32> {
    const SHAPE: [(f32, f32, f32); 11] = [
        (0.56, 1.0, 1.0),
        (0.563, 0.67, 0.9),
        (0.92, 1.0, 0.65),
        (0.923, 1.8, 0.55),
        (1.19, 2.67, 0.325),
        (1.7, 1.67, 0.35),
        (2.0, 1.46, 0.25),
        (2.74, 1.33, 0.2),
        (3.0, 1.33, 0.15),
        (3.76, 1.0, 0.1),
        (4.07, 1.33, 0.075),
    ];
    let partial = |(ratio, loudness, length): (f32, f32, f32)| {
        let colour = if ratio > 1.2 { brightness } else { 1.0 };
        (pitch * ratio, loudness * colour, decay * length)
    };
    partials(seconds, &SHAPE.map(partial))
}

/// A tone that glides from one pitch to another.
pub(super) fn sweep(from: f32, to: f32, seconds: f32, rich: bool) -> Vec<f32> {
    let (mut tone, mut second) = (Oscillator::default(), Oscillator::default());
    render(seconds, |time| {
        let pitch = glide(from, to, time / seconds);
        let overtone = if rich {
            0.35 * second.sine(2.0 * pitch)
        } else {
            0.0
        };
        (tone.sine(pitch) + overtone) * held(time, seconds, 0.01)
    })
}

/// A single click of something hard.
pub(super) fn click(pitch: f32, decay: f32) -> Vec<f32> {
    let mut chance = Chance::new(60);
    let (mut filter, mut tone) = (Filter::default(), Oscillator::default());
    render(0.3, |time| {
        let noise = filter.band(chance.noise(), pitch, 2.0);
        (noise + 0.5 * tone.sine(pitch)) * struck(time, 0.0002, decay)
    })
}

/// A burst of noise around a pitch.
pub(super) fn burst(seed: u64, pitch: f32, q: f32, seconds: f32) -> Vec<f32> {
    let mut chance = Chance::new(seed);
    let mut filter = Filter::default();
    render(seconds, |time| {
        filter.band(chance.noise(), pitch, q) * held(time, seconds, 0.02)
    })
}
