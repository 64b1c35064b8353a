//! The limits of a sound file, and how long samples are.

use std::ops::RangeInclusive;

/// The longest sound, in milliseconds: an hour.
pub const MAX_DURATION_MS: u64 = 60 * 60 * 1000;

/// The most channels.
pub const MAX_CHANNELS: u16 = 32;

/// The sample rates, in samples a second.
pub const SAMPLE_RATES: RangeInclusive<u32> = 1_000..=768_000;

/// How long so many samples of a channel are, rounded.
pub(super) fn milliseconds(frames: u64, rate: u32) -> u64 {
    let rate = u64::from(rate.max(1));
    frames.saturating_mul(1000).saturating_add(rate / 2) / rate
}
