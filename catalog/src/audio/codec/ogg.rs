//! Ogg (RFC 3533): one recording or several one after the other, each Vorbis, Opus or FLAC.

use symphonia::{
    core::{
        formats::FormatOptions,
        io::{MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource},
    },
    default::formats::OggReader,
};

use super::{Decoder, Format, demuxed::Demuxed, failed, opus::Opus};
use crate::audio::error::AudioError;

/// Decodes the recordings.
pub(super) struct Streams<'a> {
    /// The recordings that are left, the next one last.
    left: Vec<&'a [u8]>,
    current: Box<dyn Decoder + 'a>,
}

impl<'a> Streams<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, AudioError> {
        let mut left = recordings(bytes)?;
        left.reverse();
        let first = left.pop().ok_or(AudioError::CutOff)?;
        Ok(Self {
            current: open(first)?,
            left,
        })
    }
}

impl Decoder for Streams<'_> {
    fn next(&mut self, block: &mut Vec<f32>) -> Result<Option<Format>, AudioError> {
        loop {
            if let Some(format) = self.current.next(block)? {
                return Ok(Some(format));
            }
            match self.left.pop() {
                Some(next) => self.current = open(next)?,
                None => return Ok(None),
            }
        }
    }
}

fn open<'a>(bytes: &'a [u8]) -> Result<Box<dyn Decoder + 'a>, AudioError> {
    let content = Page::read(bytes, 0).ok_or(AudioError::CutOff)?.content;
    let unsupported = |what: &str| Err(AudioError::Unsupported(format!("{what} in an Ogg file")));
    match content {
        [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', ..] => Ok(Box::new(Opus::new(bytes)?)),
        [b'S', b'p', b'e', b'e', b'x', ..] => unsupported("Speex"),
        [b'C', b'E', b'L', b'T', ..] => unsupported("CELT"),
        [b'P', b'C', b'M', b' ', ..] => unsupported("OggPCM"),
        _ => {
            let stream = MediaSourceStream::new(
                Box::new(ReadOnlySource::new(bytes)),
                MediaSourceStreamOptions::default(),
            );
            let reader =
                OggReader::try_new(stream, FormatOptions::default()).map_err(|error| failed(&error))?;
            Ok(Box::new(Demuxed::new(Box::new(reader), false)?))
        }
    }
}

/// A page of Ogg.
struct Page<'a> {
    content: &'a [u8],
    /// Whether a stream begins with it.
    is_first: bool,
    /// Where the next page begins.
    end: usize,
}

impl<'a> Page<'a> {
    /// The page at `at`, if it is whole.
    fn read(bytes: &'a [u8], at: usize) -> Option<Self> {
        let head = bytes.get(at..at + 27)?;
        if !head.starts_with(b"OggS\0") {
            return None;
        }
        let start = at + 27 + usize::from(head[26]);
        let lengths = bytes.get(at + 27..start)?;
        let end = start + lengths.iter().map(|length| usize::from(*length)).sum::<usize>();
        Some(Self {
            content: bytes.get(start..end)?,
            is_first: head[5] & 2 != 0,
            end,
        })
    }
}

/// The recordings in a file: a page that begins a stream, behind one that doesn't, begins the next recording.
fn recordings(bytes: &[u8]) -> Result<Vec<&[u8]>, AudioError> {
    let (mut at, mut from, mut is_begun) = (0, 0, false);
    let mut recordings = Vec::new();
    while let Some(page) = Page::read(bytes, at) {
        if page.is_first && is_begun {
            recordings.push(&bytes[from..at]);
            (from, is_begun) = (at, false);
        }
        is_begun |= !page.is_first;
        at = page.end;
    }
    // What follows the last whole page is more of the recording, cut off, or nothing but zeros.
    let rest = &bytes[at..];
    let end = if rest.iter().all(|byte| *byte == 0) {
        at
    } else {
        bytes.len()
    };
    if end == 0 {
        return Err(AudioError::CutOff);
    }
    recordings.push(&bytes[from..end]);
    Ok(recordings)
}
