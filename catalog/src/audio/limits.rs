//! The limits of a sound file.

use std::ops::RangeInclusive;

/// The longest sound, in milliseconds: an hour.
pub const MAX_DURATION_MS: u64 = 60 * 60 * 1000;

/// The most channels.
pub const MAX_CHANNELS: u16 = 32;

/// The sample rates, in samples a second.
pub const SAMPLE_RATES: RangeInclusive<u32> = 1_000..=768_000;
