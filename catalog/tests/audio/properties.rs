//! What holds of any samples and of any bytes.

use std::sync::LazyLock;

use catalog::audio::{AudioError, FEATURES, Features, analyse};
use proptest::prelude::*;

use crate::encode::Sound;

/// A file of each format.
static FILES: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let sound = Sound::ramp(22_050, 2, 0.3);
    vec![
        ("wav", sound.wav(16)),
        ("wav", Sound::ramp(22_050, 1, 0.3).adpcm()),
        ("flac", sound.ramp_as("flac")),
        ("ogg", sound.ramp_as("ogg")),
        ("mp3", sound.mp3()),
    ]
});

/// That a file is analysed or refused, and no decoder broke off.
fn is_analysed_or_refused(file: &[u8], extension: &str) -> Result<(), TestCaseError> {
    match analyse(file, extension) {
        Ok(analysed) => {
            let features = analysed.analysis.features;
            prop_assert!(features.values().iter().all(|value| value.is_finite()));
        }
        Err(error) => prop_assert!(!matches!(error, AudioError::Failed(_)), "{}", error),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_samples_can_be_measured(
        samples in prop::collection::vec(prop_oneof![any::<f32>(), -1.0_f32..1.0], 1..3_000),
        rate in prop_oneof![1_000_u32..100_000, Just(44_100)],
    ) {
        let frames = samples.len();
        let sound = Sound { rate, channels: 1, samples };
        let analysed = analyse(&sound.wav_float(), "wav").unwrap();
        let analysis = analysed.analysis;
        prop_assert_eq!(analysis.features.values().len(), FEATURES);
        prop_assert!(analysis.features.values().iter().all(|value| value.is_finite()));
        let peaks = analysis.waveform.peaks();
        prop_assert_eq!(peaks.len(), 100);
        prop_assert!(peaks.iter().all(|peak| (0.0..=1.0).contains(peak)));
        let exact = frames as f64 * 1000.0 / f64::from(rate);
        prop_assert!((analysis.duration_ms as f64 - exact).abs() <= 0.5);
        prop_assert!(!analysed.preview.is_empty());
    }

    #[test]
    fn any_bytes_are_analysed_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..4_000),
        extension in prop::sample::select(vec!["wav", "flac", "ogg", "mp3", ""]),
    ) {
        is_analysed_or_refused(&bytes, extension)?;
    }

    #[test]
    fn any_cut_is_analysed_or_refused(file in 0_usize..5, share in 0.0_f64..1.0) {
        let (extension, bytes) = &FILES[file];
        let length = (bytes.len() as f64 * share) as usize;
        is_analysed_or_refused(&bytes[..length], extension)?;
    }

    #[test]
    fn any_damage_is_analysed_or_refused(
        file in 0_usize..5,
        damage in prop::collection::vec((0.0_f64..1.0, any::<u8>()), 1..20),
    ) {
        let (extension, bytes) = &FILES[file];
        let mut bytes = bytes.clone();
        for (share, byte) in damage {
            let place = (bytes.len() as f64 * share) as usize;
            bytes[place] = byte;
        }
        is_analysed_or_refused(&bytes, extension)?;
    }
}

#[test]
fn features_are_kept_as_bytes() {
    let analysis = analyse(&Sound::ramp(44_100, 1, 0.5).wav(16), "wav")
        .unwrap()
        .analysis;
    let values = analysis.features.values().to_vec();
    assert_eq!(Features::of(values.clone()).as_ref(), Some(&analysis.features));
    assert_eq!(Features::of(values[1..].to_vec()), None);
    assert_eq!(Features::of(vec![f32::NAN; FEATURES]), None);
}
