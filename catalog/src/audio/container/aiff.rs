//! AIFF and AIFF-C (Apple, "Audio Interchange File Format AIFF-C", draft of 1991).

use symphonia::core::codecs::audio::well_known::CODEC_ID_ADPCM_IMA_QT;

use super::{
    Adpcm, Coding, Pcm, Sound,
    chunks::{iff, is_joined, is_placeholder},
    joined, layout,
    linear::container,
    number, whole,
};
use crate::audio::error::AudioError;

/// The sound in an AIFF file.
pub(super) fn find(bytes: &[u8]) -> Result<Sound<'_>, AudioError> {
    let style = iff(true);
    let (mut common, mut data) = (None, None);
    for chunk in style.walk(bytes, 12) {
        match chunk.name {
            b"COMM" => common = common.or(Some(chunk.content(bytes))),
            b"SSND" if data.is_none() => data = Some(chunk),
            b"SSND" | b"FORM" if data.is_some_and(|first| is_joined(&first, &chunk)) => {
                return Err(joined("AIFF"));
            }
            _ => {}
        }
    }
    let common = common.ok_or_else(|| style.missing(bytes, 12, "COMM"))?;
    let common = Common::read(common, bytes.get(8..12) == Some(b"AIFC"))?;
    let Some(data) = data else {
        // A file without samples need not have the chunk.
        return Err(if common.frames == 0 {
            AudioError::NoSamples
        } else {
            style.missing(bytes, 12, "SSND")
        });
    };
    let offset = number(bytes, data.start, 4, true).ok_or(AudioError::CutOff)?;
    let head = usize::try_from(offset).map_or(usize::MAX, |offset| offset.saturating_add(8));
    let start = data.start.saturating_add(head);
    let found = bytes.len().checked_sub(start).ok_or(AudioError::CutOff)?;
    let stated = data.length.saturating_sub(head as u64);
    let counted = common.frames.saturating_mul(common.frame as u64);
    let length = match stated {
        _ if stated <= found as u64 && stated > 0 => usize::try_from(stated).unwrap_or(found),
        // What doesn't know its length may know the number of its samples.
        _ if is_placeholder(data.length) && counted > 0 && counted <= found as u64 => {
            usize::try_from(counted).unwrap_or(found)
        }
        _ if common.frames == 0 && data.length > 0 && data.length <= head as u64 => 0,
        _ if is_placeholder(data.length) => style.to_the_end(bytes, start),
        _ => whole(
            stated,
            found,
            if &common.kind == b"ima4" { 0 } else { common.frame },
            common.rate,
        )?,
    };
    common.sound(&bytes[start..start + length])
}

/// What the common chunk says.
struct Common {
    channels: u16,
    /// The samples of a channel, or the blocks.
    frames: u64,
    bits: u32,
    rate: u32,
    kind: [u8; 4],
    /// The bytes of a sample of all channels, or of a block.
    frame: usize,
}

impl Common {
    fn read(chunk: &[u8], is_compressed: bool) -> Result<Self, AudioError> {
        let short = || AudioError::Damaged("its COMM chunk is too short".to_owned());
        let field = |at: usize, length: usize| number(chunk, at, length, true).ok_or_else(short);
        let kind = if is_compressed {
            *chunk.get(18..).and_then(<[u8]>::first_chunk).ok_or_else(short)?
        } else {
            *b"NONE"
        };
        let channels = u16::try_from(field(0, 2)?).unwrap_or(0);
        if channels == 0 {
            return Err(AudioError::Damaged("it says that it has no channels".to_owned()));
        }
        let bits = u32::try_from(field(6, 2)?).unwrap_or(0);
        let width = match &kind {
            b"fl32" | b"FL32" | b"in32" | b"23ni" => 4,
            b"fl64" | b"FL64" => 8,
            b"in24" | b"42ni" => 3,
            b"ulaw" | b"ULAW" | b"alaw" | b"ALAW" => 1,
            b"ima4" => 34,
            _ => bits.div_ceil(8) as usize,
        };
        if width == 0 {
            return Err(AudioError::Damaged(
                "it says that its samples have no bits".to_owned(),
            ));
        }
        Ok(Self {
            channels,
            frames: field(2, 4)?,
            bits,
            rate: rate(field(8, 2)?, field(10, 8)?),
            kind,
            frame: width * usize::from(channels),
        })
    }

    fn sound(self, data: &[u8]) -> Result<Sound<'_>, AudioError> {
        let width = self.frame / usize::from(self.channels);
        let (coding, big_endian) = match &self.kind {
            b"NONE" | b"twos" | b"in24" | b"in32" => (Coding::Signed, true),
            b"sowt" | b"42ni" | b"23ni" => (Coding::Signed, false),
            b"raw " => (Coding::Unsigned, true),
            b"fl32" | b"FL32" | b"fl64" | b"FL64" => (Coding::Float, true),
            b"ulaw" | b"ULAW" => (Coding::MuLaw, true),
            b"alaw" | b"ALAW" => (Coding::ALaw, true),
            b"ima4" => {
                return Ok(Sound::Adpcm(Adpcm {
                    data,
                    codec: CODEC_ID_ADPCM_IMA_QT,
                    rate: self.rate,
                    layout: layout(self.channels, 0),
                    block: self.frame,
                    frames: None,
                }));
            }
            kind => {
                let name = String::from_utf8_lossy(kind);
                return Err(AudioError::Unsupported(format!("{name:?} in an AIFF-C file")));
            }
        };
        if matches!(coding, Coding::Signed | Coding::Unsigned) {
            // Refuses what no sample can be.
            container(data, self.channels, self.bits, self.frame, big_endian)?;
        }
        Ok(Sound::Pcm(Pcm {
            data,
            coding,
            width,
            shift: 0,
            big_endian,
            rate: self.rate,
            layout: layout(self.channels, 0),
        }))
    }
}

/// A number of 80 bits as whole samples a second: its exponent with its sign, and its mantissa (IEEE 754, extended).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "what is no rate is out of the limits anyhow"
)]
fn rate(exponent: u64, mantissa: u64) -> u32 {
    let exponent = i32::try_from(exponent).unwrap_or(0) - 16_383 - 63;
    (mantissa as f64 * 2.0_f64.powi(exponent)).round() as u32
}
