//! The encodings of manifests: UTF-8 and UTF-16 are read, all others refused as a whole.

use catalog::manifest::Manifest;
use proptest::prelude::*;

use crate::world::Sounds;

/// An encoding and the mark at the beginning.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Encoding {
    Utf8,
    Utf8Marked,
    Utf16Le,
    Utf16LeMarked,
    Utf16Be,
    Utf16BeMarked,
}

impl Encoding {
    pub(crate) const ALL: [Self; 6] = [
        Self::Utf8,
        Self::Utf8Marked,
        Self::Utf16Le,
        Self::Utf16LeMarked,
        Self::Utf16Be,
        Self::Utf16BeMarked,
    ];

    pub(crate) fn of(self, text: &str) -> Vec<u8> {
        let marked = format!("\u{FEFF}{text}");
        match self {
            Self::Utf8 => text.into(),
            Self::Utf8Marked => marked.into(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16LeMarked => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf16BeMarked => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// Why a manifest with these bytes is refused as a whole.
fn refusal(name: &str, content: &[u8]) -> String {
    let sounds = Sounds::of(&["a.wav", "b.wav"]);
    sounds.write(name, content);
    format!("{:#}", Manifest::read(sounds.path()).unwrap_err())
}

#[test]
fn utf_8_and_utf_16_say_the_same() {
    let sounds = Sounds::of(&["a.wav"]);
    for encoding in Encoding::ALL {
        for (name, text) in [
            ("manifest.csv", "file,title\na.wav,Ein Café 😀\n"),
            (
                "manifest.jsonl",
                "{\"file\": \"a.wav\", \"title\": \"Ein Café 😀\"}\n",
            ),
        ] {
            sounds.write(name, encoding.of(text));
            let manifest = Manifest::read(sounds.path()).unwrap();
            assert_eq!(manifest.problems, [], "{encoding:?}");
            assert_eq!(manifest.sounds[0].title.as_str(), "Ein Café 😀", "{encoding:?}");
            sounds.remove(name);
        }
    }
}

/// Programs that add a mark to a text with one, or join files, leave several. DOS ends a text with Ctrl+Z.
#[test]
fn marks_of_programs_are_passed_over() {
    let sounds = Sounds::of(&["a.wav", "b.wav"]);
    for encoding in [Encoding::Utf8Marked, Encoding::Utf16LeMarked] {
        for text in [
            "\u{FEFF}file\na.wav\nb.wav\n",
            "sep=;\n\u{FEFF}file\na.wav\n\u{FEFF}b.wav\n",
            "file\r\na.wav\r\nb.wav\r\n\u{1A}",
        ] {
            sounds.write("manifest.csv", encoding.of(text));
            let manifest = Manifest::read(sounds.path()).unwrap();
            assert_eq!(manifest.problems, [], "{text:?}");
            assert_eq!(manifest.sounds.len(), 2, "{text:?}");
        }
    }
}

/// As Excel saves "Unicode text".
#[test]
fn unicode_text_of_excel() {
    let sounds = Sounds::of(&["a.wav"]);
    let text = "file\ttitle\ttags\r\na.wav\t\"12\"\" pipe, loud\"\tä;ö\r\n";
    sounds.write("manifest.csv", Encoding::Utf16LeMarked.of(text));
    let manifest = Manifest::read(sounds.path()).unwrap();
    assert_eq!(manifest.problems, []);
    assert_eq!(manifest.sounds[0].title.as_str(), "12\" pipe, loud");
    assert_eq!(manifest.sounds[0].tags.len(), 2);
}

#[test]
fn old_encodings_are_named_and_refused() {
    for content in [
        &b"file,title\na.wav,Alpha\nb.wav,Caf\xE9\n"[..],
        b"file,title\ra.wav,Alpha\rb.wav,Caf\xE9\r",
        b"file,title\r\na.wav,Alpha\r\nb.wav,Caf\xE9",
    ] {
        assert_eq!(
            refusal("manifest.csv", content),
            "manifest.csv:3: the file is not UTF-8: \"b.wav,Caf\\xe9\". It looks like Windows-1252 (Latin-1) or another \
             old encoding: save it as UTF-8 (in Excel: \"CSV UTF-8\")"
        );
    }
    let json = refusal(
        "manifest.jsonl",
        b"{\"file\": \"a.wav\"}\n{\"file\": \"b.wav\", \"title\": \"\x93B\x94\"}\n",
    );
    assert!(
        json.starts_with("manifest.jsonl:2: the file is not UTF-8"),
        "{json}"
    );
    assert!(json.contains("\\x93B\\x94"), "{json}");
    // In Shift JIS and others, some bytes happen to be letters of UTF-8.
    let japanese = refusal("manifest.csv", b"file,title\na.wav,\x89J\x82\xCC\x89\xB9\n");
    assert!(
        japanese.starts_with("manifest.csv:2: the file is not UTF-8"),
        "{japanese}"
    );
    // The bad byte is shown, however long the line is.
    let long = [
        b"file,title\na.wav,",
        &b"x".repeat(150)[..],
        b"\xE9",
        &b"y".repeat(30)[..],
    ]
    .concat();
    assert!(refusal("manifest.csv", &long).contains("xx\\xe9yy"));
}

#[test]
fn a_bad_byte_in_utf_8_refuses_all() {
    assert_eq!(
        refusal("manifest.csv", b"file,title\na.wav,\xC3\x84\nb.wav,B\xFF\n"),
        "manifest.csv:3: the file is UTF-8, but not here: \"b.wav,B\\xff\". Another program has changed it or added to \
         it: save it as UTF-8 (in Excel: \"CSV UTF-8\")"
    );
}

#[test]
fn damaged_texts_say_what_is_wrong() {
    let utf_16 = Encoding::Utf16LeMarked.of("file,title\na.wav,A\nb.wav,B\n");
    let half = [&utf_16[..46], b"\x00\xD8", &utf_16[46..]].concat();
    for (content, message) in [
        (
            &utf_16[..utf_16.len() - 1],
            "manifest.csv is UTF-16 with an odd number of bytes: it is cut off or damaged",
        ),
        (
            &half,
            "manifest.csv:3: the file is UTF-16 with half a character (U+D800): it is damaged",
        ),
        (
            b"file,title\na.wav,A\0\n",
            "manifest.csv:2: the file has a NUL character: it is damaged, or no text",
        ),
        (
            "file,title\na.wav,Caf\u{FFFD}\n".as_bytes(),
            "manifest.csv:2: the file has the character U+FFFD, which stands for a letter that a program could not read: \
             write that letter again",
        ),
        (
            b"\xFF\xFE\0\0f\0\0\0",
            "manifest.csv is UTF-32: save it as UTF-8 (in Excel: \"CSV UTF-8\")",
        ),
        (
            b"PK\x03\x04\x14\0\x06\0",
            "manifest.csv is a workbook of a spreadsheet program: save it as CSV",
        ),
    ] {
        assert_eq!(refusal("manifest.csv", content), message);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn latin_1_is_never_read_as_other_letters(title in "[a-zà-ÿ]{0,10}[à-ÿ][a-z]{1,10}") {
        let latin_1: Vec<u8> = format!("file,title\na.wav,{title}\n").chars().map(|c| c as u8).collect();
        let message = refusal("manifest.csv", &latin_1);
        prop_assert!(message.starts_with("manifest.csv:2: the file is"), "{message}");
    }
}
