//! What encoders write of an MP3 into a frame without sound: how many frames it has, and how much of them is not sound.

use super::header::Header;

/// What the frame says (Gabriel Bouvigne, "MP3 Info Tag revision 1 Specifications", and Fraunhofer's VBRI).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Info {
    /// How many frames follow.
    pub(super) frames: Option<u64>,
    /// Samples of a channel that are not sound: at the beginning, with the decoder's delay, and at the end, without it.
    pub(super) delay: u64,
    pub(super) padding: u64,
}

/// The delay of every decoder of layer III, in samples.
const DECODER_DELAY: u64 = 529;

impl Info {
    /// Reads a frame, if it is one of these.
    pub(super) fn read(frame: &[u8], header: &Header) -> Option<Self> {
        if header.layer != 3 {
            return None;
        }
        let side = match (header.version, header.channels) {
            (3, 2) => 32,
            (3, _) | (_, 2) => 17,
            _ => 9,
        };
        let first = if header.has_checksum { 6 } else { 4 };
        let is_silent = |to: usize| {
            frame
                .get(first..to)
                .is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0))
        };
        if is_silent(4 + side)
            && let tag = &frame[4 + side..]
            && (tag.starts_with(b"Xing") || tag.starts_with(b"Info"))
        {
            return Self::xing(frame, 4 + side, header.has_checksum);
        }
        if is_silent(36) && frame[36..].starts_with(b"VBRI\0\x01") {
            let frames = u64::from(word(frame, 36 + 14)?);
            return Some(Self {
                frames: Some(frames),
                delay: 0,
                padding: 0,
            });
        }
        None
    }

    fn xing(frame: &[u8], at: usize, has_checksum: bool) -> Option<Self> {
        let flags = word(frame, at + 4)?;
        let frames = if flags & 1 == 0 {
            None
        } else {
            Some(u64::from(word(frame, at + 8)?))
        };
        let fields = [(1, 4), (2, 4), (4, 100), (8, 4)];
        let lame = fields
            .iter()
            .filter(|(flag, _)| flags & flag != 0)
            .fold(at + 8, |at, (_, length)| at + length);
        let (delay, padding) = gapless(frame, lame, has_checksum).unwrap_or((0, 0));
        Some(Self {
            frames,
            delay,
            padding,
        })
    }
}

/// The delay and the padding that LAME and those that write as it does have stated.
fn gapless(frame: &[u8], at: usize, has_checksum: bool) -> Option<(u64, u64)> {
    let tag = frame.get(at..at + 24)?;
    if ![b"LAME", b"Lavf", b"Lavc"]
        .iter()
        .any(|name| tag.starts_with(*name))
    {
        return None;
    }
    if let Some(stored) = frame.get(at + 34..at + 36)
        && (has_checksum || tag.starts_with(b"LAME"))
        && stored != [0, 0]
        && stored != checksum(&frame[..at + 34]).to_be_bytes()
    {
        return None;
    }
    let both = u32::from_be_bytes([0, tag[21], tag[22], tag[23]]);
    let padding = u64::from(both & 0xfff).saturating_sub(DECODER_DELAY);
    Some((u64::from(both >> 12) + DECODER_DELAY, padding))
}

/// CRC-16 with the polynomial 8005, the lowest bit first.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum: u16, _| {
            (sum >> 1) ^ if sum & 1 == 0 { 0 } else { 0xa001 }
        })
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
