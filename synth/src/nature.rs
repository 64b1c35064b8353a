//! Weather, water, fire and animals.

use super::{
    clip::Clip,
    voice::{Chance, Filter, Oscillator, glide, held, mix, render, room, silence, struck, wander},
};

pub(super) fn rain() -> Clip {
    let side = |seed| {
        let mut chance = Chance::new(seed);
        let (mut low, mut high) = (Filter::default(), Filter::default());
        let mut bed = render(2.6, |_| {
            let noise = high.high(chance.noise(), 500.0);
            0.12 * low.low(noise, 7_000.0)
        });
        for _ in 0..1_100 {
            let (pitch, decay) = (chance.between(1_800.0, 7_000.0), chance.between(0.001, 0.005));
            let loudness = chance.share().powi(4);
            let mut tone = Oscillator::default();
            let drop = render(0.02, |time| tone.sine(pitch) * struck(time, 0.0003, decay));
            mix(&mut bed, chance.between(0.0, 2.6), &drop, loudness);
        }
        bed
    };
    Clip::stereo(side(1), side(2), 0.5)
}

pub(super) fn wind() -> Clip {
    let side = |seed, shift: f32| {
        let mut chance = Chance::new(seed);
        let (mut howl, mut whistle) = (Filter::default(), Filter::default());
        render(3.5, |time| {
            let gust = wander(time + shift, 0.23, 0.9);
            let noise = chance.noise();
            let low = howl.band(noise, 380.0 * gust.max(0.3), 2.0);
            let high = whistle.band(noise, 900.0 * wander(time + shift, 0.31, 0.4), 14.0);
            (low + 0.9 * high * gust.max(0.0)) * gust.max(0.15) * held(time, 3.5, 0.5)
        })
    };
    Clip::stereo(side(3, 0.0), side(4, 0.2), 0.6).halved()
}

pub(super) fn thunder() -> Clip {
    let mut chance = Chance::new(5);
    let (mut crack, mut rumble, mut deep) = (Filter::default(), Filter::default(), Filter::default());
    let rolls: Vec<(f32, f32)> = (0..14)
        .map(|_| (chance.between(0.1, 2.8), chance.between(0.2, 1.0)))
        .collect();
    let dry = render(4.0, |time| {
        let noise = chance.noise();
        let strike = crack.low(noise, glide(5_000.0, 300.0, time / 0.5)) * struck(time, 0.004, 0.13);
        let roll = |(at, loudness): &(f32, f32)| loudness * struck(time - at, 0.06, 0.35);
        let rolling: f32 = rolls.iter().map(roll).sum();
        let low = rumble.low(noise, 180.0);
        let lower = deep.low(low, 110.0);
        1.3 * strike + 5.0 * lower * rolling * (-time / 1.9).exp()
    });
    Clip::mono(room(&dry, 2.2, 0.6, 0), 0.9).halved()
}

pub(super) fn wave() -> Clip {
    let side = |seed, shift: f32| {
        let mut chance = Chance::new(seed);
        let (mut body, mut foam) = (Filter::default(), Filter::default());
        render(3.5, |time| {
            let time = time + shift;
            let swell = (-((time - 1.7) / 0.75).powi(2)).exp();
            let wash = struck(time - 1.6, 0.4, 1.0);
            let noise = chance.noise();
            let low = body.low(noise, 250.0 + 2_200.0 * swell);
            let high = foam.high(noise, 3_000.0);
            (0.15 + 1.4 * swell + 0.5 * wash) * low + 0.22 * wash * high
        })
    };
    Clip::stereo(side(6, 0.0), side(7, 0.12), 0.6)
}

/// A bubble: its pitch rises as it comes up (van den Doel, "Physically Based Models for Liquid Sounds", 2005).
fn bubble(pitch: f32, decay: f32, rise: f32) -> Vec<f32> {
    let mut tone = Oscillator::default();
    render(decay * 5.0, |time| {
        tone.sine(pitch * (1.0 + rise * time / decay)) * struck(time, 0.002, decay)
    })
}

pub(super) fn stream() -> Clip {
    let side = |seed| {
        let mut chance = Chance::new(seed);
        let mut hush = Filter::default();
        let mut water = render(2.5, |_| 0.03 * hush.band(chance.noise(), 1_500.0, 0.8));
        for _ in 0..340 {
            let pitch = chance.between(450.0, 2_400.0);
            let sound = bubble(pitch, 18.0 / pitch, chance.between(0.05, 0.3));
            let (at, loudness) = (chance.between(0.0, 2.5), chance.share().powi(3));
            mix(&mut water, at, &sound, 0.4 * loudness);
        }
        water
    };
    Clip::stereo(side(8), side(9), 0.5)
}

pub(super) fn bubbles() -> Clip {
    let mut chance = Chance::new(10);
    let mut water = silence(1.6);
    let mut at = 0.02;
    while at < 1.3 {
        let pitch = chance.between(220.0, 620.0);
        let sound = bubble(pitch, 0.045, chance.between(0.1, 0.35));
        mix(&mut water, at, &sound, chance.between(0.4, 1.0));
        at += chance.between(0.05, 0.17);
    }
    Clip::mono(water, 0.7)
}

pub(super) fn drop() -> Clip {
    let mut cave = silence(1.4);
    mix(&mut cave, 0.0, &bubble(900.0, 0.03, 0.5), 1.0);
    mix(&mut cave, 0.09, &bubble(1_350.0, 0.015, 0.3), 0.35);
    let left = room(&cave, 1.4, 0.7, 0);
    Clip::stereo(left, room(&cave, 1.4, 0.7, 31), 0.7)
}

pub(super) fn fire() -> Clip {
    let mut chance = Chance::new(11);
    let mut glow = Filter::default();
    let mut fire = render(2.6, |time| {
        0.5 * glow.low(chance.noise(), 160.0) * wander(time, 1.7, 0.7)
    });
    for _ in 0..130 {
        let (pitch, decay) = (chance.between(900.0, 5_500.0), chance.between(0.001, 0.009));
        let mut filter = Filter::default();
        let crackle = render(0.04, |time| {
            filter.band(chance.noise(), pitch, 1.5) * struck(time, 0.0002, decay)
        });
        let (at, loudness) = (chance.between(0.0, 2.6), chance.share().powi(3));
        mix(&mut fire, at, &crackle, 2.5 * loudness);
    }
    Clip::mono(fire, 0.7)
}

/// A call of a bird: it glides from one pitch over a second to a third.
pub(super) fn chirp(from: f32, over: f32, to: f32, seconds: f32, trill: f32) -> Vec<f32> {
    let mut tone = Oscillator::default();
    let mut beat = Oscillator::default();
    render(seconds, |time| {
        let share = time / seconds;
        let pitch = if share < 0.5 {
            glide(from, over, share * 2.0)
        } else {
            glide(over, to, share * 2.0 - 1.0)
        };
        let tremble = 1.0 + 0.06 * trill * beat.sine(38.0);
        tone.sine(pitch * tremble) * (std::f32::consts::PI * share).sin().powf(0.6)
    })
}

pub(super) fn birds() -> Clip {
    let mut chance = Chance::new(12);
    let mut song = silence(2.2);
    let mut at = 0.05;
    for phrase in 0..4 {
        let base = chance.between(2_900.0, 3_800.0);
        for _ in 0..3 + phrase % 2 {
            let seconds = chance.between(0.06, 0.12);
            let over = base * chance.between(1.2, 1.5);
            mix(&mut song, at, &chirp(base, over, base * 0.9, seconds, 0.0), 0.8);
            at += seconds + 0.035;
        }
        if phrase == 2 {
            mix(&mut song, at, &chirp(4_600.0, 4_200.0, 4_400.0, 0.35, 1.0), 0.6);
            at += 0.36;
        }
        at += chance.between(0.05, 0.14);
    }
    Clip::mono(room(&song, 0.5, 0.15, 0), 0.6)
}

pub(super) fn owl() -> Clip {
    let mut chance = Chance::new(13);
    let mut night = silence(2.4);
    for (at, seconds, loudness) in [(0.05, 0.25, 0.6), (0.5, 0.18, 0.5), (0.75, 0.9, 1.0)] {
        let (mut tone, mut second, mut breath) =
            (Oscillator::default(), Oscillator::default(), Filter::default());
        let hoot = render(seconds, |time| {
            let pitch = 370.0 * (1.0 + 0.06 * (std::f32::consts::PI * time / seconds).sin());
            let voice = tone.sine(pitch) + 0.12 * second.sine(2.0 * pitch);
            (voice + 0.5 * breath.band(chance.noise(), pitch, 6.0)) * held(time, seconds, 0.07)
        });
        mix(&mut night, at, &hoot, loudness);
    }
    Clip::mono(room(&night, 1.1, 0.35, 0), 0.6).halved()
}

pub(super) fn cricket() -> Clip {
    let mut tone = Oscillator::default();
    let song = render(2.0, |time| {
        let chirp = time % 0.5;
        let pulse = chirp % 0.045;
        let sounding = if chirp < 0.18 {
            held(pulse, 0.028, 0.008)
        } else {
            0.0
        };
        tone.sine(4_500.0 + 120.0 * pulse / 0.028) * sounding
    });
    Clip::mono(song, 0.4)
}

pub(super) fn frog() -> Clip {
    let mut pond = silence(1.3);
    for at in [0.0, 0.65] {
        let (mut throat, mut first, mut second) =
            (Oscillator::default(), Filter::default(), Filter::default());
        let croak = render(0.5, |time| {
            let pulse = throat.saw(glide(42.0, 74.0, time / 0.5)).powi(5);
            let voice = first.band(pulse, 520.0, 5.0) + 0.7 * second.band(pulse, 1_450.0, 7.0);
            voice * held(time, 0.5, 0.06)
        });
        mix(&mut pond, at, &croak, 1.0);
    }
    Clip::mono(pond, 0.7).halved()
}
