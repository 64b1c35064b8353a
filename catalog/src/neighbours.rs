//! Which sounds are like which.

use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::audio::{FEATURES, Features};

/// How many sounds are compared with at once: their features lie side by side, so that one instruction takes several.
const LANES: usize = 16;

/// For how many sounds the others are gone through at once, so that each is fetched from memory once for all of them.
const TOGETHER: usize = 32;

/// Nothing is farther from the mean than so many standard deviations: one odd feature must not outweigh all others.
const FARTHEST: f32 = 4.0;

/// The features of [`LANES`] sounds: all of the first feature, all of the second …
type Group = Vec<[f32; LANES]>;

/// A sound on the way to be one of the nearest. The order is by distance, then by place.
#[derive(Clone, Copy, PartialEq)]
struct Candidate {
    /// The square of the distance.
    distance: f32,
    index: usize,
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.distance
            .total_cmp(&other.distance)
            .then(self.index.cmp(&other.index))
    }
}

/// The sounds nearest to each sound, without itself: their places in the list and how similar they are, 0 to 1, falling.
///
/// Each feature is counted in standard deviations from its mean over all the sounds (at most 4; a feature that is the
/// same for all doesn't count), so that no unit weighs more than another. The similarity is e^−d, where d is the root of
/// the mean square of the differences: 1 is the same in every feature, 0.25 is about what two sounds have that have
/// nothing in common. Sounds that are equally near come in the order of the list.
///
/// Exact: every sound is compared with every other, on all cores. The memory is that of the features and the result.
#[must_use]
pub fn nearest(features: &[&Features], count: usize) -> Vec<Vec<(usize, f32)>> {
    let count = count.min(features.len().saturating_sub(1));
    if count == 0 {
        return vec![Vec::new(); features.len()];
    }
    let standardised = standardise(features);
    let width = standardised.first().map_or(0, Vec::len);
    let groups = group(&standardised, width);
    standardised
        .par_chunks(TOGETHER)
        .enumerate()
        .flat_map_iter(|(chunk, sounds)| {
            let heaps = nearest_of(chunk * TOGETHER, sounds, &groups, features.len(), count);
            heaps.into_iter().map(|heap| {
                let sorted = heap.into_sorted_vec().into_iter();
                sorted
                    .map(|near| (near.index, similarity(near.distance, width)))
                    .collect()
            })
        })
        .collect()
}

/// The nearest to each of some sounds, of which the first has the place `first`.
fn nearest_of(
    first: usize,
    sounds: &[Vec<f32>],
    groups: &[Group],
    total: usize,
    count: usize,
) -> Vec<BinaryHeap<Candidate>> {
    let mut heaps = vec![BinaryHeap::with_capacity(count + 1); sounds.len()];
    for (number, group) in groups.iter().enumerate() {
        for (place, (sound, heap)) in sounds.iter().zip(&mut heaps).enumerate() {
            let itself = first + place;
            let distances = distances(sound, group);
            // Mostly, none of them is nearer than those that there are.
            let bound = match heap.peek() {
                Some(Candidate { distance, .. }) if heap.len() == count => *distance,
                _ => f32::INFINITY,
            };
            if distances.iter().all(|distance| *distance > bound) {
                continue;
            }
            for (lane, distance) in distances.into_iter().enumerate() {
                let index = number * LANES + lane;
                let candidate = Candidate { distance, index };
                if index >= total || index == itself {
                    continue;
                }
                if heap.len() < count {
                    heap.push(candidate);
                } else if heap.peek().is_some_and(|farthest| candidate < *farthest) {
                    heap.pop();
                    heap.push(candidate);
                }
            }
        }
    }
    heaps
}

/// The squares of the distances of a sound to those of a group. Loops without closures: the compiler takes several lanes
/// in one instruction, and with `array::from_fn` it called a function for each.
fn distances(sound: &[f32], group: &Group) -> [f32; LANES] {
    let mut sums = [0.0_f32; LANES];
    for (value, others) in sound.iter().zip(group) {
        for (sum, other) in sums.iter_mut().zip(others) {
            let difference = value - other;
            *sum += difference * difference;
        }
    }
    sums
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen features")]
fn similarity(distance: f32, width: usize) -> f32 {
    (-(distance / width.max(1) as f32).sqrt()).exp()
}

fn group(sounds: &[Vec<f32>], width: usize) -> Vec<Group> {
    let lane = |sounds: &[Vec<f32>], feature: usize, lane: usize| {
        sounds.get(lane).map_or(0.0, |sound| sound[feature])
    };
    let row = |sounds, feature| std::array::from_fn(|index| lane(sounds, feature, index));
    sounds
        .chunks(LANES)
        .map(|sounds| (0..width).map(|feature| row(sounds, feature)).collect())
        .collect()
}

/// Counts each feature in standard deviations from the mean; drops those that are the same for all.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the sums are taken in f64; what is left of them is small"
)]
fn standardise(features: &[&Features]) -> Vec<Vec<f32>> {
    let count = features.len() as f64;
    let values = |feature: usize| {
        features
            .iter()
            .map(move |features| f64::from(features.values()[feature]))
    };
    let scales: Vec<(usize, f64, f64)> = (0..FEATURES)
        .filter_map(|feature| {
            let mean = values(feature).sum::<f64>() / count;
            let square = |value: f64| (value - mean).powi(2);
            let deviation = (values(feature).map(square).sum::<f64>() / count).sqrt();
            // Less is what arithmetic leaves over.
            (deviation > 1e-6 * mean.abs().max(1e-3)).then_some((feature, mean, deviation))
        })
        .collect();
    let standardised = |features: &&Features| {
        let standard = |(feature, mean, deviation): &(usize, f64, f64)| {
            let value = f64::from(features.values()[*feature]);
            (((value - mean) / deviation) as f32).clamp(-FARTHEST, FARTHEST)
        };
        scales.iter().map(standard).collect()
    };
    features.par_iter().map(standardised).collect()
}
