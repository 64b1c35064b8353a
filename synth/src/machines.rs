//! Engines, traffic and tools.

use super::{
    clip::Clip,
    voice::{Chance, Filter, Oscillator, glide, held, mix, render, room, silence, struck, wander},
};

/// A four-stroke engine with an exhaust: each cylinder fires once in two turns, never quite like the last time.
/// `turns_a_minute` gives its speed at a time.
pub(super) fn engine(
    seed: u64,
    seconds: f32,
    cylinders: f32,
    muffler: f32,
    turns_a_minute: impl Fn(f32) -> f32,
) -> Vec<f32> {
    let mut chance = Chance::new(seed);
    let (mut firing, mut pipe, mut body) = (0.0_f32, Filter::default(), Filter::default());
    let (mut strength, mut since) = (1.0, 1.0);
    render(seconds, |time| {
        let turns = turns_a_minute(time) * wander(time, 3.1, 0.02);
        let rate = turns / 120.0 * cylinders;
        firing += rate / 44_100.0;
        since += 1.0 / 44_100.0;
        if firing >= 1.0 {
            firing -= 1.0;
            strength = chance.between(0.75, 1.0);
            since = 0.0;
        }
        let bang = strength * (-since * rate * 5.0).exp();
        let noise = chance.noise() * (0.08 + 0.35 * bang);
        let exhaust = pipe.split(bang + noise, muffler * (0.6 + turns / 4_000.0), 1.6)[0];
        exhaust + 0.6 * body.band(exhaust, 95.0, 2.5)
    })
}

/// A siren: a tone that wails between two pitches.
pub(super) fn wail(seconds: f32, low: f32, high: f32, rate: f32) -> Vec<f32> {
    let (mut tone, mut filter) = (Oscillator::default(), Filter::default());
    render(seconds, |time| {
        let share = 0.5 - 0.5 * (std::f32::consts::TAU * rate * time).cos();
        let voice = tone.pulse(glide(low, high, share), 0.4);
        filter.split(voice, 1_500.0, 1.3)[0] * held(time, seconds, 0.05)
    })
}

pub(super) fn idle() -> Clip {
    let left = engine(30, 2.6, 4.0, 320.0, |_| 850.0);
    let right = engine(31, 2.6, 4.0, 320.0, |_| 850.0);
    Clip::stereo(left, right, 0.7).halved()
}

pub(super) fn rev() -> Clip {
    let speed = |time: f32| {
        if time < 1.3 {
            glide(900.0, 5_200.0, (time - 0.2) / 1.1)
        } else {
            glide(5_200.0, 1_000.0, (time - 1.3) / 1.1)
        }
    };
    Clip::mono(engine(32, 2.6, 4.0, 600.0, speed), 0.8).halved()
}

pub(super) fn helicopter() -> Clip {
    let side = |seed, shift: f32| {
        let mut chance = Chance::new(seed);
        let (mut thump, mut air, mut turbine) = (Filter::default(), Filter::default(), Oscillator::default());
        render(3.0, |time| {
            let blade = ((time + shift) * 10.5).fract() / 10.5;
            let beat = struck(blade, 0.006, 0.03);
            let noise = chance.noise();
            let low = thump.low(noise, 260.0) * (0.15 + 2.2 * beat);
            let rush = 0.25 * air.band(noise, 1_600.0, 0.8) * (0.3 + beat);
            low + rush + 0.015 * turbine.sine(2_350.0) * wander(time, 2.0, 0.2)
        })
    };
    Clip::stereo(side(33, 0.0), side(34, 0.004), 0.7).halved()
}

pub(super) fn siren() -> Clip {
    Clip::mono(room(&wail(3.2, 560.0, 1_350.0, 0.31), 0.9, 0.25, 0), 0.6).halved()
}

pub(super) fn horn() -> Clip {
    let (mut low, mut high, mut filter) = (Oscillator::default(), Oscillator::default(), Filter::default());
    let horn = render(1.2, |time| {
        let sounding = held(time, 0.5, 0.015) + held(time - 0.62, 0.55, 0.015);
        let voice = low.saw(410.0) + low_pulse(&mut high, 516.0);
        filter.split(voice, 2_600.0, 1.2)[0] * sounding
    });
    Clip::mono(room(&horn, 0.6, 0.2, 0), 0.6)
}

fn low_pulse(tone: &mut Oscillator, pitch: f32) -> f32 {
    tone.pulse(pitch, 0.3)
}

pub(super) fn drill() -> Clip {
    let mut chance = Chance::new(35);
    let (mut motor, mut whine, mut filter) =
        (Oscillator::default(), Oscillator::default(), Filter::default());
    let drill = render(1.8, |time| {
        let speed = glide(0.3, 1.0, time / 0.25)
            * if time > 1.45 {
                glide(1.0, 0.3, (time - 1.45) / 0.3)
            } else {
                1.0
            };
        let voice = motor.saw(175.0 * speed) + 0.5 * whine.saw(1_430.0 * speed) + 0.8 * chance.noise();
        filter.band(voice, 2_400.0 * speed, 0.7) * held(time, 1.8, 0.08)
    });
    Clip::mono(drill, 0.6)
}

pub(super) fn steam() -> Clip {
    let mut chance = Chance::new(36);
    let mut filter = Filter::default();
    let hiss = render(1.4, |time| {
        filter.high(chance.noise(), glide(5_500.0, 2_200.0, time)) * struck(time, 0.02, 0.42)
    });
    Clip::mono(hiss, 0.6)
}

pub(super) fn train() -> Clip {
    let mut chance = Chance::new(37);
    let mut filter = Filter::default();
    let mut rails = render(3.0, |time| {
        1.2 * filter.low(chance.noise(), 220.0) * wander(time, 2.3, 0.3)
    });
    for wheel in 0..4_u8 {
        let at = 0.1 + 0.75 * f32::from(wheel);
        for (after, loudness) in [(0.0, 1.0), (0.13, 0.8)] {
            let mut joint = Filter::default();
            let clack = render(0.2, |time| {
                let noise = chance.noise();
                (joint.band(noise, 480.0, 2.5) + 0.2 * noise) * struck(time, 0.002, 0.03)
            });
            mix(&mut rails, at + after, &clack, 2.0 * loudness);
        }
    }
    Clip::mono(rails, 0.7).halved()
}

/// The handshake of a modem of 1996: a dial tone, a number, an answer, and the negotiation.
pub(super) fn modem() -> Clip {
    let mut chance = Chance::new(38);
    let mut line = silence(4.0);
    let pair = |low: f32, high: f32, seconds: f32| {
        let (mut first, mut second) = (Oscillator::default(), Oscillator::default());
        render(seconds, |time| {
            (first.sine(low) + second.sine(high)) * held(time, seconds, 0.004)
        })
    };
    mix(&mut line, 0.0, &pair(350.0, 440.0, 0.45), 0.5);
    let keys = [
        (697.0, 1_336.0),
        (852.0, 1_209.0),
        (770.0, 1_477.0),
        (941.0, 1_336.0),
    ];
    let mut at = 0.5;
    for (low, high) in keys {
        mix(&mut line, at, &pair(low, high, 0.07), 0.5);
        at += 0.11;
    }
    mix(&mut line, 1.05, &pair(2_100.0, 2_100.0, 0.6), 0.45);
    let (mut tone, mut bit) = (Oscillator::default(), 0.0);
    let mut clock = 0;
    let talk = render(0.8, |time| {
        clock += 1;
        if clock % 147 == 0 {
            bit = if chance.share() < 0.5 { 980.0 } else { 1_180.0 };
        }
        tone.sine(if time < 0.25 { 1_800.0 } else { 600.0 + bit }) * held(time, 0.8, 0.01)
    });
    mix(&mut line, 1.75, &talk, 0.8);
    let mut filter = Filter::default();
    let scrambled = render(1.35, |time| {
        filter.band(chance.noise(), 1_800.0, 0.8) * held(time, 1.35, 0.03)
    });
    mix(&mut line, 2.6, &scrambled, 1.6);
    // As a telephone has it: little above 3.4 kHz.
    let (mut first, mut second) = (Filter::default(), Filter::default());
    let heard = line
        .iter()
        .map(|sample| second.low(first.low(*sample, 3_800.0), 3_800.0));
    Clip::mono(heard.collect(), 0.6).halved()
}
