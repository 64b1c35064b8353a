//! Samples that stand one after the other.

use super::{Decoder, Format};
use crate::audio::{
    container::{Coding, Pcm},
    error::AudioError,
};

/// How many samples a channel a block has.
const BLOCK: usize = 2048;

/// Reads the samples in blocks.
pub(super) struct Samples<'a> {
    sound: Pcm<'a>,
    /// What the bytes of G.711 stand for.
    table: Vec<f32>,
}

impl<'a> Samples<'a> {
    pub(super) fn new(sound: Pcm<'a>) -> Self {
        let table = match sound.coding {
            Coding::ALaw => (0..=u8::MAX).map(a_law).collect(),
            Coding::MuLaw => (0..=u8::MAX).map(mu_law).collect(),
            _ => Vec::new(),
        };
        Self { sound, table }
    }

    /// Appends the samples in these bytes.
    fn decode(&self, bytes: &[u8], block: &mut Vec<f32>) {
        let Pcm { coding, width, .. } = self.sound;
        match (coding, width) {
            (Coding::ALaw | Coding::MuLaw, _) => {
                block.extend(bytes.iter().map(|byte| self.table[usize::from(*byte)]));
            }
            (Coding::Float, 4) => {
                let samples = bytes.as_chunks().0.iter();
                block.extend(samples.map(|sample| f32::from_bits(u32::from_le_bytes(self.little(*sample)))));
            }
            (Coding::Float, _) => {
                let samples = bytes.as_chunks().0.iter();
                block.extend(samples.map(|sample| double(u64::from_le_bytes(self.little(*sample)))));
            }
            (_, 1) => self.integers::<1>(bytes, block),
            (_, 2) => self.integers::<2>(bytes, block),
            (_, 3) => self.integers::<3>(bytes, block),
            (_, 4) => self.integers::<4>(bytes, block),
            (_, 5) => self.integers::<5>(bytes, block),
            (_, 6) => self.integers::<6>(bytes, block),
            (_, 7) => self.integers::<7>(bytes, block),
            _ => self.integers::<8>(bytes, block),
        }
    }

    /// Bytes with the lowest first.
    fn little<const N: usize>(&self, mut bytes: [u8; N]) -> [u8; N] {
        if self.sound.big_endian {
            bytes.reverse();
        }
        bytes
    }

    /// Whole numbers: the highest four bytes count, more than a sample has precision for.
    #[expect(clippy::cast_precision_loss, reason = "the lowest bits of 32 are lost")]
    fn integers<const N: usize>(&self, bytes: &[u8], block: &mut Vec<f32>) {
        let flip = if self.sound.coding == Coding::Unsigned {
            1 << 31
        } else {
            0
        };
        let shift = self.sound.shift;
        block.extend(bytes.as_chunks::<N>().0.iter().map(|sample| {
            let sample = self.little(*sample);
            let highest = sample.iter().rev().take(4).enumerate();
            let number = highest.fold(0_u32, |number, (place, byte)| {
                number | u32::from(*byte) << (24 - 8 * place)
            });
            ((number ^ flip) << shift).cast_signed() as f32 / 2_147_483_648.0
        }));
    }
}

impl Decoder for Samples<'_> {
    fn next(&mut self, block: &mut Vec<f32>) -> Result<Option<Format>, AudioError> {
        block.clear();
        let frame = self.sound.frame();
        let frames = (self.sound.data.len() / frame).min(BLOCK);
        if frames == 0 {
            return Ok(None);
        }
        let (now, rest) = self.sound.data.split_at(frames * frame);
        self.sound.data = rest;
        self.decode(now, block);
        Ok(Some(Format {
            rate: self.sound.rate,
            layout: self.sound.layout.clone(),
        }))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the precision of a sample is that of f32"
)]
fn double(bits: u64) -> f32 {
    f64::from_bits(bits) as f32
}

/// What a byte of A-law stands for (ITU-T G.711, table 1).
fn a_law(byte: u8) -> f32 {
    let byte = byte ^ 0x55;
    let mantissa = i16::from(byte & 0x0f) << 4;
    let level = match (byte & 0x70) >> 4 {
        0 => mantissa + 8,
        segment => (mantissa + 0x108) << (segment - 1),
    };
    f32::from(if byte & 0x80 == 0 { -level } else { level }) / 32_768.0
}

/// What a byte of µ-law stands for (ITU-T G.711, table 2).
fn mu_law(byte: u8) -> f32 {
    let byte = !byte;
    let level = ((i16::from(byte & 0x0f) << 3) + 0x84) << ((byte & 0x70) >> 4);
    f32::from(if byte & 0x80 == 0 {
        level - 0x84
    } else {
        0x84 - level
    }) / 32_768.0
}
