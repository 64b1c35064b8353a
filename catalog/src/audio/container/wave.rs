//! WAV and its larger relatives: RIFF/WAVE (Microsoft and IBM, "Multimedia Programming Interface and Data Specifications",
//! 1991), RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), Sony's W64.

use symphonia::core::codecs::audio::well_known::{CODEC_ID_ADPCM_IMA_WAV, CODEC_ID_ADPCM_MS};

use super::{
    Adpcm, Coding, Pcm, Sound,
    chunks::{Chunk, Style, iff, is_joined, is_long_placeholder, is_placeholder},
    joined, layout,
    linear::container,
    number, whole,
};
use crate::audio::error::AudioError;

/// Chunks of W64.
const W64: Style = Style {
    name: 16,
    length: 8,
    big_endian: false,
    counts_head: true,
    align: 8,
};

/// How the names of W64's chunks end. The name of the file's has another ending.
const W64_NAME: [u8; 12] = [
    0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a,
];
const W64_RIFF: [u8; 12] = [
    0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00,
];

/// How the identifiers of `WAVEFORMATEXTENSIBLE` end: the usual ones, and that of Ambisonics.
const WAVE_GUID: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
const AMBISONIC_GUID: [u8; 14] = [0, 0, 0x21, 7, 0xd3, 0x11, 0x86, 0x44, 0xc8, 0xc1, 0xca, 0, 0, 0];

/// Whether these bytes are W64.
pub(super) fn is_w64(bytes: &[u8]) -> bool {
    bytes.get(4..16) == Some(&W64_RIFF) && bytes.get(24..28) == Some(b"wave")
}

/// The sound in a W64 file.
pub(super) fn w64(bytes: &[u8]) -> Result<Sound<'_>, AudioError> {
    let (mut format, mut data, mut fact) = (None, None, None);
    for chunk in W64.walk(bytes, 40) {
        match chunk.name.split_at(4) {
            (b"fmt ", rest) if rest == W64_NAME => format = format.or(Some(chunk)),
            (b"fact", rest) if rest == W64_NAME => fact = number(bytes, chunk.start, 8, false),
            (b"data", rest) if rest == W64_NAME => data = data.or(Some(chunk)),
            _ => {}
        }
    }
    let format = format.ok_or_else(|| W64.missing(bytes, 40, "format"))?;
    let data = data.ok_or_else(|| W64.missing(bytes, 40, "data"))?;
    let format = Format::read(format.content(bytes), false)?;
    let found = bytes.len() - data.start;
    let length = if is_long_placeholder(data.length) {
        W64.to_the_end(bytes, data.start)
    } else {
        whole(data.length, found, format.frame(), format.rate)?
    };
    format.sound(&bytes[data.start..data.start + length], fact)
}

/// The sound in a WAV file, also one of those for more than 4 GB.
pub(super) fn riff(bytes: &[u8]) -> Result<Sound<'_>, AudioError> {
    let style = iff(bytes.starts_with(b"RIFX"));
    let (mut format, mut data, mut fact, mut long) = (None, None, None, None);
    for chunk in style.walk(bytes, 12) {
        match chunk.name {
            b"fmt " => format = format.or(Some(chunk)),
            b"fact" => fact = number(bytes, chunk.start, 4, style.big_endian),
            b"ds64" => long = number(bytes, chunk.start + 8, 8, false),
            b"data" if data.is_none() => data = Some(chunk),
            b"data" | b"RIFF" if data.is_some_and(|first| is_joined(&first, &chunk)) => {
                return Err(joined("WAV"));
            }
            _ => {}
        }
    }
    if data.is_none() || format.is_none() {
        // Some length before them leads astray.
        format = format.or_else(|| stray(bytes, style, *b"fmt "));
        data = data.or_else(|| stray(bytes, style, *b"data"));
    }
    let format = format.ok_or_else(|| style.missing(bytes, 12, "format"))?;
    let data = data.ok_or_else(|| style.missing(bytes, 12, "data"))?;
    let format = Format::read(format.content(bytes), style.big_endian)?;
    let start = data.start;
    let found = bytes.len() - start;
    let length = match (long, data.length) {
        (Some(long), 0xffff_ffff) if !is_long_placeholder(long) => {
            whole(long, found, format.frame(), format.rate)?
        }
        (_, length) if length <= found as u64 && length > 0 => {
            found.min(usize::try_from(length).unwrap_or(found))
        }
        // Chunks behind an empty one: there is no sound.
        (_, 0) if style.is_a_chain(bytes, start) => 0,
        (_, length) if is_placeholder(length) => style.to_the_end(bytes, start),
        (_, length) => whole(length, found, format.frame(), format.rate)?,
    };
    format.sound(&bytes[start..start + length], fact)
}

/// A chunk that no chain of lengths leads to. It must end where the file does or where known chunks begin, so that bytes
/// of something else are not taken for it.
fn stray(bytes: &[u8], style: Style, name: [u8; 4]) -> Option<Chunk<'_>> {
    let places = bytes
        .windows(4)
        .enumerate()
        .skip(12)
        .filter(|(_, window)| *window == name);
    let chunks = places.filter_map(|(at, _)| style.read(bytes, at));
    chunks.into_iter().find(|chunk| {
        let next = style.next(bytes, chunk);
        next.is_some_and(|next| {
            next >= bytes.len() || style.is_a_chain(bytes, next) || bytes.get(next..next + 4) == Some(b"data")
        })
    })
}

/// What a format chunk says.
struct Format {
    tag: u16,
    channels: u16,
    rate: u32,
    /// The bytes of a sample of all channels or of a block.
    block: usize,
    bits: u32,
    mask: u32,
    big_endian: bool,
    /// The channels are those of Ambisonics, not loudspeakers.
    is_ambisonic: bool,
}

impl Format {
    fn read(chunk: &[u8], big_endian: bool) -> Result<Self, AudioError> {
        let word = |at: usize| number(chunk, at, 2, big_endian).and_then(|word| u16::try_from(word).ok());
        let short = || AudioError::Damaged("its format chunk is too short".to_owned());
        let rate = number(chunk, 4, 4, big_endian).ok_or_else(short)?;
        let mut format = Self {
            tag: word(0).ok_or_else(short)?,
            channels: word(2).ok_or_else(short)?,
            rate: u32::try_from(rate).unwrap_or(u32::MAX),
            block: usize::from(word(12).ok_or_else(short)?),
            bits: u32::from(word(14).unwrap_or(0)),
            mask: 0,
            big_endian,
            is_ambisonic: false,
        };
        if format.channels == 0 {
            return Err(AudioError::Damaged("it says that it has no channels".to_owned()));
        }
        if format.bits == 0 {
            let bytes = format.block / usize::from(format.channels);
            format.bits = 8 * u32::try_from(bytes).unwrap_or(0);
        }
        if format.tag == 0xfffe {
            let guid = chunk.get(24..40).ok_or_else(short)?;
            format.is_ambisonic = guid[2..] == AMBISONIC_GUID;
            if guid[2..] != WAVE_GUID && !format.is_ambisonic {
                let guid = number(guid, 0, 8, true).unwrap_or(0);
                return Err(AudioError::Unsupported(format!("the WAV format {guid:016x}…")));
            }
            format.tag = word(24).ok_or_else(short)?;
            format.mask = number(chunk, 20, 4, big_endian)
                .and_then(|mask| u32::try_from(mask).ok())
                .unwrap_or(0);
        }
        Ok(format)
    }

    /// The bytes of a sample of all channels, 0 if they are packed.
    fn frame(&self) -> usize {
        match self.tag {
            1 | 3 | 6 | 7 => self
                .block
                .max(self.bits.div_ceil(8) as usize * usize::from(self.channels)),
            _ => 0,
        }
    }

    fn layout(&self) -> symphonia::core::audio::Channels {
        if self.is_ambisonic {
            symphonia::core::audio::Channels::Discrete(self.channels)
        } else {
            layout(self.channels, self.mask)
        }
    }

    /// The sound of these bytes. `fact` is what the file says of its length in samples.
    fn sound(self, data: &[u8], fact: Option<u64>) -> Result<Sound<'_>, AudioError> {
        let pcm = |coding, width, shift| {
            Sound::Pcm(Pcm {
                data,
                coding,
                width,
                shift,
                big_endian: self.big_endian,
                rate: self.rate,
                layout: self.layout(),
            })
        };
        let adpcm = |codec| {
            Sound::Adpcm(Adpcm {
                data,
                codec,
                rate: self.rate,
                layout: self.layout(),
                block: self.block,
                frames: fact.filter(|frames| *frames > 0),
            })
        };
        match self.tag {
            1 => {
                let (width, shift) = container(data, self.channels, self.bits, self.block, self.big_endian)?;
                let coding = if width == 1 {
                    Coding::Unsigned
                } else {
                    Coding::Signed
                };
                Ok(pcm(coding, width, shift))
            }
            3 => match (self.block / usize::from(self.channels), self.bits) {
                (4, _) | (_, 32) => Ok(pcm(Coding::Float, 4, 0)),
                (8, _) | (_, 64) => Ok(pcm(Coding::Float, 8, 0)),
                (_, bits) => Err(AudioError::Unsupported(format!(
                    "floating-point numbers of {bits} bits"
                ))),
            },
            6 => Ok(pcm(Coding::ALaw, 1, 0)),
            7 => Ok(pcm(Coding::MuLaw, 1, 0)),
            2 => Ok(adpcm(CODEC_ID_ADPCM_MS)),
            0x11 => Ok(adpcm(CODEC_ID_ADPCM_IMA_WAV)),
            0x50 | 0x55 => Ok(Sound::Mpeg(data)),
            tag => Err(AudioError::Unsupported(codec(tag))),
        }
    }
}

/// The name of a codec in WAV (RFC 2361, and Microsoft's `mmreg.h`).
fn codec(tag: u16) -> String {
    let name = match tag {
        0x10 => "Dialogic OKI ADPCM",
        0x22 => "TrueSpeech",
        0x31 => "GSM 6.10",
        0x40 | 0x45 | 0x64 => "G.726 ADPCM",
        0x42 => "G.723.1",
        0x65 => "G.722",
        0x92 | 0x2000 => "AC-3",
        0x2001 => "DTS",
        0x160..=0x163 => "Windows Media Audio",
        0xff | 0x1600 | 0x1602 | 0x1610 | 0xa106 => "AAC",
        0x270 => "ATRAC3",
        0x566f | 0x674f..=0x6771 => "Vorbis in WAV",
        0xf1ac => "FLAC in WAV",
        _ => return format!("the WAV format {tag:#06x}"),
    };
    format!("{name} in a WAV file").replace(" in WAV in", " in")
}
