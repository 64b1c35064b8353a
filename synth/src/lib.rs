//! Sounds made by computing them: a catalogue to try everything with, that is nobody else's work, and families of sounds
//! by which the tests judge what is similar.
//!
//! The same sounds each time.

mod catalogue;
mod families;
mod machines;
mod music;
mod nature;
mod people;
mod signals;
mod voice;

use std::{fs, io::Cursor, path::Path};

use anyhow::{Context as _, anyhow};
use rusty_mp3::{Mp3Encoder, Mp3EncoderConfig};

pub use families::{Family, family};
use voice::{Chance, Filter, Oscillator, glide, held, level, partials, render, struck};

/// Bits a second, in thousands, of each channel of an MP3 file.
const KILOBITS: u32 = 64;

/// A sound that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// Samples a second.
    pub rate: u32,
    /// The samples of each channel, −1 to 1. All are as long.
    pub channels: Vec<Vec<f32>>,
}

impl Clip {
    fn mono(samples: Vec<f32>, peak: f32) -> Self {
        Self::of(vec![samples], peak)
    }

    fn stereo(left: Vec<f32>, right: Vec<f32>, peak: f32) -> Self {
        Self::of(vec![left, right], peak)
    }

    fn of(mut channels: Vec<Vec<f32>>, peak: f32) -> Self {
        level(&mut channels, peak);
        Self {
            rate: voice::RATE,
            channels,
        }
    }

    /// The same at half the rate, for what has nothing above 8 kHz.
    fn halved(mut self) -> Self {
        for channel in &mut self.channels {
            let (mut first, mut second) = (Filter::default(), Filter::default());
            *channel = channel
                .iter()
                .map(|sample| second.low(first.low(*sample, 8_500.0), 8_500.0))
                .step_by(2)
                .collect();
        }
        self.rate /= 2;
        self
    }

    /// The same, louder or softer.
    #[must_use]
    pub fn amplified(mut self, gain: f32) -> Self {
        for sample in self.channels.iter_mut().flatten() {
            *sample *= gain;
        }
        self
    }

    /// The samples, interleaved.
    #[must_use]
    pub fn interleaved(&self) -> Vec<f32> {
        let frames = self.channels.first().map_or(0, Vec::len);
        (0..frames)
            .flat_map(|frame| self.channels.iter().map(move |channel| channel[frame]))
            .collect()
    }

    /// A WAV file of 16 bits a sample.
    pub fn wav(&self) -> Result<Vec<u8>, hound::Error> {
        let mut file = Cursor::new(Vec::new());
        let spec = hound::WavSpec {
            channels: u16::try_from(self.channels.len()).unwrap_or(u16::MAX),
            sample_rate: self.rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(&mut file, spec)?;
        for sample in self.interleaved() {
            #[expect(clippy::cast_possible_truncation, reason = "clamped")]
            writer.write_sample((sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16)?;
        }
        writer.finalize()?;
        Ok(file.into_inner())
    }

    /// An MP3 file.
    pub fn mp3(&self) -> Result<Vec<u8>, rusty_mp3::Error> {
        let channels = u16::try_from(self.channels.len()).unwrap_or(u16::MAX);
        let mut encoder = Mp3Encoder::new(Mp3EncoderConfig {
            bitrate_kbps: KILOBITS * u32::from(channels),
            vbr_quality: None,
        });
        encoder.push_pcm_f32(&self.interleaved(), channels, self.rate)?;
        encoder.finish();
        let mut file = Vec::new();
        loop {
            match encoder.next_packet() {
                Ok(packet) => file.extend(packet),
                Err(rusty_mp3::Error::Eof) => return Ok(file),
                Err(error) => return Err(error),
            }
        }
    }
}

/// Writes the demo catalogue into a directory: a folder of MP3 files for each category, and `manifest.csv`, which says
/// what they are: `file`, `title`, `description`, `category`, `tags`, `themes`, `playlists`. The last three are lists,
/// whose values `;` separates.
pub fn write_demo(directory: &Path) -> anyhow::Result<()> {
    for (file, make) in catalogue::SOUNDS {
        let path = directory.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
        }
        write(
            &path,
            &make()
                .mp3()
                .map_err(|error| anyhow!("{file} can't be encoded: {error}"))?,
        )?;
    }
    // Last: a directory with a manifest is complete.
    write(&directory.join("manifest.csv"), catalogue::MANIFEST.as_bytes())
}

fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    fs::write(path, content).with_context(|| format!("{} can't be written", path.display()))
}

/// A bell: partials that are no harmonics, the higher the shorter (Risset, "An Introductory Catalogue of
/// Computer-Synthesized Sounds", Bell Laboratories, 1969, no. 430). `decay` is that of the hum note.
fn bell(pitch: f32, decay: f32, seconds: f32, brightness: f32) -> Vec<f32> {
    const SHAPE: [(f32, f32, f32); 11] = [
        (0.56, 1.0, 1.0),
        (0.563, 0.67, 0.9),
        (0.92, 1.0, 0.65),
        (0.923, 1.8, 0.55),
        (1.19, 2.67, 0.325),
        (1.7, 1.67, 0.35),
        (2.0, 1.46, 0.25),
        (2.74, 1.33, 0.2),
        (3.0, 1.33, 0.15),
        (3.76, 1.0, 0.1),
        (4.07, 1.33, 0.075),
    ];
    let partial = |(ratio, loudness, length): (f32, f32, f32)| {
        let colour = if ratio > 1.2 { brightness } else { 1.0 };
        (pitch * ratio, loudness * colour, decay * length)
    };
    partials(seconds, &SHAPE.map(partial))
}

/// A tone that glides from one pitch to another.
fn sweep(from: f32, to: f32, seconds: f32, rich: bool) -> Vec<f32> {
    let (mut tone, mut second) = (Oscillator::default(), Oscillator::default());
    render(seconds, |time| {
        let pitch = glide(from, to, time / seconds);
        let overtone = if rich {
            0.35 * second.sine(2.0 * pitch)
        } else {
            0.0
        };
        (tone.sine(pitch) + overtone) * held(time, seconds, 0.01)
    })
}

/// A single click of something hard.
fn click(pitch: f32, decay: f32) -> Vec<f32> {
    let mut chance = Chance::new(60);
    let (mut filter, mut tone) = (Filter::default(), Oscillator::default());
    render(0.3, |time| {
        let noise = filter.band(chance.noise(), pitch, 2.0);
        (noise + 0.5 * tone.sine(pitch)) * struck(time, 0.0002, decay)
    })
}

/// A burst of noise around a pitch.
fn burst(seed: u64, pitch: f32, q: f32, seconds: f32) -> Vec<f32> {
    let mut chance = Chance::new(seed);
    let mut filter = Filter::default();
    render(seconds, |time| {
        filter.band(chance.noise(), pitch, q) * held(time, seconds, 0.02)
    })
}
