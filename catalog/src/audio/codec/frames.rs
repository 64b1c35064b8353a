//! The frames of MPEG audio in a file: where they are, where one recording ends and the next begins, and what lies
//! between them.

use std::ops::Range;

use super::{header::Header, info::Info};
use crate::audio::{container::in_front, error::AudioError};

/// A recording within a file.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) header: Header,
    /// Where its frames are.
    pub(super) frames: Vec<Range<usize>>,
    /// What its encoder says of it.
    pub(super) info: Option<Info>,
    /// Whether the file ends in the middle of a frame of it.
    pub(super) is_cut_off: bool,
}

/// How far an MP3 may begin behind something that is neither tag nor frame, in bytes. ffmpeg looks as far.
const MOST_IN_FRONT: usize = 1 << 16;

/// How long lyrics between two recordings may be, in bytes: those of the first version have at most 5,100.
const MOST_LYRICS: usize = 1 << 13;

/// How many frames must follow each other where nothing else shows that they are frames.
const RUN: usize = 3;

/// Finds all frames. Tags are stepped over by their length, wherever they are. What else is between the frames may be a
/// twentieth of them, because players skip it.
pub(super) fn find(bytes: &[u8], may_begin_late: bool) -> Result<Vec<Part>, AudioError> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut at, mut is_synced, mut is_new) = (0, true, true);
    let (mut junk, mut held, mut in_front_of_all) = (0, 0, 0);
    while at < bytes.len() {
        let tags = tags_between(&bytes[at..]);
        if tags > 0 {
            // A tag in the middle begins the next recording.
            (is_synced, is_new) = (true, true);
            at += tags;
            continue;
        }
        let last = parts.last().map(|part| part.header);
        match Header::read(&bytes[at..]) {
            Some(header)
                if at + header.size > bytes.len()
                    && is_synced
                    && last.is_some_and(|last| last.is_like(&header)) =>
            {
                // A last frame that is cut off, as a recording that was stopped has it.
                if let Some(part) = parts.last_mut() {
                    part.is_cut_off = true;
                }
                break;
            }
            Some(header) if is_frame(bytes, at, &header, last.filter(|_| is_synced)) => {
                let range = at..at + header.size;
                at = range.end;
                is_synced = true;
                held += header.size;
                let info = Info::read(&bytes[range.clone()], &header);
                let is_other = last.is_none_or(|last| !last.is_like(&header));
                if is_new || is_other || info.is_some() {
                    let frames = if info.is_some() { Vec::new() } else { vec![range] };
                    parts.push(Part {
                        header,
                        frames,
                        info,
                        is_cut_off: false,
                    });
                } else if let Some(part) = parts.last_mut() {
                    part.frames.push(range);
                }
                is_new = false;
            }
            _ => {
                let from = at;
                at += 1 + bytes[at + 1..]
                    .iter()
                    .take_while(|byte| **byte != 0xff && !is_tag_letter(**byte))
                    .count();
                let wrong = bytes[from..at].iter().filter(|byte| **byte != 0).count();
                if parts.is_empty() {
                    in_front_of_all += wrong;
                } else {
                    junk += wrong;
                }
                is_synced = false;
                if parts.is_empty() && in_front_of_all > if may_begin_late { MOST_IN_FRONT } else { 0 } {
                    return Err(nothing(bytes));
                }
            }
        }
    }
    if parts.is_empty() {
        return Err(nothing(bytes));
    }
    if let Some(part) = parts.iter().find(|part| part.header.layer != 3) {
        let layer = if part.header.layer == 1 { "I" } else { "II" };
        return Err(AudioError::Unsupported(format!(
            "MPEG audio, layer {layer}; of MPEG audio, layer III (MP3) is read"
        )));
    }
    if junk * 20 > held {
        let what = format!("{junk} of its bytes are neither MP3 frames nor tags");
        return Err(AudioError::Damaged(what));
    }
    Ok(parts)
}

/// Why there are no frames in these bytes.
fn nothing(bytes: &[u8]) -> AudioError {
    // Of a free bit rate the header doesn't tell how long its frame is. Hardly a player reads it.
    match bytes {
        [0xff, second, third, ..] if second & 0xe6 == 0xe2 && third & 0xf0 == 0 && third & 0x0c != 0x0c => {
            AudioError::Unsupported("an MP3 of a free bit rate".to_owned())
        }
        _ => AudioError::NotAudio(None),
    }
}

/// Whether these bytes may begin a tag.
fn is_tag_letter(byte: u8) -> bool {
    matches!(byte, b'I' | b'A' | b'T' | b'L')
}

/// The length of the tags that these bytes begin with, also of those that stand behind a recording.
fn tags_between(bytes: &[u8]) -> usize {
    let behind = match bytes {
        [b'T', b'A', b'G', b'+', ..] => 227,
        // The letters may be in what is no frame, but then with no room for a tag or no frame behind it.
        [b'T', b'A', b'G', ..] if bytes.len() == 128 || bytes.get(128..).is_some_and(begins_recording) => 128,
        _ if bytes.starts_with(b"LYRICSBEGIN") => {
            let near = &bytes[..bytes.len().min(MOST_LYRICS)];
            let end = near
                .windows(9)
                .position(|window| window == b"LYRICS200" || window == b"LYRICSEND");
            end.map_or(0, |end| end + 9)
        }
        _ => 0,
    };
    if behind > 0 {
        behind.min(bytes.len())
    } else {
        in_front(bytes)
    }
}

/// Whether a tag or a frame begins here.
fn begins_recording(bytes: &[u8]) -> bool {
    in_front(bytes) > 0
        || bytes.starts_with(b"TAG")
        || bytes.starts_with(b"LYRICSBEGIN")
        || Header::read(bytes).is_some()
}

/// Whether a frame is at `at`. After a frame of the same kind it is one by its header; elsewhere some must follow it, or
/// the end of the file or a tag.
fn is_frame(bytes: &[u8], at: usize, header: &Header, before: Option<Header>) -> bool {
    if before.is_some_and(|before| before.is_like(header)) {
        return true;
    }
    let mut at = at + header.size;
    for _ in 0..RUN {
        match bytes.get(at..) {
            None => return false,
            Some([]) => return true,
            Some(rest) => match Header::read(rest) {
                Some(next) if next.is_like(header) => at += next.size,
                _ => return tags_between(rest) > 0 || rest.iter().all(|byte| *byte == 0),
            },
        }
    }
    true
}
