//! Ogg (RFC 3533): one recording or several one after the other, each Vorbis, Opus or FLAC.

use std::collections::BTreeMap;

use symphonia::{
    core::{
        checksum::Crc32,
        formats::FormatOptions,
        io::{MediaSourceStream, MediaSourceStreamOptions, Monitor as _, ReadOnlySource},
    },
    default::formats::OggReader,
};

use super::{Decoder, Format, demuxed::Demuxed, failed, opus::Opus, vorbis};
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

/// Opens a recording. Beside its sound it may have films and descriptions, whose streams begin before or behind it.
fn open<'a>(bytes: &'a [u8]) -> Result<Box<dyn Decoder + 'a>, AudioError> {
    let unsupported = |what: &str| Err(AudioError::Unsupported(format!("{what} in an Ogg file")));
    for page in pages(bytes).take_while(Page::is_first) {
        return match page.content {
            [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', ..] => {
                let (stream, has_ended) = stream(bytes, page.stream);
                Ok(Box::new(Opus::new(stream, has_ended)?))
            }
            [b'S', b'p', b'e', b'e', b'x', ..] => unsupported("Speex"),
            [b'C', b'E', b'L', b'T', ..] => unsupported("CELT"),
            [b'P', b'C', b'M', b' ', ..] => unsupported("OggPCM"),
            // Symphonia decodes channels that are coupled more than once in the wrong order: to noise.
            [1, b'v', b'o', b'r', b'b', b'i', b's', _, _, _, _, channels, ..] if *channels > 2 => {
                unsupported(&format!("Vorbis of {channels} channels (at most 2 are read)"))
            }
            _ => continue,
        };
    }
    check_setups(bytes)?;
    let stream = MediaSourceStream::new(
        Box::new(ReadOnlySource::new(bytes)),
        MediaSourceStreamOptions::default(),
    );
    let reader = OggReader::try_new(stream, FormatOptions::default()).map_err(|error| failed(&error))?;
    Ok(Box::new(Demuxed::new(Box::new(reader), None)?))
}

/// Checks each setup header of Vorbis in a recording: symphonia reads them wherever they are.
fn check_setups(bytes: &[u8]) -> Result<(), AudioError> {
    // Of each stream, what its pages have so far of a header that goes on.
    let mut begun = BTreeMap::<u32, Vec<u8>>::new();
    for page in pages(bytes) {
        let header = begun.entry(page.stream).or_default();
        let (mut rest, mut is_continued) = (page.content, page.is_continued());
        for lengths in page.lengths.split_inclusive(|length| *length < 255) {
            let packet;
            (packet, rest) = rest.split_at(lengths.iter().map(|length| usize::from(*length)).sum());
            let is_rest = std::mem::take(&mut is_continued);
            if !is_rest {
                header.clear();
            }
            if header.is_empty() && (is_rest || !packet.starts_with(b"\x05vorbis")) {
                continue;
            }
            header.extend_from_slice(packet);
            if !lengths.ends_with(&[255]) {
                vorbis::check(&header[7..])?;
                header.clear();
            }
        }
    }
    Ok(())
}

/// The pages that are whole, one after the other.
fn pages(bytes: &[u8]) -> impl Iterator<Item = Page<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let page = Page::read(bytes, at)?;
        at = page.end;
        Some(page)
    })
}

/// The pages of one stream of a recording that hold something, with what is left of a page that is cut off, and whether
/// one of its pages says that it is the last.
fn stream(bytes: &[u8], number: u32) -> (Vec<u8>, bool) {
    let (mut stream, mut has_ended, mut end) = (Vec::new(), false, 0);
    for page in pages(bytes) {
        if page.stream == number {
            has_ended |= page.is_last();
            if !page.content.is_empty() {
                stream.extend_from_slice(&bytes[end..page.end]);
            }
        }
        end = page.end;
    }
    stream.extend_from_slice(&bytes[end..]);
    (stream, has_ended)
}

/// A page of Ogg.
struct Page<'a> {
    content: &'a [u8],
    /// The lengths of the pieces that packets are cut into: one below 255 is the last of a packet (§5).
    lengths: &'a [u8],
    /// The flags in its head (§6).
    flags: u8,
    /// Which stream it is of, and its number in it.
    stream: u32,
    number: u32,
    /// Whether its stream has only headers so far.
    is_header: bool,
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
            lengths,
            flags: head[5],
            is_header: head[6..14] == [0; 8],
            stream: u32::from_le_bytes(*head[14..].first_chunk()?),
            number: u32::from_le_bytes(*head[18..].first_chunk()?),
            end,
        })
    }

    /// Whether its first packet began on a page before.
    fn is_continued(&self) -> bool {
        self.flags & 1 != 0
    }

    /// Whether a stream begins with it.
    fn is_first(&self) -> bool {
        self.flags & 2 != 0
    }

    /// Whether a stream ends with it.
    fn is_last(&self) -> bool {
        self.flags & 4 != 0
    }
}

/// The recordings in a file: a page that begins a stream, behind one that doesn't, begins the next recording. Decoders
/// pass over pages that are missing or damaged, so this is where they are noticed.
fn recordings(bytes: &[u8]) -> Result<Vec<&[u8]>, AudioError> {
    let (mut at, mut from, mut is_begun) = (0, 0, false);
    let mut recordings = Vec::new();
    // Of each stream, the number of the page that comes next, if it must be that.
    let mut numbers = BTreeMap::new();
    while let Some(page) = Page::read(bytes, at) {
        if page.is_first() && is_begun {
            recordings.push(&bytes[from..at]);
            (from, is_begun) = (at, false);
            numbers.clear();
        }
        is_begun |= !page.is_first();
        // What was recorded from a broadcast goes on anywhere behind the headers.
        let next = page.number.wrapping_add(1);
        let before = numbers.insert(page.stream, (!page.is_header).then_some(next));
        if let Some(Some(expected)) = before
            && expected != page.number
        {
            return Err(AudioError::Damaged(format!("page {expected} is missing")));
        }
        if !is_intact(&bytes[at..page.end]) {
            let what = format!("page {} does not match its checksum", page.number);
            return Err(AudioError::Damaged(what));
        }
        at = page.end;
    }
    let rest = &bytes[at..];
    let is_page = |window: &[u8]| window == b"OggS\0";
    if rest.windows(5).skip(1).any(is_page) && !rest.starts_with(b"OggS\0") {
        let what = format!("what stands at byte {at} is no page of Ogg");
        return Err(AudioError::Damaged(what));
    }
    // A page that is cut off belongs to the recording; what else follows the last page is no sound.
    let end = if rest.starts_with(b"OggS") {
        bytes.len()
    } else {
        at
    };
    if end == 0 {
        return Err(AudioError::CutOff);
    }
    recordings.push(&bytes[from..end]);
    Ok(recordings)
}

/// Whether a page has its checksum, which is counted with itself as 0 (RFC 3533, §6).
fn is_intact(page: &[u8]) -> bool {
    let (head, rest) = page.split_at(22);
    let mut sum = Crc32::new(0);
    sum.process_buf_bytes(head);
    sum.process_buf_bytes(&[0; 4]);
    sum.process_buf_bytes(&rest[4..]);
    rest.starts_with(&sum.crc().to_le_bytes())
}
