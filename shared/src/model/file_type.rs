//! What the first bytes of a file show: its type, and the dimensions of an image.

use super::file::MediaType;

/// How many bytes to look at. The dimensions of most images are among them.
pub const LOOKED_AT: usize = 64 << 10;

/// What was read of a stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The size of the file, in bytes.
    pub size: u64,
    /// Its first bytes, at most [`LOOKED_AT`].
    pub head: Vec<u8>,
}

/// What the first bytes of a file show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The type; `None` if the bytes do not tell.
    pub media_type: Option<MediaType>,
    /// Width and height of an image, in pixels.
    pub dimensions: Option<(u32, u32)>,
}

/// Types that browsers may run as a page or a script. Nothing is served as one.
const ACTIVE: [&str; 6] = [
    "text/html",
    "text/xml",
    "image/svg+xml",
    "application/pdf",
    "text/x-shellscript",
    "application/x-shockwave-flash",
];

/// Types that a page may show inline.
const INLINE: [&str; 19] = [
    "audio/aac",
    "audio/aiff",
    "audio/amr",
    "audio/flac",
    "audio/midi",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
];

/// The types that a file of readable text can show. A text may begin with the few letters that mark some other type.
const TEXTUAL: [&str; 6] = [
    "text/html",
    "text/xml",
    "text/x-shellscript",
    "application/pdf",
    "application/postscript",
    "application/rtf",
];

impl Shown {
    /// What these first bytes show.
    #[must_use]
    pub fn by(bytes: &[u8]) -> Self {
        let media_type = type_of(bytes).map(MediaType::known);
        let is_image = media_type.as_ref().is_some_and(MediaType::is_image);
        let dimensions = is_image.then(|| dimensions_of(bytes)).flatten();
        Self {
            media_type,
            dimensions,
        }
    }
}

impl MediaType {
    /// Whether a browser may run a file of this type as a page or a script.
    #[must_use]
    pub fn is_active(&self) -> bool {
        ACTIVE.contains(&self.as_str())
    }

    /// Whether a page may show a file of this type inline.
    #[must_use]
    pub fn is_inline(&self) -> bool {
        INLINE.contains(&self.as_str())
    }
}

fn type_of(bytes: &[u8]) -> Option<&'static str> {
    let found = infer::get(bytes).map(|found| standard(found.mime_type()));
    match as_text(bytes) {
        Some(text) if is_svg(text) => Some("image/svg+xml"),
        Some(_) => found.filter(|found| TEXTUAL.contains(found)),
        None => found,
    }
}

/// The registered name where `infer` has an older one.
fn standard(name: &'static str) -> &'static str {
    match name {
        "audio/m4a" => "audio/mp4",
        "audio/x-aiff" => "audio/aiff",
        "audio/x-flac" => "audio/flac",
        "audio/x-wav" => "audio/wav",
        "video/x-m4v" => "video/mp4",
        name => name,
    }
}

/// The bytes as text, if they are readable. The last character may be cut off.
fn as_text(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_readable = |c: char| !c.is_control() || c.is_whitespace() || c == '\u{1b}';
    text.chars().all(is_readable).then_some(text)
}

/// Whether a text is an SVG image, with or without what XML has before its root.
fn is_svg(text: &str) -> bool {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '\u{c}']);
    let begins = |with: &str| {
        text.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    begins("<svg") || (["<?xml", "<!--", "<!doctype svg"].into_iter().any(begins) && text.contains("<svg"))
}

fn dimensions_of(bytes: &[u8]) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(bytes).ok()?;
    Some((size.width.try_into().ok()?, size.height.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The beginning of a PNG of this size.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        png
    }

    #[test]
    fn images_have_a_type_and_dimensions() {
        let shown = Shown::by(&png(640, 480));
        assert_eq!(shown.media_type, Some(MediaType::known("image/png")));
        assert_eq!(shown.dimensions, Some((640, 480)));
        // The dimensions are cut off.
        let shown = Shown::by(&png(640, 480)[..12]);
        assert_eq!(
            (shown.media_type, shown.dimensions),
            (Some(MediaType::known("image/png")), None)
        );
    }

    #[test]
    fn what_could_run_is_recognized() {
        for (bytes, expected) in [
            ("<!DOCTYPE html><p>hi", "text/html"),
            ("  <script>alert(1)</script>", "text/html"),
            ("<?xml version=\"1.0\"?><a/>", "text/xml"),
            ("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
            ("\u{feff}<?xml version='1.0'?>\n<!-- x --><svg/>", "image/svg+xml"),
            ("<!-- a picture --> <svg>", "image/svg+xml"),
            ("#!/bin/sh\necho hi", "text/x-shellscript"),
            ("%PDF-1.7\n", "application/pdf"),
        ] {
            let shown = Shown::by(bytes.as_bytes()).media_type.unwrap();
            assert_eq!(shown.as_str(), expected, "{bytes}");
            assert!(shown.is_active() && !shown.is_inline(), "{bytes}");
        }
    }

    #[test]
    fn text_shows_nothing_even_if_it_begins_like_something() {
        for text in [
            "",
            "hello",
            "BMW, Audi, Opel",
            "MZ is a country code",
            "BZh",
            "{\"a\": 1}",
            "Grüße",
        ] {
            assert_eq!(Shown::by(text.as_bytes()), Shown::default(), "{text}");
        }
        // A character is cut off at the end.
        assert_eq!(Shown::by(&"BMé".as_bytes()[..3]), Shown::default());
    }

    #[test]
    fn names_are_the_registered_ones() {
        for (bytes, expected) in [
            (&b"RIFF\x24\0\0\0WAVEfmt "[..], "audio/wav"),
            (b"fLaC\0\0\0\x22", "audio/flac"),
            (b"OggS\0\x02", "audio/ogg"),
            (b"ID3\x04\0\0", "audio/mpeg"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"PK\x03\x04\x14\0", "application/zip"),
        ] {
            assert_eq!(Shown::by(bytes).media_type.unwrap().as_str(), expected);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at(
            head in prop::sample::select(vec![
                &b""[..], b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe1", b"RIFF\0\0\0\0WEBPVP8 ", b"BM",
                b"II*\0", b"MM\0*", b"\0\0\0\x18ftypavif", b"\0\0\0\x18ftypheic", b"PK\x03\x04", b"\xd0\xcf\x11\xe0",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let shown = Shown::by(&[head, &rest].concat());
            prop_assert!(shown.dimensions.is_none() || shown.media_type.is_some());
        }
    }
}
