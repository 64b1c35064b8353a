//! FLAC (RFC 9639): only the description of the stream and its frames are given to the decoder, the description without
//! what some encoders leave out.

use std::io::{Cursor, Read as _};

use symphonia::{
    core::{
        formats::FormatOptions,
        io::{MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource},
    },
    default::formats::FlacReader,
};

use super::{demuxed::Demuxed, failed};
use crate::audio::error::AudioError;

/// The marker of a stream, the head of the description, and the description (RFC 9639, §6, §8.2).
const HEAD: usize = 4 + 4 + 34;

/// Opens a stream that begins with its marker.
pub(super) fn open(bytes: &[u8]) -> Result<Demuxed<'_>, AudioError> {
    let (description, frames) = metadata(bytes)?;
    let mut head = b"fLaC\x80\0\0\x22".to_vec();
    head.extend(described(description, frames));
    debug_assert_eq!(head.len(), HEAD);
    let stream = MediaSourceStream::new(
        Box::new(ReadOnlySource::new(Cursor::new(head).chain(frames))),
        MediaSourceStreamOptions::default(),
    );
    let reader = FlacReader::try_new(stream, FormatOptions::default()).map_err(|error| failed(&error))?;
    Demuxed::new(Box::new(reader), Some(frames.len()))
}

/// The description of the stream, and the frames behind all blocks of metadata.
fn metadata(bytes: &[u8]) -> Result<(&[u8; 34], &[u8]), AudioError> {
    let (mut at, mut description) = (4, None);
    loop {
        let head: &[u8; 4] = bytes
            .get(at..)
            .and_then(<[u8]>::first_chunk)
            .ok_or(AudioError::CutOff)?;
        let length = u32::from_be_bytes([0, head[1], head[2], head[3]]) as usize;
        let content = bytes.get(at + 4..at + 4 + length).ok_or(AudioError::CutOff)?;
        if head[0] << 1 == 0 {
            description = description.or(content.first_chunk());
        }
        at += 4 + length;
        if head[0] & 0x80 != 0 {
            break;
        }
    }
    let description =
        description.ok_or_else(|| AudioError::Damaged("it has no STREAMINFO block".to_owned()))?;
    let frames = &bytes[at..];
    if frames.is_empty() {
        let samples = u64::from_be_bytes(*description[10..].first_chunk().unwrap_or(&[0; 8])) & 0xf_ffff_ffff;
        return Err(if samples == 0 {
            AudioError::NoSamples
        } else {
            AudioError::CutOff
        });
    }
    Ok((description, frames))
}

/// The description with block sizes as the frames have them, and without sizes of frames: encoders that write to a pipe
/// leave them 0, and nothing needs them.
fn described(description: &[u8; 34], frames: &[u8]) -> [u8; 34] {
    let mut described = *description;
    let [least, most] = [0, 2].map(|at| u16::from_be_bytes([described[at], described[at + 1]]));
    let is_fixed = frames.get(1).is_some_and(|byte| byte & 1 == 0);
    let most = if most >= 16 {
        most
    } else {
        first_block(frames).unwrap_or(u16::MAX).max(16)
    };
    let least = if is_fixed {
        most
    } else {
        least.clamp(16, most.max(17) - 1)
    };
    described[..2].copy_from_slice(&least.to_be_bytes());
    described[2..4].copy_from_slice(&most.to_be_bytes());
    described[4..10].fill(0);
    described
}

/// The samples of a channel in the first of these frames, if its header says it plainly (RFC 9639, §9.1.1).
fn first_block(frames: &[u8]) -> Option<u16> {
    match frames.get(2)? >> 4 {
        1 => Some(192),
        code @ 2..=5 => Some(576 << (code - 2)),
        6 => Some(u16::from(*frames.get(5)?) + 1),
        7 => u16::from_be_bytes([*frames.get(5)?, *frames.get(6)?]).checked_add(1),
        code @ 8.. => Some(256 << (code - 8)),
        0 => None,
    }
}
