//! Names of files that are no sounds, or of a kind that is not read.

/// What begins how. The first that fits counts.
const BEGINNINGS: [(&[u8], &str); 28] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"MThd", "a MIDI file, which has notes and no sound"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"%PDF", "a PDF document"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media file (WMA)"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM file"),
    (b"MAC ", "a Monkey's Audio file"),
    (b"wvpk", "a WavPack file"),
    (b"TTA1", "a True Audio file"),
    (b"MPCK", "a Musepack file"),
    (b"MP+", "a Musepack file"),
    (b"#!AMR", "an AMR recording"),
    (b".snd", "a Sun audio file (AU)"),
    (b"dns.", "a Sun audio file (AU)"),
    (b"DSD ", "a DSD file (DSF)"),
    (b"FRM8", "a DSD file (DFF)"),
    (b"Creative Voice File", "a Creative voice file (VOC)"),
    (b".RMF", "a RealMedia file"),
    (b"\0\0\x01\xba", "an MPEG film"),
    (b"\0\0\x01\xb3", "an MPEG film"),
    (b"FLV\x01", "a Flash film"),
    (b"ADIF", "an AAC file"),
];

/// The kind of a file that is not read, if these bytes show it.
pub(super) fn name(bytes: &[u8]) -> Option<&'static str> {
    let form = bytes.get(8..12).unwrap_or_default();
    match bytes {
        [b'R', b'I', b'F', b'F' | b'X', ..] => {
            return Some(match form {
                b"AVI " => "an AVI film",
                b"WEBP" => "a WebP image",
                b"RMID" => "a MIDI file, which has notes and no sound",
                b"sfbk" => "a SoundFont",
                _ => "a RIFF file of another kind than WAVE",
            });
        }
        [b'F', b'O', b'R', b'M', ..] => return Some("an IFF file of another kind than AIFF"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            return Some(match form {
                b"M4A " | b"M4B " => "an MPEG-4 sound (M4A, AAC or ALAC)",
                b"qt  " => "a QuickTime film",
                b"heic" | b"avif" | b"mif1" => "an image",
                _ => "an MPEG-4 file (MP4, AAC)",
            });
        }
        [0xff, second, ..] if second & 0xf6 == 0xf0 => return Some("an AAC file (ADTS)"),
        _ => {}
    }
    let by_beginning = BEGINNINGS
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning));
    by_beginning.map(|(_, name)| *name).or_else(|| text(bytes))
}

/// Whether it is text, by its first 512 bytes.
fn text(bytes: &[u8]) -> Option<&'static str> {
    let bytes = &bytes[..bytes.len().min(512)];
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The last character is cut off.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_readable = |c: char| !c.is_control() || c.is_whitespace();
    if text.len() < 4 || !text.chars().all(is_readable) {
        return None;
    }
    let start = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    let is_html = start.starts_with("<!doctype html") || start.starts_with("<html");
    Some(if is_html { "an HTML page" } else { "a text" })
}
