//! Comparing two samples without assuming how they are distributed.

use std::time::Duration;

/// The middle one.
pub(crate) fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// By how many standard deviations the ranks of the first sample differ from what chance gives, as in
/// <https://en.wikipedia.org/wiki/Mann%E2%80%93Whitney_U_test>. Times are so fine that ties do not matter.
#[expect(clippy::cast_precision_loss, reason = "samples are few")]
pub(crate) fn z(one: &[Duration], other: &[Duration]) -> f64 {
    let mut all: Vec<_> = one.iter().map(|time| (time, true)).collect();
    all.extend(other.iter().map(|time| (time, false)));
    all.sort_unstable();
    let ranks = all.iter().enumerate().filter(|(_, (_, is_one))| *is_one);
    let sum: usize = ranks.map(|(at, _)| at + 1).sum();
    let (n, m) = (one.len() as f64, other.len() as f64);
    let u = sum as f64 - n * (n + 1.0) / 2.0;
    (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}
