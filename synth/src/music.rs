//! Drums, bells and strings.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the length of a string, in samples"
)]

use super::{
    clip::Clip,
    people::clap,
    primitives::bell,
    voice::{Chance, Filter, Oscillator, mix, partials, render, room, silence, struck},
};

/// A drum of a skin: its pitch falls as the blow dies away.
pub(super) fn drum(pitch: f32, bend: f32, decay: f32) -> Vec<f32> {
    let mut tone = Oscillator::default();
    let mut chance = Chance::new(50);
    render(decay * 5.0, |time| {
        let blow = 0.25 * chance.noise() * struck(time, 0.0003, 0.004);
        tone.sine(pitch * (1.0 + bend * (-time / 0.03).exp())) * struck(time, 0.001, decay) + blow
    })
}

pub(super) fn kick() -> Clip {
    Clip::mono(drum(48.0, 3.0, 0.13), 0.9)
}

pub(super) fn tom() -> Clip {
    Clip::mono(drum(105.0, 0.7, 0.18), 0.8)
}

pub(super) fn snare() -> Clip {
    let mut chance = Chance::new(51);
    let mut wires = Filter::default();
    let (mut low, mut high) = (Oscillator::default(), Oscillator::default());
    let snare = render(0.45, |time| {
        let skin = (low.sine(185.0) + 0.6 * high.sine(331.0)) * struck(time, 0.0005, 0.05);
        skin + 1.1 * wires.high(chance.noise(), 1_800.0) * struck(time, 0.001, 0.085)
    });
    Clip::mono(snare, 0.8)
}

pub(super) fn hat() -> Clip {
    let mut chance = Chance::new(52);
    let (mut first, mut second) = (Filter::default(), Filter::default());
    let hat = render(0.3, |time| {
        let bright = first.high(chance.noise(), 7_500.0);
        second.high(bright, 7_500.0) * struck(time, 0.0005, 0.035)
    });
    Clip::mono(hat, 0.5)
}

pub(super) fn handclap() -> Clip {
    let mut chance = Chance::new(53);
    let mut hands = silence(0.5);
    for at in [0.0, 0.011, 0.021] {
        mix(&mut hands, at, &clap(&mut chance, 1_150.0), 1.0);
    }
    Clip::mono(room(&hands, 0.35, 0.3, 0), 0.7)
}

pub(super) fn beat() -> Clip {
    let mut bar = silence(2.0);
    let (kick, snare, hat) = (kick(), snare(), hat());
    for step in 0..8_u8 {
        let at = 0.25 * f32::from(step);
        mix(&mut bar, at, &hat.channels[0], 0.5);
        match step {
            0 | 3 | 4 => mix(&mut bar, at, &kick.channels[0], 1.0),
            2 | 6 => mix(&mut bar, at, &snare.channels[0], 0.8),
            _ => {}
        }
    }
    Clip::mono(bar, 0.8)
}

pub(super) fn church_bell() -> Clip {
    let dry = bell(220.0, 1.8, 3.6, 1.0);
    Clip::stereo(room(&dry, 1.6, 0.25, 0), room(&dry, 1.6, 0.25, 41), 0.7).halved()
}

pub(super) fn hand_bell() -> Clip {
    Clip::mono(bell(880.0, 0.7, 1.6, 0.8), 0.6)
}

pub(super) fn gong() -> Clip {
    let mut chance = Chance::new(54);
    let shape: Vec<(f32, f32, f32)> = (0..34)
        .map(|_| {
            let pitch = 70.0 * 30.0_f32.powf(chance.share());
            (
                pitch,
                chance.between(0.3, 1.0) * (70.0 / pitch).sqrt(),
                240.0 / (pitch + 100.0),
            )
        })
        .collect();
    let tones = partials(3.8, &shape);
    // The shimmer comes after the blow.
    let mut filter = Filter::default();
    let shimmer = render(3.8, |time| {
        filter.band(chance.noise(), 3_200.0, 1.5) * (time / 0.3).min(1.0) * struck(time, 0.01, 0.8)
    });
    Clip::mono(
        tones
            .iter()
            .zip(shimmer)
            .map(|(tone, air)| tone + 0.25 * air)
            .collect(),
        0.7,
    )
    .halved()
}

/// A plucked string (Karplus & Strong, "Digital Synthesis of Plucked-String and Drum Timbres", Computer Music Journal 7
/// (2), 1983).
pub(super) fn string(pitch: f32, seconds: f32) -> Vec<f32> {
    let mut chance = Chance::new(55);
    let length = (44_100.0 / pitch) as usize;
    let mut line: Vec<f32> = (0..length).map(|_| chance.noise()).collect();
    let mut place = 0;
    render(seconds, |_| {
        let next = (place + 1) % length;
        let sample = line[place];
        line[place] = 0.498 * (line[place] + line[next]);
        place = next;
        sample
    })
}

pub(super) fn guitar() -> Clip {
    let mut chord = silence(2.2);
    for (at, pitch) in [
        (0.0, 110.0),
        (0.035, 164.8),
        (0.07, 220.0),
        (0.105, 277.2),
        (0.14, 329.6),
    ] {
        mix(&mut chord, at, &string(pitch, 2.1), 1.0);
    }
    Clip::mono(chord, 0.7)
}

pub(super) fn marimba() -> Clip {
    let mut run = silence(1.5);
    for (at, pitch) in [(0.0, 392.0), (0.16, 523.3), (0.32, 659.3), (0.48, 784.0)] {
        let bar = [
            (pitch, 1.0, 0.17),
            (pitch * 3.93, 0.35, 0.05),
            (pitch * 9.5, 0.1, 0.015),
        ];
        mix(&mut run, at, &partials(0.9, &bar), 1.0);
    }
    Clip::mono(room(&run, 0.6, 0.15, 0), 0.6)
}
