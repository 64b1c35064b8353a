//! Finds the sounds that are similar to each sound.

use std::collections::BinaryHeap;

use ndarray::{Array2, ArrayView2, Axis};
use rayon::prelude::*;

use crate::audio::{FEATURES, Features};

/// How many sounds are compared with the others at once, so that each other sound is fetched from memory once for all
/// of them.
const TOGETHER: usize = 64;

/// How many others they are compared with at once: their distances fit into the processor's cache.
const OTHERS: usize = 2048;

/// The largest error of a distance that is computed by the product of two rows, as a share of the sum of their squares:
/// twice the machine epsilon for each feature (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, chapter
/// 3), with room to spare.
const ROUNDING: f32 = 1e-4;

/// The largest distance from the mean, in standard deviations: one odd feature must not outweigh all others.
const FARTHEST: f32 = 4.0;

/// A candidate for the nearest sounds. The order is by distance, then by place.
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
/// same for all doesn't count), so that no unit weighs more than another. The similarity is e^−d, where d is the root
/// of the mean square of the differences: 1 means that every feature is the same; two sounds with nothing in common
/// have about 0.25. Sounds that are equally near come in the order of the list.
///
/// Exact: every sound is compared with every other, on all cores. The memory is that of the features and the result.
#[must_use]
pub fn nearest(features: &[&Features], count: usize) -> Vec<Vec<(usize, f32)>> {
    let count = count.min(features.len().saturating_sub(1));
    if count == 0 {
        return vec![Vec::new(); features.len()];
    }
    let sounds = Sounds::new(standardise(features));
    let some: Vec<_> = sounds.values.axis_chunks_iter(Axis(0), TOGETHER).collect();
    some.par_iter()
        .enumerate()
        .flat_map_iter(|(number, some)| {
            let heaps = sounds.nearest(number * TOGETHER, some, count);
            heaps.into_iter().map(|heap| {
                let sorted = heap.into_sorted_vec().into_iter();
                sorted
                    .map(|near| (near.index, similarity(near.distance, sounds.values.ncols())))
                    .collect()
            })
        })
        .collect()
}

/// Standardised features, a row for each sound.
struct Sounds {
    values: Array2<f32>,
    /// The square of the length of each row.
    squares: Vec<f32>,
    /// The greatest of them.
    greatest: f32,
}

impl Sounds {
    fn new(values: Array2<f32>) -> Self {
        let squares: Vec<_> = values.rows().into_iter().map(|row| row.dot(&row)).collect();
        Self {
            greatest: squares.iter().copied().fold(0.0, f32::max),
            values,
            squares,
        }
    }

    /// The nearest to each of some sounds, of which the first has the place `first`.
    fn nearest(&self, first: usize, some: &ArrayView2<f32>, count: usize) -> Vec<BinaryHeap<Candidate>> {
        let mut heaps = vec![BinaryHeap::with_capacity(count + 1); some.nrows()];
        for (block, others) in self.values.axis_chunks_iter(Axis(0), OTHERS).enumerate() {
            let products = some.dot(&others.t());
            for ((itself, heap), products) in (first..).zip(&mut heaps).zip(products.rows()) {
                let others = (block * OTHERS..).zip(products);
                self.add_nearest(heap, count, itself, others.filter(|(other, _)| *other != itself));
            }
        }
        heaps
    }

    /// Keeps the nearest of the sounds in the heap and some others, which come with the products of their rows with the
    /// sound's. The product shows that most are too far, by |a − b|² = |a|² + |b|² − 2ab; if rounding leaves doubt, and
    /// for those that are kept, the distance is computed exactly.
    fn add_nearest<'a>(
        &self,
        heap: &mut BinaryHeap<Candidate>,
        count: usize,
        itself: usize,
        others: impl Iterator<Item = (usize, &'a f32)>,
    ) {
        let doubt = ROUNDING * (self.squares[itself] + self.greatest);
        let bound = |heap: &BinaryHeap<Candidate>| match heap.peek() {
            Some(farthest) if heap.len() == count => farthest.distance + doubt - self.squares[itself],
            _ => f32::INFINITY,
        };
        let mut farthest = bound(heap);
        for (index, product) in others {
            if self.squares[index] - 2.0 * product > farthest {
                continue;
            }
            let distance = self.distance(itself, index);
            heap.push(Candidate { distance, index });
            if heap.len() > count {
                heap.pop();
            }
            farthest = bound(heap);
        }
    }

    /// The square of the distance of two sounds.
    fn distance(&self, one: usize, other: usize) -> f32 {
        let pairs = self.values.row(one).into_iter().zip(self.values.row(other));
        pairs.map(|(one, other)| (one - other).powi(2)).sum()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen features")]
fn similarity(distance: f32, width: usize) -> f32 {
    (-(distance / width.max(1) as f32).sqrt()).exp()
}

/// Counts each feature in standard deviations from the mean; drops those that are the same for all.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the sums are taken in f64; what is left of them is small"
)]
fn standardise(features: &[&Features]) -> Array2<f32> {
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
            // A smaller deviation is a rounding error.
            (deviation > 1e-6 * mean.abs().max(1e-3)).then_some((feature, mean, deviation))
        })
        .collect();
    Array2::from_shape_fn((features.len(), scales.len()), |(sound, scale)| {
        let (feature, mean, deviation) = scales[scale];
        let value = f64::from(features[sound].values()[feature]);
        (((value - mean) / deviation) as f32).clamp(-FARTHEST, FARTHEST)
    })
}
