//! Samples one after the other, as WAV, AIFF and CAF have them.

use symphonia::core::audio::Channels;

use crate::audio::error::AudioError;

/// What a sample's bytes mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Signed,
    Unsigned,
    Float,
    /// ITU-T G.711.
    ALaw,
    MuLaw,
}

/// A sound whose samples stand one after the other, those of all channels beside each other.
pub(crate) struct Pcm<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) coding: Coding,
    /// The bytes of a sample: one to eight.
    pub(crate) width: usize,
    /// How many bits a whole number is too far right in its bytes.
    pub(crate) shift: u32,
    pub(crate) big_endian: bool,
    pub(crate) rate: u32,
    pub(crate) layout: Channels,
}

impl Pcm<'_> {
    /// The bytes of a sample of all channels.
    pub(crate) fn frame(&self) -> usize {
        self.width * self.layout.count()
    }
}

/// The bytes of a sample and how many bits it is too far right in them, of whole numbers of `bits` bits. `block` is what
/// the file says that a sample of all channels takes.
///
/// A sample in a wider container stands left in it (Microsoft, `WAVEFORMATEXTENSIBLE`; Apple, "Audio Interchange File
/// Format", 1989). Some programs put it right, and some write a wrong `block`: the samples show which.
pub(super) fn container(
    data: &[u8],
    channels: u16,
    bits: u32,
    block: usize,
    big_endian: bool,
) -> Result<(usize, u32), AudioError> {
    let channels = usize::from(channels.max(1));
    let stated = if block.is_multiple_of(channels) {
        block / channels
    } else {
        0
    };
    let least = bits.div_ceil(8) as usize;
    let width = stated.max(least);
    if bits == 0 || width > 8 {
        return Err(AudioError::Unsupported(format!(
            "samples of {bits} bits in {width} bytes"
        )));
    }
    if width == least {
        return Ok((width, 0));
    }
    // Only in whole bytes: what is filled up within a byte is always filled up right of the sample.
    let filled = width - least;
    let samples = || data.chunks_exact(width);
    let (low, high) = if big_endian {
        (least..width, 0..filled)
    } else {
        (0..filled, least..width)
    };
    if samples().all(|sample| sample[low.clone()].iter().all(|byte| *byte == 0)) {
        return Ok((width, 0));
    }
    let top = if big_endian { filled } else { least - 1 };
    let is_extended = |sample: &[u8]| {
        let sign = if sample[top] & 0x80 == 0 { 0 } else { 0xff };
        sample[high.clone()].iter().all(|byte| *byte == sign)
    };
    if width <= 4 && samples().all(is_extended) {
        return Ok((width, 8 * u32::try_from(filled).unwrap_or(0)));
    }
    // Samples of 16 bits in 32 that fill all of them: the container is wrong.
    Ok(if bits <= 16 { (least, 0) } else { (width, 0) })
}
