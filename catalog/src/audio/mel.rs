//! Mel-frequency cepstral coefficients: the shape of a spectrum as the ear groups it, in a few numbers.
//!
//! Davis & Mermelstein, "Comparison of Parametric Representations for Monosyllabic Word Recognition in Continuously
//! Spoken Sentences", IEEE Transactions on Acoustics, Speech, and Signal Processing 28 (4), 1980.

use std::f32::consts::PI;

/// How many bands the filter bank has.
pub(super) const BANDS: usize = 40;

/// How many coefficients there are, without the zeroth, which is the loudness.
pub(super) const COEFFICIENTS: usize = 13;

/// Overlapping triangles, evenly spaced on the mel scale: their corners, as bins of the spectrum.
#[derive(Debug)]
pub(super) struct FilterBank {
    /// The first bin and the weights of each band.
    bands: Vec<(usize, Vec<f32>)>,
}

impl FilterBank {
    /// A bank from one frequency to another, for spectra with so many Hz a bin.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bins are counted in hundreds"
    )]
    pub(super) fn new(lowest: f32, highest: f32, hertz: f32) -> Self {
        let (from, to) = (mel(lowest), mel(highest));
        let corner = |index: usize| {
            let share = index as f32 / (BANDS + 1) as f32;
            frequency(from + (to - from) * share) / hertz
        };
        let bands = (0..BANDS).map(|band| {
            let (left, middle, right) = (corner(band), corner(band + 1), corner(band + 2));
            let first = left.floor() as usize + 1;
            let weights = (first..right.ceil() as usize).map(|bin| {
                let bin = bin as f32;
                let rise = (bin - left) / (middle - left);
                let fall = (right - bin) / (right - middle);
                rise.min(fall).max(0.0)
            });
            (first, weights.collect())
        });
        Self {
            bands: bands.collect(),
        }
    }

    /// The energy in each band.
    pub(super) fn energies(&self, power: &[f32]) -> [f32; BANDS] {
        let mut energies = [0.0; BANDS];
        for (energy, (first, weights)) in energies.iter_mut().zip(&self.bands) {
            let bins = power.iter().skip(*first).zip(weights);
            *energy = bins.map(|(power, weight)| power * weight).sum();
        }
        energies
    }
}

/// The mel scale as O'Shaughnessy has it ("Speech Communication", 1987).
fn mel(frequency: f32) -> f32 {
    2595.0 * (1.0 + frequency / 700.0).log10()
}

fn frequency(mel: f32) -> f32 {
    700.0 * (10.0_f32.powf(mel / 2595.0) - 1.0)
}

/// The coefficients 1 to 13 of the logarithms of the bands' energies: their cosine transform (DCT-II, orthonormal).
pub(super) fn cepstrum(logarithms: &[f32; BANDS]) -> [f32; COEFFICIENTS] {
    // A table of 40 × 13 factors, made once.
    static COSINES: std::sync::LazyLock<[[f32; BANDS]; COEFFICIENTS]> = std::sync::LazyLock::new(|| {
        #[expect(clippy::cast_precision_loss, reason = "at most 40")]
        let bands = BANDS as f32;
        #[expect(clippy::cast_precision_loss, reason = "at most 40")]
        let cosine = |order: usize, band: usize| {
            let angle = PI / bands * (band as f32 + 0.5) * (order + 1) as f32;
            angle.cos() * (2.0 / bands).sqrt()
        };
        std::array::from_fn(|order| std::array::from_fn(|band| cosine(order, band)))
    });
    let product = |cosines: &[f32; BANDS]| {
        let pairs = cosines.iter().zip(logarithms);
        pairs.map(|(cosine, value)| cosine * value).sum()
    };
    std::array::from_fn(|order| product(&COSINES[order]))
}
