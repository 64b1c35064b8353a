//! Sounds that are alike are near each other.

use catalog::{
    audio::{FEATURES, Features, analyse},
    neighbours::nearest,
};
use synth::{Clip, Family, family};

use crate::encode::{Sound, kept};
use crate::precision::precision;

fn features(file: &[u8], extension: &str) -> Features {
    analyse(file, extension).unwrap().analysis.features
}

/// One sound of each family, and some more.
fn others() -> Vec<Features> {
    let pairs = Family::ALL
        .into_iter()
        .flat_map(|kind| (0..3).map(move |variant| (kind, variant)));
    pairs
        .map(|(kind, variant)| features(&family(kind, variant).wav().unwrap(), "wav"))
        .collect()
}

/// That each of the versions has all the other versions nearest, among the others.
fn are_nearest(name: &str, versions: &[Features], others: &[Features]) {
    let count = versions.len();
    let all: Vec<&Features> = versions.iter().chain(others).collect();
    let neighbours = nearest(&all, count - 1);
    for (index, near) in neighbours.iter().take(count).enumerate() {
        let right = near.iter().all(|(other, _)| *other < count);
        assert!(right, "{name}, version {index}: {near:?}");
    }
}

/// A sound at another rate.
fn resampled(clip: &Clip, every: usize) -> Sound {
    // Every second sample or so, without a filter: what is above half the rate must not be there.
    let samples = clip.channels[0].iter().step_by(every).copied().collect();
    Sound {
        rate: clip.rate / every as u32,
        channels: 1,
        samples,
    }
}

#[test]
fn the_same_sound_in_every_format_and_softer_is_nearest() {
    let others = others();
    for kind in Family::ALL {
        let (clip, name) = (family(kind, 5), format!("{kind:?}").to_lowercase());
        let sound = Sound::of(&clip);
        let twice = Sound {
            rate: sound.rate,
            channels: 2,
            samples: sound.samples.iter().flat_map(|sample| [*sample; 2]).collect(),
        };
        let versions = vec![
            features(&sound.wav(16), "wav"),
            features(&sound.wav_float(), "wav"),
            features(&twice.wav(24), "wav"),
            features(&kept(&format!("{name}-5.flac")), "flac"),
            features(&kept(&format!("{name}-5.ogg")), "ogg"),
            features(&sound.mp3(), "mp3"),
            features(&clip.amplified(0.25).wav().unwrap(), "wav"),
        ];
        are_nearest(&name, &versions, &others);
    }
}

#[test]
fn the_same_sound_at_another_rate_is_nearest() {
    let others = others();
    // These have nothing above 5 kHz.
    for kind in [Family::Drum, Family::Siren] {
        let (clip, name) = (family(kind, 6), format!("{kind:?}").to_lowercase());
        let versions = vec![
            features(&Sound::of(&clip).wav(16), "wav"),
            features(&resampled(&clip, 2).wav(16), "wav"),
            features(&kept(&format!("{name}-6-half.flac")), "flac"),
        ];
        are_nearest(&name, &versions, &others);
    }
}

#[test]
fn a_sound_twice_has_the_similarity_one() {
    let mut all = others();
    let first = all[0].clone();
    all.push(first);
    let neighbours = nearest(&all.iter().collect::<Vec<_>>(), 3);
    assert_eq!(neighbours[0][0], (all.len() - 1, 1.0));
    assert_eq!(neighbours[all.len() - 1][0], (0, 1.0));
}

#[test]
fn sounds_of_a_family_are_near_each_other() {
    let precision = precision().unwrap();
    println!("{precision}");
    assert!(precision.overall() >= 0.9, "{precision}");
    for (kind, share) in &precision.families {
        assert!(*share >= 0.7, "{kind:?}: {share}");
    }
}

/// Features that are different by chance, and not all alike.
fn random(count: usize) -> Vec<Features> {
    let mut state = 1_u32;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 1e6
    };
    let values = |_| Features::of((0..FEATURES).map(|_| next()).collect()).unwrap();
    (0..count).map(values).collect()
}

#[test]
fn of_few_sounds() {
    let features = random(3);
    let all: Vec<&Features> = features.iter().collect();
    assert_eq!(nearest(&[], 10), Vec::<Vec<(usize, f32)>>::new());
    assert_eq!(nearest(&all[..1], 10), vec![Vec::new()]);
    let two = nearest(&all[..2], 10);
    assert_eq!(two.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
    assert_eq!((two[0][0].0, two[1][0].0), (1, 0));
    assert_eq!(nearest(&all, 0), vec![Vec::new(); 3]);
    assert!(nearest(&all, 10).iter().all(|near| near.len() == 2));
    // All alike: nothing tells them apart.
    assert_eq!(nearest(&[all[0]; 3], 2)[1], [(0, 1.0), (2, 1.0)]);
}

#[test]
fn it_is_exact() {
    // More than are compared at once.
    let features = random(2200);
    let all: Vec<&Features> = features.iter().collect();
    let count = all.len() as f64;
    // The plain way, in doubles.
    let mut standard = vec![vec![0.0; FEATURES]; all.len()];
    for feature in 0..FEATURES {
        let values: Vec<f64> = all.iter().map(|f| f64::from(f.values()[feature])).collect();
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        for (row, value) in standard.iter_mut().zip(&values) {
            row[feature] = (value - mean) / variance.sqrt();
        }
    }
    for (index, near) in nearest(&all, 20).iter().enumerate() {
        let mut expected: Vec<(f64, usize)> = (0..all.len())
            .filter(|other| *other != index)
            .map(|other| {
                let pairs = standard[index].iter().zip(&standard[other]);
                let square: f64 = pairs.map(|(a, b)| (a - b).powi(2)).sum();
                ((-(square / FEATURES as f64).sqrt()).exp(), other)
            })
            .collect();
        expected.sort_by(|a, b| b.partial_cmp(a).unwrap());
        assert_eq!(near.len(), 20);
        assert!(near.is_sorted_by(|a, b| a.1 >= b.1));
        for ((_, similarity), (exact, _)) in near.iter().zip(&expected) {
            assert!((f64::from(*similarity) - exact).abs() < 1e-5);
            assert!((0.0..=1.0).contains(similarity));
        }
    }
    assert_eq!(nearest(&all, 20), nearest(&all, 20));
}
