//! Sound files of all formats.

use std::{f32::consts::TAU, io::Cursor, path::Path};

use rusty_mp3::{Mp3Encoder, Mp3EncoderConfig};

/// A file of `files`: sounds of these tests, encoded once with `flacenc` 0.5 and `vorbis_rs` 0.5, 16 bits a sample; Opus
/// with `opusenc` 0.2, Vorbis of four channels with `oggenc` 1.4, MP3 with LAME 3.100, ADPCM, Apple Lossless and layer II
/// with ffmpeg and `sox`. Ramps are named by rate, channels and milliseconds, members of families by their variant. `fuzz-`
/// are those that broke off a decoder once.
pub(crate) fn kept(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/audio/files")
            .join(name),
    )
    .unwrap()
}

/// Samples, interleaved, with what is needed to write them.
#[derive(Clone)]
pub(crate) struct Sound {
    pub(crate) rate: u32,
    pub(crate) channels: u16,
    pub(crate) samples: Vec<f32>,
}

impl Sound {
    /// A sound of so many frames; `at` gives a sample by time and channel.
    pub(crate) fn new(rate: u32, channels: u16, frames: usize, at: impl Fn(f32, u16) -> f32) -> Self {
        let samples = (0..frames).flat_map(|frame| {
            let time = frame as f32 / rate as f32;
            (0..channels).map(|channel| at(time, channel)).collect::<Vec<_>>()
        });
        Self {
            rate,
            channels,
            samples: samples.collect(),
        }
    }

    /// A tone that rises from nothing to nine tenths of full scale. The second channel has half of it.
    pub(crate) fn ramp(rate: u32, channels: u16, seconds: f32) -> Self {
        Self::new(
            rate,
            channels,
            (seconds * rate as f32).round() as usize,
            |time, channel| {
                let loudness = 0.9 * time / seconds / f32::from(channel + 1);
                loudness * (TAU * 440.0 * time).sin()
            },
        )
    }

    pub(crate) fn of(clip: &synth::Clip) -> Self {
        Self {
            rate: clip.rate,
            channels: clip.channels.len() as u16,
            samples: clip.interleaved(),
        }
    }

    pub(crate) fn frames(&self) -> usize {
        self.samples.len() / usize::from(self.channels)
    }

    pub(crate) fn duration_ms(&self) -> u64 {
        (self.frames() as f64 * 1000.0 / f64::from(self.rate)).round() as u64
    }

    /// WAV of whole numbers of so many bits.
    pub(crate) fn wav(&self, bits: u16) -> Vec<u8> {
        let full = 2.0_f64.powi(i32::from(bits) - 1) - 1.0;
        self.write(bits, hound::SampleFormat::Int, |writer, sample| {
            let scaled = (f64::from(sample) * full).round() as i32;
            writer.write_sample(scaled).unwrap();
        })
    }

    /// WAV of floats.
    pub(crate) fn wav_float(&self) -> Vec<u8> {
        self.write(32, hound::SampleFormat::Float, |writer, sample| {
            writer.write_sample(sample).unwrap();
        })
    }

    fn write(
        &self,
        bits_per_sample: u16,
        sample_format: hound::SampleFormat,
        sample: impl Fn(&mut hound::WavWriter<&mut Cursor<Vec<u8>>>, f32),
    ) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let spec = hound::WavSpec {
            channels: self.channels,
            sample_rate: self.rate,
            bits_per_sample,
            sample_format,
        };
        let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
        for value in &self.samples {
            sample(&mut writer, *value);
        }
        writer.finalize().unwrap();
        file.into_inner()
    }

    /// A ramp as FLAC or Ogg Vorbis.
    pub(crate) fn ramp_as(&self, extension: &str) -> Vec<u8> {
        let Self { rate, channels, .. } = self;
        kept(&format!(
            "ramp-{rate}-{channels}-{}.{extension}",
            self.duration_ms()
        ))
    }

    pub(crate) fn mp3(&self) -> Vec<u8> {
        let mut encoder = Mp3Encoder::new(Mp3EncoderConfig {
            bitrate_kbps: 128,
            vbr_quality: None,
        });
        encoder
            .push_pcm_f32(&self.samples, self.channels, self.rate)
            .unwrap();
        encoder.finish();
        let mut file = Vec::new();
        while let Ok(packet) = encoder.next_packet() {
            file.extend(packet);
        }
        file
    }

    /// IMA ADPCM in WAV (Microsoft, "Multimedia Data Standards Update", 1994): mono, blocks of 256 bytes.
    pub(crate) fn adpcm(&self) -> Vec<u8> {
        assert_eq!(self.channels, 1);
        let samples: Vec<i32> = self
            .samples
            .iter()
            .map(|sample| (sample * 32_767.0) as i32)
            .collect();
        let mut data = Vec::new();
        let mut index = 0_i32;
        for block in samples.chunks(505) {
            let mut predicted = block[0];
            data.extend((predicted as i16).to_le_bytes());
            data.extend([index as u8, 0]);
            let mut nibbles = Vec::new();
            for place in 1..505 {
                let sample = *block.get(place).unwrap_or(&0);
                nibbles.push(step(sample, &mut predicted, &mut index));
            }
            data.extend(nibbles.chunks(2).map(|pair| pair[0] | pair[1] << 4));
        }
        let mut file = b"RIFF".to_vec();
        file.extend((data.len() as u32 + 40).to_le_bytes());
        file.extend(b"WAVEfmt \x14\0\0\0\x11\0\x01\0");
        file.extend(self.rate.to_le_bytes());
        file.extend((self.rate * 256 / 505).to_le_bytes());
        file.extend([0, 1, 4, 0, 2, 0, 0xf9, 1]);
        file.extend(b"data");
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(data);
        file
    }
}

/// One nibble of IMA ADPCM.
fn step(sample: i32, predicted: &mut i32, index: &mut i32) -> u8 {
    let size = STEPS[*index as usize];
    let difference = sample - *predicted;
    let mut nibble = u8::from(difference < 0) * 8;
    let mut rest = difference.abs();
    let mut change = size >> 3;
    for (bit, part) in [(4, size), (2, size >> 1), (1, size >> 2)] {
        if rest >= part {
            nibble |= bit;
            rest -= part;
            change += part;
        }
    }
    let change = if difference < 0 { -change } else { change };
    *predicted = (*predicted + change).clamp(-32_768, 32_767);
    *index = (*index + [-1, -1, -1, -1, 2, 4, 6, 8][usize::from(nibble & 7)]).clamp(0, 88);
    nibble
}

/// The sizes of the steps of IMA ADPCM.
#[rustfmt::skip]
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
    130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
    1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132,
    7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
