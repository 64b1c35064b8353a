//! Families of sounds: what a listener would call the same kind of sound, at other pitches, lengths and levels.

use super::{
    clip::Clip,
    machines, music, nature,
    primitives::{bell, burst, click, sweep},
};

/// A kind of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Bells.
    Bell,
    /// Bursts of noise.
    Noise,
    /// Tones that glide up or down.
    Sweep,
    /// Engines that idle.
    Engine,
    /// Clicks.
    Click,
    /// Sirens.
    Siren,
    /// Drums.
    Drum,
    /// Chirps of birds.
    Chirp,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 8] = [
        Self::Bell,
        Self::Noise,
        Self::Sweep,
        Self::Engine,
        Self::Click,
        Self::Siren,
        Self::Drum,
        Self::Chirp,
    ];

    /// How many variants a family has.
    pub const VARIANTS: u8 = 8;
}

/// A member of a family. The variants differ in pitch (over an octave and more), in length (up to twice) and in level
/// (12 dB). From [`Family::VARIANTS`] on they begin again.
#[must_use]
pub fn family(kind: Family, variant: u8) -> Clip {
    let variant = variant % Family::VARIANTS;
    // From 0 to 1, and two more in other orders.
    let share = f32::from(variant) / f32::from(Family::VARIANTS - 1);
    let other = f32::from(variant * 3 % Family::VARIANTS) / f32::from(Family::VARIANTS - 1);
    let third = f32::from(variant * 5 % Family::VARIANTS) / f32::from(Family::VARIANTS - 1);
    let pitch = |low: f32, high: f32| low * (high / low).powf(share);
    let length = |least: f32| least * (1.0 + other);
    let sound = match kind {
        Family::Bell => bell(pitch(350.0, 1_100.0), length(0.6), length(1.0), 0.7 + 0.3 * third),
        Family::Noise => burst(70 + u64::from(variant), pitch(700.0, 3_000.0), 0.7, length(0.35)),
        Family::Sweep => {
            let (low, high) = (pitch(200.0, 500.0), pitch(1_500.0, 4_000.0));
            if variant.is_multiple_of(2) {
                sweep(low, high, length(0.5), false)
            } else {
                sweep(high, low, length(0.5), false)
            }
        }
        Family::Engine => {
            let speed = pitch(700.0, 1_500.0);
            machines::engine(90 + u64::from(variant), length(1.2), 4.0, 320.0, |_| speed)
        }
        Family::Click => click(pitch(1_500.0, 4_500.0), 0.003 * (1.0 + other)),
        Family::Siren => {
            let low = pitch(420.0, 800.0);
            machines::wail(length(1.6), low, low * 2.2, 0.8 + 0.8 * third)
        }
        Family::Drum => music::drum(pitch(45.0, 120.0), 0.5 + 2.0 * third, length(0.1)),
        Family::Chirp => {
            let low = pitch(2_200.0, 4_000.0);
            nature::chirp(low, low * (1.2 + 0.3 * third), low * 0.9, length(0.12), 1.0)
        }
    };
    Clip::mono(sound, 0.9 * 10.0_f32.powf(-0.6 * third))
}
