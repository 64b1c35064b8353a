//! Walks the chunks of RIFF and IFF files.

use super::{number, tags};
use crate::audio::error::AudioError;

/// How a family of files writes its chunks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// How many bytes name a chunk.
    pub(super) name: usize,
    /// How many bytes its length has.
    pub(super) length: usize,
    pub(super) big_endian: bool,
    /// Whether the length counts its own bytes and the name.
    pub(super) counts_head: bool,
    /// A chunk begins at a multiple of this.
    pub(super) align: usize,
}

/// Chunks of RIFF with the lowest byte of a number first, and of IFF and RIFX with the highest.
pub(super) const fn iff(big_endian: bool) -> Style {
    Style {
        name: 4,
        length: 4,
        big_endian,
        counts_head: false,
        align: 2,
    }
}

/// A chunk, by places in the file.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) name: &'a [u8],
    /// Where its content begins.
    pub(super) start: usize,
    /// How many bytes it says that it has: it need not be true.
    pub(super) length: u64,
}

impl<'a> Chunk<'a> {
    /// The content, as far as the file has it.
    pub(super) fn content(&self, bytes: &'a [u8]) -> &'a [u8] {
        let rest = &bytes[self.start.min(bytes.len())..];
        &rest[..usize::try_from(self.length).map_or(rest.len(), |length| length.min(rest.len()))]
    }

    /// Where the content ends, if that is within the file.
    pub(super) fn end(&self, bytes: &[u8]) -> Option<usize> {
        let end = self.start.checked_add(usize::try_from(self.length).ok()?)?;
        (end <= bytes.len()).then_some(end)
    }
}

impl Style {
    /// The chunk whose name is at `at`, if its head is there.
    pub(super) fn read(self, bytes: &[u8], at: usize) -> Option<Chunk<'_>> {
        let start = at.checked_add(self.name + self.length)?;
        let name = bytes.get(at..at + self.name)?;
        let length = number(bytes, at + self.name, self.length, self.big_endian)?;
        let head = if self.counts_head { (start - at) as u64 } else { 0 };
        Some(Chunk {
            name,
            start,
            length: length.saturating_sub(head),
        })
    }

    /// Where the chunk behind this one begins. Some programs forget to fill up an odd one.
    pub(super) fn next(self, bytes: &[u8], chunk: &Chunk<'_>) -> Option<usize> {
        let end = chunk.end(bytes)?;
        let padded = end.next_multiple_of(self.align);
        let is_known = |at: usize| bytes.get(at..at + 4).is_some_and(|name| KNOWN.contains(&name));
        if self.align == 2 && padded != end && is_known(end) && !is_known(padded) {
            return Some(end);
        }
        Some(padded)
    }

    /// All chunks from `at` on, as far as the lengths lead within the file.
    pub(super) fn walk(self, bytes: &[u8], at: usize) -> impl Iterator<Item = Chunk<'_>> {
        let mut next = Some(at);
        std::iter::from_fn(move || {
            let chunk = self.read(bytes, next?)?;
            next = self.next(bytes, &chunk);
            Some(chunk)
        })
    }

    /// What is wrong with a file whose chunks from `at` on lack one. The head of a chunk that is longer than the file is all
    /// that is left of one that is cut off.
    pub(super) fn missing(self, bytes: &[u8], at: usize, name: &str) -> AudioError {
        let last = self.walk(bytes, at).last();
        if last.is_none_or(|chunk| chunk.end(bytes).is_none()) {
            AudioError::CutOff
        } else {
            AudioError::Damaged(format!("it has no {name} chunk"))
        }
    }

    /// The length of what is sound from `start` to the end of the file, if its chunk doesn't know its length: all of it
    /// but for chunks and tags that follow the sound.
    pub(super) fn to_the_end(self, bytes: &[u8], start: usize) -> usize {
        let bytes = &bytes[..start + tags::behind(&bytes[start..]).len()];
        // Further chunks are looked for where they are small, as those of metadata are.
        let first = start.max(bytes.len().saturating_sub(SEARCHED));
        (first..bytes.len())
            .find(|at| self.is_a_chain(bytes, *at))
            .unwrap_or(bytes.len())
            - start
    }

    /// Whether known chunks begin at `at` and end with the file.
    pub(super) fn is_a_chain(self, bytes: &[u8], mut at: usize) -> bool {
        if at >= bytes.len() {
            return false;
        }
        while at < bytes.len() {
            let is_known = bytes.get(at..at + 4).is_some_and(|name| KNOWN.contains(&name));
            let next = self.read(bytes, at).and_then(|chunk| chunk.end(bytes));
            match next {
                Some(end) if is_known => {
                    at = if end == bytes.len() {
                        end
                    } else {
                        end.next_multiple_of(self.align)
                    };
                }
                _ => return false,
            }
        }
        true
    }
}

/// Whether the second of two chunks begins more sound: a chunk without a length may have anything behind it.
pub(super) fn is_joined(first: &Chunk<'_>, second: &Chunk<'_>) -> bool {
    first.length > 0 && second.length > 0
}

/// How far before the end of a file chunks behind a sound of unknown length are looked for, in bytes.
const SEARCHED: usize = 1 << 16;

/// Names of chunks that stand beside the sound.
const KNOWN: [&[u8]; 34] = [
    b"LIST", b"list", b"INFO", b"fact", b"data", b"fmt ", b"bext", b"iXML", b"axml", b"chna", b"cue ",
    b"plst", b"smpl", b"inst", b"labl", b"note", b"PEAK", b"DISP", b"JUNK", b"junk", b"PAD ", b"FLLR",
    b"id3 ", b"ID3 ", b"_PMX", b"cart", b"acid", b"LGWV", b"COMM", b"SSND", b"MARK", b"INST", b"NAME",
    b"ANNO",
];

/// Whether a length of 32 bits is what programs write that don't know it yet: `7FFFF000` (sox), `7F000000` (sox, AIFF),
/// `7FFFFFFF`, `80000000` (arecord), `FFFFFFFF` (ffmpeg), each rounded down to whole samples or with the headers added.
pub(super) fn is_placeholder(length: u64) -> bool {
    matches!(length, 0 | 0x7eff_0000..=0x7f00_0100 | 0x7fff_0000..=0x8000_0100 | 0xffff_0000..=0xffff_ffff)
}

/// The same for lengths of 64 bits: nothing, less than nothing, or more than any file has.
pub(super) fn is_long_placeholder(length: u64) -> bool {
    length == 0 || length >= 1 << 62 || length == 0xffff_ffff
}
