//! The figures of the import: `cargo bench -p catalog`.

#![expect(clippy::cast_precision_loss, reason = "the figures are rounded")]

use std::{error::Error, hint::black_box, time::Instant};

use catalog::{
    audio::{FEATURES, Features, analyse},
    neighbours::nearest,
};
use precision::precision;
use rayon::prelude::*;
use synth::{Family, family};

#[path = "../tests/audio/precision.rs"]
mod precision;

fn main() -> Result<(), Box<dyn Error>> {
    let files = Family::ALL
        .into_iter()
        .flat_map(|kind| (0..Family::VARIANTS).map(move |variant| family(kind, variant).wav()))
        .collect::<Result<Vec<_>, _>>()?;
    let rounds = 20;
    let start = Instant::now();
    let milliseconds: u64 = (0..rounds * files.len())
        .into_par_iter()
        .map(|index| analyse(&files[index % files.len()], "wav").map(|a| a.analysis.duration_ms))
        .sum::<Result<u64, _>>()?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "analysing and making previews, {} cores: {:.0} sounds a second, {:.0} × real time",
        rayon::current_num_threads(),
        (rounds * files.len()) as f64 / seconds,
        milliseconds as f64 / 1000.0 / seconds,
    );

    let sounds = 100_000;
    let mut state = 1_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 40) as f32
    };
    let features: Vec<Features> = (0..sounds)
        .filter_map(|_| Features::of((0..FEATURES).map(|_| next()).collect()))
        .collect();
    let all: Vec<&Features> = features.iter().collect();
    let start = Instant::now();
    black_box(nearest(&all, 100));
    println!(
        "the 100 nearest of each of {sounds} sounds, {FEATURES} features: {:.1} s",
        start.elapsed().as_secs_f64()
    );

    println!("{}", precision()?);
    Ok(())
}
