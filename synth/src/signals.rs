//! Messages, alarms and games.

use super::{
    clip::Clip,
    primitives::{self, sweep},
    voice::{Chance, Filter, Oscillator, glide, held, mix, partials, render, room, silence, struck},
};

/// A soft tone with a little of its octave and twelfth.
fn ping(pitch: f32, decay: f32) -> Vec<f32> {
    let shape = [
        (pitch, 1.0, decay),
        (pitch * 2.0, 0.25, decay * 0.5),
        (pitch * 3.0, 0.1, decay * 0.3),
    ];
    partials(decay * 6.0, &shape)
}

/// A tone of an old computer.
fn chip(pitch: f32, seconds: f32, width: f32) -> Vec<f32> {
    let mut tone = Oscillator::default();
    render(seconds, |time| {
        tone.pulse(pitch, width) * held(time, seconds, 0.003)
    })
}

fn notes(seconds: f32, notes: &[(f32, f32)], sound: impl Fn(f32) -> Vec<f32>) -> Vec<f32> {
    let mut all = silence(seconds);
    for (at, pitch) in notes {
        mix(&mut all, *at, &sound(*pitch), 1.0);
    }
    all
}

pub(super) fn notification() -> Clip {
    Clip::mono(
        notes(0.8, &[(0.0, 1_046.5), (0.11, 1_568.0)], |pitch| ping(pitch, 0.12)),
        0.5,
    )
}

pub(super) fn sent() -> Clip {
    let mut chance = Chance::new(40);
    let mut filter = Filter::default();
    let swoosh = render(0.5, |time| {
        let share = time / 0.5;
        filter.band(chance.noise(), glide(500.0, 5_500.0, share), 2.5)
            * (std::f32::consts::PI * share).sin().powi(2)
    });
    Clip::mono(swoosh, 0.5)
}

pub(super) fn received() -> Clip {
    let mut tone = Oscillator::default();
    let pop = render(0.3, |time| {
        tone.sine(glide(420.0, 980.0, time / 0.06)) * struck(time, 0.004, 0.035)
    });
    Clip::mono(pop, 0.6)
}

pub(super) fn error() -> Clip {
    let mut filter = Filter::default();
    let mut buzz = silence(0.5);
    mix(&mut buzz, 0.0, &chip(155.6, 0.16, 0.5), 1.0);
    mix(&mut buzz, 0.2, &chip(116.5, 0.28, 0.5), 1.0);
    Clip::mono(
        buzz.iter().map(|sample| filter.low(*sample, 1_800.0)).collect(),
        0.5,
    )
}

pub(super) fn success() -> Clip {
    let chord = [(0.0, 523.25), (0.1, 659.26), (0.2, 783.99), (0.3, 1_046.5)];
    let dry = notes(1.3, &chord, |pitch| ping(pitch, 0.22));
    Clip::stereo(room(&dry, 0.7, 0.25, 0), room(&dry, 0.7, 0.25, 29), 0.5)
}

pub(super) fn click() -> Clip {
    Clip::mono(primitives::click(2_600.0, 0.004), 0.5)
}

pub(super) fn beep() -> Clip {
    let mut tone = Oscillator::default();
    let beep = render(0.35, |time| tone.sine(1_000.0) * held(time, 0.25, 0.006));
    Clip::mono(beep, 0.4)
}

pub(super) fn alarm_clock() -> Clip {
    let beeps: Vec<(f32, f32)> = [0.0, 0.12, 0.24, 0.36, 1.0, 1.12, 1.24, 1.36]
        .map(|at| (at, 2_048.0))
        .to_vec();
    Clip::mono(notes(1.8, &beeps, |pitch| chip(pitch, 0.07, 0.5)), 0.4)
}

pub(super) fn smoke_detector() -> Clip {
    let beep = |pitch: f32| {
        let (mut tone, mut overtone) = (Oscillator::default(), Oscillator::default());
        render(0.4, |time| {
            (tone.sine(pitch) + 0.3 * overtone.sine(3.0 * pitch)) * held(time, 0.4, 0.005)
        })
    };
    let beeps = [(0.0, 3_150.0), (0.6, 3_150.0), (1.2, 3_150.0)];
    Clip::mono(notes(1.7, &beeps, beep), 0.5)
}

pub(super) fn red_alert() -> Clip {
    let (mut tone, mut filter) = (Oscillator::default(), Filter::default());
    let klaxon = render(2.4, |time| {
        let part = time % 0.8;
        let voice = tone.saw(glide(330.0, 620.0, part / 0.55)) * held(part, 0.62, 0.03);
        filter.split(voice, 2_200.0, 1.5)[0]
    });
    Clip::mono(room(&klaxon, 0.8, 0.25, 0), 0.6)
}

pub(super) fn laser() -> Clip {
    Clip::mono(sweep(3_200.0, 180.0, 0.45, true), 0.5)
}

pub(super) fn coin() -> Clip {
    let mut coin = silence(0.7);
    mix(&mut coin, 0.0, &chip(987.8, 0.07, 0.5), 1.0);
    let mut tone = Oscillator::default();
    let second = render(0.6, |time| tone.pulse(1_318.5, 0.5) * struck(time, 0.001, 0.18));
    mix(&mut coin, 0.07, &second, 1.0);
    Clip::mono(coin, 0.35)
}

pub(super) fn jump() -> Clip {
    let mut tone = Oscillator::default();
    let jump = render(0.35, |time| {
        tone.pulse(glide(190.0, 820.0, time / 0.3), 0.25) * held(time, 0.33, 0.02)
    });
    Clip::mono(jump, 0.35)
}

pub(super) fn power_up() -> Clip {
    let scale = [392.0, 493.9, 587.3, 784.0, 987.8, 1_174.7, 1_568.0];
    let steps: Vec<(f32, f32)> = (0_u8..)
        .zip(scale)
        .map(|(step, pitch)| (0.09 * f32::from(step), pitch))
        .collect();
    Clip::mono(notes(0.95, &steps, |pitch| chip(pitch, 0.11, 0.25)), 0.35)
}

pub(super) fn game_over() -> Clip {
    let steps = [(0.0, 392.0), (0.22, 370.0), (0.44, 349.2), (0.66, 329.6)];
    let mut fall = notes(1.6, &steps, |pitch| chip(pitch, 0.18, 0.5));
    let (mut tone, mut shake) = (Oscillator::default(), Oscillator::default());
    let last = render(0.7, |time| {
        tone.pulse(293.7 * (1.0 + 0.03 * shake.sine(7.0)), 0.5) * struck(time, 0.005, 0.3)
    });
    mix(&mut fall, 0.88, &last, 1.0);
    Clip::mono(fall, 0.35)
}

pub(super) fn explosion() -> Clip {
    let side = |seed| {
        let mut chance = Chance::new(seed);
        let (mut body, mut tone) = (Filter::default(), Oscillator::default());
        let blast = render(2.4, |time| {
            let noise = body.low(chance.noise(), glide(3_500.0, 90.0, time / 1.2));
            let boom = tone.sine(glide(90.0, 28.0, time / 0.6)) * struck(time, 0.004, 0.35);
            let debris = if chance.share() < 0.002 {
                chance.noise()
            } else {
                0.0
            };
            (3.0 * noise * struck(time, 0.003, 0.5) + 1.5 * boom + debris * struck(time, 0.3, 0.5)).tanh()
        });
        room(&blast, 1.5, 0.3, 0)
    };
    Clip::stereo(side(41), side(42), 0.9)
}

pub(super) fn teleport() -> Clip {
    let (mut carrier, mut modulator) = (Oscillator::default(), Oscillator::default());
    let shimmer = render(1.5, |time| {
        let share = time / 1.5;
        let depth = 900.0 * share;
        let pitch = glide(300.0, 1_400.0, share) + depth * modulator.sine(glide(9.0, 60.0, share));
        carrier.sine(pitch) * (std::f32::consts::PI * share).sin()
    });
    Clip::stereo(room(&shimmer, 1.0, 0.5, 0), room(&shimmer, 1.0, 0.5, 37), 0.5)
}
