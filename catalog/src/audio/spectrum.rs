//! Measures a moment of a sound: a frame of 46 ms.

use std::sync::{Arc, LazyLock};

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex};

use super::{
    error::AudioError,
    mel::{BANDS, FilterBank},
};

/// The rate at which sounds are compared, in samples a second: a file of 16 kHz or more has nearly all that matters to
/// the ear below it, so the rate of the file hardly counts.
pub(super) const RATE: u32 = 22_050;

/// The samples of a frame.
pub(super) const FRAME: usize = 1024;

/// How far a frame is from the one before it.
pub(super) const HOP: usize = FRAME / 2;

/// The frequencies that count, in Hz. Below is rumble; above, what the resampler lets through differs.
const LOWEST: f32 = 40.0;
const HIGHEST: f32 = 10_000.0;

/// What was measured of a frame. Nothing but `power` and `bands` depends on how loud it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// The energy in the bands of the mel scale.
    pub(super) bands: [f32; BANDS],
    /// The energy in all.
    pub(super) power: f32,
    /// The centre of the spectrum on a logarithmic scale, in octaves over 1 Hz. Peeters, "A large set of audio features
    /// for sound description (similarity and classification) in the CUIDADO project", IRCAM, 2004, §6.1.
    pub(super) centroid: f32,
    /// How far the spectrum reaches to both sides of its centre, in octaves (Peeters, §6.1).
    pub(super) spread: f32,
    /// How noisy it is: the geometric by the arithmetic mean of the bins, in dB. 0 is noise (Peeters, §9).
    pub(super) flatness: f32,
    /// Below this are 85 % of the energy, in octaves over 1 Hz (Tzanetakis & Cook, "Musical Genre Classification of Audio
    /// Signals", IEEE Transactions on Speech and Audio Processing 10 (5), 2002, §II).
    pub(super) roll_off: f32,
    /// How much the spectrum has changed since the frame before, 0 to 2 (Tzanetakis & Cook, §II).
    pub(super) flux: f32,
    /// How often the wave crosses zero, as a share of how often it could, 0 to 1 (Tzanetakis & Cook, §II).
    pub(super) crossings: f32,
}

/// The tables that are the same for all sounds.
struct Plan {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    bank: FilterBank,
    first: usize,
    /// The frequency of each bin from the first, in octaves over 1 Hz.
    octaves: Vec<f32>,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bins are counted in hundreds"
)]
static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let hertz = RATE as f32 / FRAME as f32;
    let hann = |index: usize| {
        let angle = std::f32::consts::TAU * index as f32 / FRAME as f32;
        0.5 - 0.5 * angle.cos()
    };
    let (first, last) = ((LOWEST / hertz).ceil() as usize, (HIGHEST / hertz) as usize);
    Plan {
        transform: RealFftPlanner::new().plan_fft_forward(FRAME),
        window: (0..FRAME).map(hann).collect(),
        bank: FilterBank::new(LOWEST, HIGHEST, hertz),
        first,
        octaves: (first..=last).map(|bin| (bin as f32 * hertz).log2()).collect(),
    }
});

/// Measures frame after frame.
pub(super) struct Analyser {
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: Vec<f32>,
    /// The spectrum of the frame before, as a vector of the length 1.
    before: Vec<f32>,
}

/// The energy that counts as silence, as a share of that in the loudest bin of a frame: 60 dB less. Coding noise is
/// below it.
const FLOOR: f32 = 1e-6;

impl Analyser {
    pub(super) fn new() -> Self {
        Self {
            input: PLAN.transform.make_input_vec(),
            output: PLAN.transform.make_output_vec(),
            scratch: PLAN.transform.make_scratch_vec(),
            power: vec![0.0; FRAME / 2 + 1],
            before: vec![0.0; PLAN.octaves.len()],
        }
    }

    /// Measures the next frame, of [`FRAME`] samples.
    pub(super) fn frame(&mut self, samples: &[f32]) -> Result<Frame, AudioError> {
        for ((input, sample), window) in self.input.iter_mut().zip(samples).zip(&PLAN.window) {
            *input = sample * window;
        }
        PLAN.transform
            .process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch)
            .map_err(|error| AudioError::Failed(error.to_string()))?;
        for (power, bin) in self.power.iter_mut().zip(&self.output) {
            *power = bin.norm_sqr();
        }
        let flux = self.flux();
        let bins = &self.power[PLAN.first..PLAN.first + PLAN.octaves.len()];
        let total: f32 = bins.iter().sum();
        let mean = |value: &dyn Fn(f32) -> f32| {
            let pairs = bins.iter().zip(&PLAN.octaves);
            pairs.map(|(power, octave)| power * value(*octave)).sum::<f32>() / total.max(f32::MIN_POSITIVE)
        };
        let centroid = mean(&|octave| octave);
        Ok(Frame {
            bands: PLAN.bank.energies(&self.power),
            power: total,
            centroid,
            spread: mean(&|octave| (octave - centroid).powi(2)).sqrt(),
            flatness: flatness(bins),
            roll_off: roll_off(bins, total),
            flux,
            crossings: crossings(samples),
        })
    }

    fn flux(&mut self) -> f32 {
        let bins = &self.power[PLAN.first..PLAN.first + PLAN.octaves.len()];
        let length = bins.iter().sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let mut flux = 0.0;
        for (before, power) in self.before.iter_mut().zip(bins) {
            let now = power.sqrt() / length;
            flux += (now - *before).powi(2);
            *before = now;
        }
        flux
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 512 bins")]
fn flatness(bins: &[f32]) -> f32 {
    let loudest = bins.iter().fold(0.0_f32, |most, power| most.max(*power));
    if loudest <= f32::MIN_POSITIVE {
        return 0.0;
    }
    let (mut logarithms, mut sum) = (0.0, 0.0);
    for power in bins {
        let share = (power / loudest).max(FLOOR);
        logarithms += share.ln();
        sum += share;
    }
    let count = bins.len() as f32;
    10.0 * ((logarithms / count).exp() / (sum / count)).log10()
}

fn roll_off(bins: &[f32], total: f32) -> f32 {
    let mut below = 0.0;
    for (power, octave) in bins.iter().zip(&PLAN.octaves) {
        below += power;
        if below >= 0.85 * total {
            return *octave;
        }
    }
    LOWEST.log2()
}

#[expect(clippy::cast_precision_loss, reason = "at most 1024 samples")]
fn crossings(samples: &[f32]) -> f32 {
    let pairs = samples.windows(2);
    let count = pairs.filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0));
    count.count() as f32 / samples.len() as f32
}
