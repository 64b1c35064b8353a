//! The text in a file's bytes: UTF-8, or UTF-16 as spreadsheets save "Unicode text".
//!
//! Any other encoding is an error of the whole file. It could only be guessed, and a wrong guess would import wrong
//! letters that nobody notices.

use std::iter::once;

/// Why the bytes are no text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoText {
    /// The line, from 1, if one is to blame.
    pub(super) line: Option<u64>,
    /// What is wrong, for the operator.
    pub(super) message: String,
}

/// What files begin with that have "csv" in their name and are something else.
const WORKBOOKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"];

/// Bytes of a line that an error shows.
const SHOWN: usize = 40;

const SAVE: &str = "save it as UTF-8 (in Excel: \"CSV UTF-8\")";

/// The text, without byte order marks.
pub(super) fn text_of(bytes: Vec<u8>) -> Result<String, NoText> {
    let whole = |message: &str| {
        Err(NoText {
            line: None,
            message: message.to_owned(),
        })
    };
    if WORKBOOKS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return whole("is a workbook of a spreadsheet program: save it as CSV");
    }
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return whole(&format!("is UTF-32: {SAVE}"));
    }
    let text = match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf_8(rest.to_vec()),
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        // Two characters of ASCII.
        [1..=0x7F, 0, 1..=0x7F, 0, ..] => utf_16(&bytes, u16::from_le_bytes),
        [0, 1..=0x7F, 0, 1..=0x7F, ..] => utf_16(&bytes, u16::from_be_bytes),
        _ => utf_8(bytes),
    }?;
    // Programs that join files leave the mark of each within the text, and DOS ends texts with Ctrl+Z.
    let mut text = text.replace('\u{FEFF}', "");
    text.truncate(text.trim_end_matches('\u{1A}').len());
    let Some(at) = text.find(['\0', '\u{FFFD}']) else {
        return Ok(text);
    };
    let message = if text[at..].starts_with('\0') {
        "has a NUL character: it is damaged, or no text"
    } else {
        "has the character U+FFFD, which stands for a letter that a program could not read: write that letter again"
    };
    Err(NoText {
        line: Some(line_at(&text[..at])),
        message: message.to_owned(),
    })
}

fn utf_8(bytes: Vec<u8>) -> Result<String, NoText> {
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = String::from_utf8_lossy(&bytes[..good]);
        let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let line = bytes[start..].split(|byte| b"\r\n".contains(byte)).next();
        let line = line.unwrap_or_default();
        // The bad byte is among those shown.
        let from = (good - start).saturating_sub(SHOWN / 2).min(line.len());
        let shown = line[from..].iter().take(SHOWN).copied().collect::<Vec<_>>();
        let shown = shown.escape_ascii();
        // Some bytes of any encoding happen to be letters of UTF-8.
        let (mut letters, mut mistakes) = (0, 0);
        for chunk in bytes.utf8_chunks() {
            letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            mistakes += usize::from(!chunk.invalid().is_empty());
        }
        let message = if letters >= mistakes {
            format!("is UTF-8, but not here: \"{shown}\". Another program has changed it or added to it: {SAVE}")
        } else {
            format!("is not UTF-8: \"{shown}\". It looks like Windows-1252 (Latin-1) or another old encoding: {SAVE}")
        };
        NoText {
            line: Some(line_at(&before)),
            message,
        }
    })
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, NoText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(NoText {
            line: None,
            message: "is UTF-16 with an odd number of bytes: it is cut off or damaged".to_owned(),
        });
    }
    let mut text = String::with_capacity(bytes.len());
    for c in char::decode_utf16(pairs.iter().copied().map(unit)) {
        match c {
            Ok(c) => text.push(c),
            Err(half) => {
                return Err(NoText {
                    line: Some(line_at(&text)),
                    message: format!(
                        "is UTF-16 with half a character (U+{:04X}): it is damaged",
                        half.unpaired_surrogate()
                    ),
                });
            }
        }
    }
    Ok(text)
}

/// The line, from 1, on which the text ends.
pub(super) fn line_at(text: &str) -> u64 {
    1 + line_breaks(text)
}

/// How many lines end in the text: with CR LF, LF or CR.
pub(super) fn line_breaks(text: &str) -> u64 {
    let bytes = text.bytes();
    let next = text.bytes().skip(1).map(Some).chain(once(None));
    let breaks = bytes
        .zip(next)
        .filter(|(byte, next)| *byte == b'\n' || (*byte == b'\r' && *next != Some(b'\n')));
    breaks.count() as u64
}
