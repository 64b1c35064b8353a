//! Every format, mono and stereo, at every usual rate.

use catalog::audio::{Analysis, analyse};

use crate::encode::Sound;

const RATES: [u32; 7] = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000];

fn measured(file: &[u8], extension: &str) -> Analysis {
    analyse(file, extension).unwrap().analysis
}

/// That the measures are those of the sound, give or take so many frames, and the waveform rises as its tone does.
fn is_ramp(analysis: &Analysis, sound: &Sound, file_type: &str, frames: u64) {
    let what = format!("{file_type}, {} Hz, {} channels", sound.rate, sound.channels);
    assert_eq!(analysis.file_type, file_type, "{what}");
    assert_eq!(analysis.sample_rate, sound.rate, "{what}");
    assert_eq!(analysis.channels, sound.channels, "{what}");
    let leeway = (frames * 1000).div_ceil(u64::from(sound.rate));
    let difference = analysis.duration_ms.abs_diff(sound.duration_ms());
    assert!(difference <= leeway, "{what}: {} ms", analysis.duration_ms);
    for (index, peak) in analysis.waveform.peaks().into_iter().enumerate() {
        let expected = 0.9 * (index + 1) as f32 / 100.0;
        assert!((peak - expected).abs() < 0.06, "{what}, {index}: {peak}");
    }
}

fn ramps(rates: &[u32]) -> impl Iterator<Item = Sound> {
    let pairs = rates.iter().flat_map(|rate| [(*rate, 1), (*rate, 2)]);
    pairs.map(|(rate, channels)| Sound::ramp(rate, channels, 1.5))
}

#[test]
fn wav() {
    for sound in ramps(&RATES) {
        for bits in [8, 16, 24, 32] {
            is_ramp(&measured(&sound.wav(bits), "wav"), &sound, "audio/wav", 0);
        }
        is_ramp(&measured(&sound.wav_float(), "wav"), &sound, "audio/wav", 0);
    }
}

#[test]
fn flac() {
    for sound in ramps(&RATES) {
        is_ramp(&measured(&sound.ramp_as("flac"), "flac"), &sound, "audio/flac", 0);
    }
}

#[test]
fn ogg_vorbis() {
    for sound in ramps(&RATES) {
        is_ramp(&measured(&sound.ramp_as("ogg"), "ogg"), &sound, "audio/ogg", 0);
    }
}

#[test]
fn mp3() {
    for sound in ramps(&RATES[..6]) {
        is_ramp(&measured(&sound.mp3(), "mp3"), &sound, "audio/mpeg", 1152);
    }
}

#[test]
fn adpcm() {
    for rate in [8_000, 22_050, 44_100] {
        // Whole blocks: silence fills up the last.
        let sound = Sound::ramp(rate, 1, (505 * (rate / 400)) as f32 / rate as f32);
        is_ramp(&measured(&sound.adpcm(), "wav"), &sound, "audio/wav", 0);
    }
}

#[test]
fn many_channels_and_rare_rates() {
    for (rate, channels) in [(44_100, 6), (48_000, 8), (192_000, 2), (5_512, 1), (44_101, 3)] {
        let sound = Sound::ramp(rate, channels, 1.0);
        is_ramp(&measured(&sound.wav(16), "wav"), &sound, "audio/wav", 0);
    }
}

#[test]
fn the_content_counts_and_not_the_name() {
    let sound = Sound::ramp(44_100, 1, 0.5);
    is_ramp(&measured(&sound.ramp_as("flac"), "wav"), &sound, "audio/flac", 0);
    is_ramp(&measured(&sound.ramp_as("ogg"), "MP3"), &sound, "audio/ogg", 0);
    is_ramp(&measured(&sound.wav(16), ""), &sound, "audio/wav", 0);
}

#[test]
fn each_hundredth_has_its_own_peak() {
    // Full scale in the 30th and in the last hundredth only, in one channel only.
    let sound = Sound::new(48_000, 2, 48_000, |time, channel| {
        let hundredth = (time * 100.0 + 0.001) as usize;
        let loud = matches!(hundredth, 29 | 99) && channel == 1;
        if loud { -1.0 } else { 0.0 }
    });
    let peaks = measured(&sound.wav_float(), "wav").waveform.peaks();
    for (index, peak) in peaks.into_iter().enumerate() {
        let expected = if matches!(index, 29 | 99) { 1.0 } else { 0.0 };
        assert_eq!(peak, expected, "{index}");
    }
}

#[test]
fn a_long_sound_has_the_peaks_of_its_hundredths() {
    // Twelve minutes of steps: the cells of the waveform are merged several times.
    let sound = Sound::new(8_000, 1, 8_000 * 720, |time, _| (time / 7.2).floor() / 100.0);
    let analysis = measured(&sound.wav(16), "wav");
    assert_eq!(analysis.duration_ms, 720_000);
    for (index, peak) in analysis.waveform.peaks().into_iter().enumerate() {
        assert!((peak - index as f32 / 100.0).abs() < 0.011, "{index}: {peak}");
    }
}

#[test]
fn very_short_silent_constant_and_clipped_sounds() {
    type At = fn(f32, u16) -> f32;
    let kinds: [(&str, At); 4] = [
        ("silence", |_, _| 0.0),
        ("constant", |_, _| 0.5),
        ("clipped", |time, _| {
            (9.0 * (time * 2_000.0).sin()).clamp(-1.0, 1.0)
        }),
        (
            "out of range",
            |time, _| if time < 0.001 { f32::NAN } else { 1e30 },
        ),
    ];
    for (name, at) in kinds {
        for frames in [1, 2, 63, 99, 220, 1_024, 22_050] {
            let file = Sound::new(44_100, 1, frames, at).wav_float();
            let analysed = analyse(&file, "wav").unwrap();
            let values = analysed.analysis.features.values();
            assert!(values.iter().all(|value| value.is_finite()), "{name}, {frames}");
            let peaks = analysed.analysis.waveform.peaks();
            assert_eq!(peaks.len(), 100);
            if name == "constant" {
                assert!(peaks.iter().all(|peak| *peak == 0.5), "{frames}: {peaks:?}");
            }
            let preview = measured(&analysed.preview, "mp3");
            let duration = (frames as u64 * 1000).div_ceil(44_100);
            assert!(preview.duration_ms.abs_diff(duration) <= 1, "{name}, {frames}");
        }
    }
}
