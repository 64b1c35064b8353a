//! Previews: they play, they are short, and they sound like the original.

use std::f32::consts::TAU;

use catalog::audio::{PREVIEW_MS, PREVIEW_TYPE, analyse};
use rusty_mp3::Mp3Decoder;

use crate::encode::Sound;

/// What another decoder hears: the rate, the channels and the samples, with the delay of the format still before them.
fn heard(preview: &[u8]) -> (u32, u16, Vec<f32>) {
    let mut decoder = Mp3Decoder::new();
    decoder.push(preview);
    decoder.flush();
    let (mut rate, mut channels, mut samples) = (0, 0, Vec::new());
    while let Ok(frame) = decoder.next_frame() {
        (rate, channels) = (frame.sample_rate, frame.channels);
        samples.extend(frame.samples);
    }
    (rate, channels, samples)
}

/// The signal-to-noise ratio in dB, at the delay at which it is best.
fn fidelity(original: &[f32], heard: &[f32]) -> f32 {
    let at = |delay: usize| {
        let (mut signal, mut noise) = (0.0_f32, 0.0_f32);
        for (was, is) in original.iter().zip(heard.iter().skip(delay)) {
            signal += was * was;
            noise += (was - is) * (was - is);
        }
        10.0 * (signal / noise.max(1e-9)).log10()
    };
    (0..4_000).map(at).fold(f32::MIN, f32::max)
}

#[test]
fn a_preview_of_every_rate_and_layout_plays() {
    for rate in [
        8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000,
    ] {
        for channels in [1, 2, 6] {
            let sound = Sound::ramp(rate, channels, 1.5);
            let preview = analyse(&sound.wav(16), "wav").unwrap().preview;
            let analysis = analyse(&preview, "mp3").unwrap().analysis;
            assert_eq!(analysis.file_type, PREVIEW_TYPE);
            assert_eq!(analysis.channels, channels.min(2));
            assert!([44_100, 48_000].contains(&analysis.sample_rate));
            assert!(
                analysis.duration_ms.abs_diff(1_500) <= 1,
                "{rate}: {}",
                analysis.duration_ms
            );
            let expected = if channels == 6 { 0.5 } else { 0.9 };
            let last = *analysis.waveform.peaks().last().unwrap();
            assert!(
                last > 0.5 * expected && last < 1.1 * expected,
                "{rate}, {channels}: {last}"
            );
        }
    }
}

#[test]
fn a_preview_sounds_like_the_original() {
    let sound = Sound::new(44_100, 1, 44_100, |time, _| {
        0.3 * (TAU * 440.0 * time).sin() + 0.2 * (TAU * 1_250.0 * time).sin()
    });
    let (rate, channels, samples) = heard(&analyse(&sound.wav(16), "wav").unwrap().preview);
    assert_eq!((rate, channels), (44_100, 1));
    let fidelity = fidelity(&sound.samples, &samples);
    println!("two tones: signal to noise {fidelity:.1} dB");
    assert!(fidelity > 25.0, "{fidelity}");
}

#[test]
fn a_long_sound_is_cut_and_fades_out() {
    let sound = Sound::new(22_050, 1, 22_050 * 40, |time, _| 0.5 * (TAU * 300.0 * time).sin());
    let analysed = analyse(&sound.wav(16), "wav").unwrap();
    assert_eq!(analysed.analysis.duration_ms, 40_000);
    let preview = analyse(&analysed.preview, "mp3").unwrap().analysis;
    assert!(
        preview.duration_ms.abs_diff(PREVIEW_MS) <= 1,
        "{}",
        preview.duration_ms
    );
    let peaks = preview.waveform.peaks();
    assert!(peaks[90] > 0.45 && peaks[99] < 0.05, "{peaks:?}");
    assert!(analysed.preview.len() < 400_000, "{}", analysed.preview.len());
}

#[test]
fn the_middle_is_on_both_sides_and_the_low_effects_on_none() {
    // 5.1: left, right, middle, low, back left, back right.
    for (channel, sides) in [
        (0, [true, false]),
        (1, [false, true]),
        (2, [true, true]),
        (3, [false, false]),
    ] {
        let sound = Sound::new(44_100, 6, 22_050, |time, at| {
            if at == channel {
                0.8 * (TAU * 500.0 * time).sin()
            } else {
                0.0
            }
        });
        let (_, channels, samples) = heard(&analyse(&sound.wav(16), "wav").unwrap().preview);
        assert_eq!(channels, 2);
        for (side, expected) in sides.into_iter().enumerate() {
            let samples = samples.iter().skip(side).step_by(2);
            let peak = samples.fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            assert_eq!(peak > 0.1, expected, "channel {channel}, side {side}: {peak}");
        }
    }
}
