//! People, and what they have at home.

use super::{
    clip::Clip,
    primitives::bell,
    voice::{Chance, Filter, Oscillator, glide, held, mix, partials, render, room, silence, struck},
};

/// A short knock of noise around a pitch.
pub(super) fn knock(chance: &mut Chance, pitch: f32, q: f32, decay: f32) -> Vec<f32> {
    let mut filter = Filter::default();
    render(decay * 6.0, |time| {
        filter.band(chance.noise(), pitch, q) * struck(time, 0.0004, decay)
    })
}

pub(super) fn clock() -> Clip {
    let mut chance = Chance::new(20);
    let mut room_ = silence(2.0);
    for (at, pitch) in [(0.0, 3_100.0), (0.5, 2_400.0), (1.0, 3_100.0), (1.5, 2_400.0)] {
        mix(&mut room_, at, &knock(&mut chance, pitch, 6.0, 0.006), 1.0);
        mix(
            &mut room_,
            at + 0.012,
            &knock(&mut chance, pitch * 0.6, 8.0, 0.01),
            0.4,
        );
    }
    Clip::mono(room_, 0.5)
}

pub(super) fn door_knock() -> Clip {
    let mut chance = Chance::new(21);
    let mut door = silence(1.2);
    for (at, loudness) in [(0.0, 0.9), (0.22, 0.8), (0.44, 1.0)] {
        let wood = [(165.0, 1.0, 0.045), (390.0, 0.6, 0.025), (710.0, 0.3, 0.015)];
        mix(&mut door, at, &partials(0.3, &wood), loudness);
        mix(
            &mut door,
            at,
            &knock(&mut chance, 1_800.0, 1.0, 0.004),
            loudness * 0.8,
        );
    }
    Clip::mono(room(&door, 0.4, 0.3, 0), 0.8)
}

pub(super) fn doorbell() -> Clip {
    let chime = |pitch: f32| {
        let shape = [
            (pitch, 1.0, 0.55),
            (pitch * 2.76, 0.35, 0.25),
            (pitch * 5.4, 0.12, 0.08),
        ];
        partials(1.6, &shape)
    };
    let mut hall = silence(2.1);
    mix(&mut hall, 0.0, &chime(659.26), 1.0);
    mix(&mut hall, 0.5, &chime(523.25), 1.0);
    Clip::mono(room(&hall, 0.8, 0.2, 0), 0.7).halved()
}

pub(super) fn glass() -> Clip {
    let shape = [
        (2_093.0, 1.0, 0.28),
        (4_870.0, 0.6, 0.2),
        (5_020.0, 0.4, 0.18),
        (8_600.0, 0.3, 0.09),
        (11_900.0, 0.15, 0.05),
    ];
    Clip::mono(partials(1.1, &shape), 0.6)
}

pub(super) fn typewriter() -> Clip {
    let mut chance = Chance::new(22);
    let mut desk = silence(2.3);
    let mut at = 0.0;
    for _ in 0..9 {
        let strike = chance.between(0.7, 1.0);
        mix(&mut desk, at, &knock(&mut chance, 1_300.0, 1.2, 0.008), strike);
        mix(
            &mut desk,
            at + 0.014,
            &knock(&mut chance, 3_700.0, 2.0, 0.005),
            strike * 0.9,
        );
        mix(
            &mut desk,
            at + 0.05,
            &knock(&mut chance, 800.0, 1.5, 0.012),
            strike * 0.3,
        );
        at += chance.between(0.11, 0.2);
    }
    mix(&mut desk, 1.7, &bell(2_300.0, 0.5, 0.6, 0.6), 0.3);
    Clip::mono(desk, 0.7)
}

pub(super) fn telephone() -> Clip {
    let mut clapper = Oscillator::default();
    let tones = [
        (1_040.0, 1.0),
        (1_280.0, 0.9),
        (2_810.0, 0.5),
        (3_460.0, 0.4),
        (5_300.0, 0.2),
    ];
    let mut gongs: Vec<Oscillator> = tones.iter().map(|_| Oscillator::default()).collect();
    let ring = render(2.2, |time| {
        let beat = 0.55 + 0.45 * clapper.pulse(21.0, 0.5) * 0.8;
        let voice: f32 = gongs
            .iter_mut()
            .zip(&tones)
            .map(|(gong, (pitch, loudness))| loudness * gong.sine(*pitch))
            .sum();
        let sounding = if time < 1.4 {
            (time / 0.02).min(1.0)
        } else {
            struck(time - 1.4, 1e-6, 0.16)
        };
        voice * beat * sounding
    });
    Clip::mono(ring, 0.6).halved()
}

pub(super) fn heartbeat() -> Clip {
    let mut chest = silence(2.7);
    for beat in [0.0_f32, 0.85, 1.7] {
        for (at, pitch, decay, loudness) in [(0.0, 58.0, 0.055, 1.0), (0.27, 72.0, 0.04, 0.7)] {
            let mut tone = Oscillator::default();
            let thump = render(0.3, |time| {
                tone.sine(pitch * (1.0 - 0.9 * time).max(0.6)) * struck(time, 0.014, decay)
            });
            mix(&mut chest, beat + at, &thump, loudness);
        }
    }
    Clip::mono(chest, 0.9).halved()
}

pub(super) fn footsteps() -> Clip {
    let mut chance = Chance::new(23);
    let mut path = silence(2.6);
    for step in 0..5_u8 {
        let at = 0.05 + 0.5 * f32::from(step);
        let mut crunch = |at: f32, loudness: f32, grains: usize, over: f32| {
            for _ in 0..grains {
                let pitch = chance.between(1_200.0, 5_000.0);
                let decay = chance.between(0.002, 0.006);
                let grain = knock(&mut chance, pitch, 1.5, decay);
                mix(
                    &mut path,
                    at + chance.between(0.0, over),
                    &grain,
                    loudness * chance.share(),
                );
            }
        };
        crunch(at, 1.0, 24, 0.09);
        crunch(at + 0.13, 0.6, 16, 0.1);
        let thud = partials(0.2, &[(85.0, 1.0, 0.03)]);
        mix(&mut path, at, &thud, 0.5);
    }
    Clip::mono(path, 0.7)
}

pub(super) fn clap(chance: &mut Chance, pitch: f32) -> Vec<f32> {
    let (mut body, mut air) = (Filter::default(), Filter::default());
    render(0.12, |time| {
        let noise = chance.noise();
        let voice = body.band(noise, pitch, 2.0) + 0.3 * air.high(noise, 3_500.0);
        voice * (struck(time, 0.0005, 0.012) + 0.5 * struck(time - 0.009, 0.0005, 0.016))
    })
}

pub(super) fn applause() -> Clip {
    let side = |seed| {
        let mut chance = Chance::new(seed);
        let mut hall = silence(3.1);
        for _ in 0..520 {
            let at = chance.between(0.0, 3.0);
            // It swells and it dies down.
            let crowd = (at / 0.7).min((3.1 - at) / 1.6).clamp(0.0, 1.0);
            let pitch = chance.between(750.0, 1_900.0);
            let loudness = chance.between(0.15, 1.0) * crowd;
            mix(&mut hall, at, &clap(&mut chance, pitch), loudness);
        }
        hall
    };
    let (left, right) = (side(24), side(25));
    Clip::stereo(room(&left, 0.9, 0.25, 0), room(&right, 0.9, 0.25, 23), 0.7)
}

pub(super) fn snap() -> Clip {
    let mut chance = Chance::new(26);
    let mut hand = silence(0.4);
    mix(&mut hand, 0.0, &knock(&mut chance, 1_500.0, 1.2, 0.003), 0.4);
    mix(&mut hand, 0.03, &knock(&mut chance, 2_500.0, 3.0, 0.009), 1.0);
    Clip::mono(room(&hand, 0.25, 0.3, 0), 0.8)
}

pub(super) fn switch() -> Clip {
    let mut chance = Chance::new(27);
    let mut wall = silence(0.35);
    mix(&mut wall, 0.0, &knock(&mut chance, 2_900.0, 2.0, 0.003), 0.7);
    mix(&mut wall, 0.045, &knock(&mut chance, 1_700.0, 3.0, 0.006), 1.0);
    Clip::mono(wall, 0.6)
}

pub(super) fn camera() -> Clip {
    let mut chance = Chance::new(28);
    let mut body = silence(0.7);
    mix(&mut body, 0.0, &knock(&mut chance, 3_300.0, 1.0, 0.005), 1.0);
    mix(&mut body, 0.07, &knock(&mut chance, 2_100.0, 1.0, 0.009), 0.9);
    let (mut motor, mut filter) = (Oscillator::default(), Filter::default());
    let winding = render(0.45, |time| {
        let voice = motor.saw(glide(190.0, 330.0, time / 0.45)) + 0.5 * chance.noise();
        filter.band(voice, 1_900.0, 1.2) * held(time, 0.45, 0.05)
    });
    mix(&mut body, 0.18, &winding, 0.25);
    Clip::mono(body, 0.6)
}
