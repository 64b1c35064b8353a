//! Apple's Core Audio Format (<https://developer.apple.com/library/archive/documentation/MusicAudio/Reference/CAFSpec>).

use symphonia::core::codecs::audio::well_known::CODEC_ID_ADPCM_IMA_QT;

use super::{
    Adpcm, Coding, Pcm, Sound,
    chunks::{Style, is_long_placeholder},
    layout,
    linear::container,
    number, whole,
};
use crate::audio::error::AudioError;

/// Chunks of CAF: nothing fills them up.
const CAF: Style = Style {
    name: 4,
    length: 8,
    big_endian: true,
    counts_head: false,
    align: 1,
};

/// The tag of a channel layout that is a mask, the same as in WAV.
const USE_BITMAP: u64 = 1 << 16;

/// The sound in a CAF file.
pub(super) fn find(bytes: &[u8]) -> Result<Sound<'_>, AudioError> {
    let (mut description, mut data, mut mask, mut frames) = (None, None, 0, None);
    for chunk in CAF.walk(bytes, 8) {
        let field = |at: usize, length: usize| number(bytes, chunk.start + at, length, true);
        match chunk.name {
            b"desc" => description = description.or(Some(chunk.content(bytes))),
            b"data" => data = data.or(Some(chunk)),
            b"chan" if field(0, 4) == Some(USE_BITMAP) => mask = field(4, 4).unwrap_or(0),
            b"pakt" => frames = field(8, 8).filter(|frames| *frames > 0 && *frames < 1 << 62),
            _ => {}
        }
    }
    let description = description.ok_or_else(|| CAF.missing(bytes, 8, "desc"))?;
    let data = data.ok_or_else(|| CAF.missing(bytes, 8, "data"))?;
    let description = Description::read(description)?;
    // A number of edits stands before the samples.
    let start = data.start + 4;
    let found = bytes.len().checked_sub(start).ok_or(AudioError::CutOff)?;
    let length = if is_long_placeholder(data.length) {
        CAF.to_the_end(bytes, start)
    } else {
        whole(
            data.length.saturating_sub(4),
            found,
            if &description.kind == b"ima4" {
                0
            } else {
                description.frame
            },
            description.rate,
        )?
    };
    let mask = u32::try_from(mask).unwrap_or(0);
    description.sound(&bytes[start..start + length], mask, frames)
}

/// What the description says.
struct Description {
    rate: u32,
    kind: [u8; 4],
    flags: u64,
    /// The bytes of a sample of all channels, or of a block.
    frame: usize,
    channels: u16,
    bits: u32,
}

impl Description {
    fn read(chunk: &[u8]) -> Result<Self, AudioError> {
        let short = || AudioError::Damaged("its desc chunk is too short".to_owned());
        let field = |at: usize| number(chunk, at, 4, true).ok_or_else(short);
        let rate = f64::from_bits(number(chunk, 0, 8, true).ok_or_else(short)?);
        let channels = field(24)?;
        if channels == 0 {
            return Err(AudioError::Damaged("it says that it has no channels".to_owned()));
        }
        Ok(Self {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "what is no rate is out of the limits anyhow"
            )]
            rate: rate.round() as u32,
            kind: *chunk.get(8..).and_then(<[u8]>::first_chunk).ok_or_else(short)?,
            flags: field(12)?,
            frame: usize::try_from(field(16)?).unwrap_or(0),
            channels: u16::try_from(channels).unwrap_or(u16::MAX),
            bits: u32::try_from(field(28)?).unwrap_or(0),
        })
    }

    fn sound(self, data: &[u8], mask: u32, frames: Option<u64>) -> Result<Sound<'_>, AudioError> {
        let layout = layout(self.channels, mask);
        let pcm = |coding, width, shift, big_endian| {
            Sound::Pcm(Pcm {
                data,
                coding,
                width,
                shift,
                big_endian,
                rate: self.rate,
                layout: layout.clone(),
            })
        };
        let (is_float, big_endian) = (self.flags & 1 != 0, self.flags & 2 == 0);
        match &self.kind {
            b"lpcm" if is_float && matches!(self.bits, 32 | 64) => {
                Ok(pcm(Coding::Float, self.bits as usize / 8, 0, big_endian))
            }
            b"lpcm" if !is_float => {
                let (width, shift) = container(data, self.channels, self.bits, self.frame, big_endian)?;
                Ok(pcm(Coding::Signed, width, shift, big_endian))
            }
            b"lpcm" => Err(AudioError::Unsupported(format!(
                "floating-point numbers of {} bits",
                self.bits
            ))),
            b"ulaw" => Ok(pcm(Coding::MuLaw, 1, 0, true)),
            b"alaw" => Ok(pcm(Coding::ALaw, 1, 0, true)),
            b"ima4" => Ok(Sound::Adpcm(Adpcm {
                data,
                codec: CODEC_ID_ADPCM_IMA_QT,
                rate: self.rate,
                layout,
                block: 34 * usize::from(self.channels),
                frames,
            })),
            kind => {
                let name = String::from_utf8_lossy(kind);
                let name = match name.trim_end() {
                    "alac" => "Apple Lossless",
                    "aac" | "paac" | "aach" | "aacl" => "AAC",
                    name => name,
                };
                Err(AudioError::Unsupported(format!("{name} in a CAF file")))
            }
        }
    }
}
