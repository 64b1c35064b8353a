//! Files that can't be imported, and what the operator reads of them.

use catalog::audio::{AudioError, MAX_DURATION_MS, analyse};

use crate::{
    build::{aiff, caf, chunk, format, w64, w64_chunk},
    encode::{Sound, kept},
};

fn message(file: &[u8], extension: &str) -> String {
    analyse(file, extension).unwrap_err().to_string()
}

fn ramp() -> Sound {
    Sound::ramp(44_100, 2, 2.0)
}

#[test]
fn empty() {
    for extension in ["wav", "flac", "ogg", "mp3", ""] {
        assert_eq!(message(b"", extension), "the file is empty");
    }
}

/// What is read, as the end of a message says.
const READ: &str =
    "whatever its name says; WAV, RF64, W64, AIFF, CAF, FLAC, MP3, Ogg Vorbis and Ogg Opus are read";

#[test]
fn no_audio() {
    let text = "This is a shopping list, and no sound at all.\n".repeat(500);
    let ff = |start: &[u8]| [start, &[0xff; 5_000]].concat();
    let zeros = vec![0; 100_000];
    let files: [(&[u8], &str); 17] = [
        (text.as_bytes(), "a text"),
        ("Größe".as_bytes(), "a text"),
        (b"<!DOCTYPE html><title>404</title>", "an HTML page"),
        (b"\0", "no sound file that is known"),
        (&zeros, "no sound file that is known"),
        (&ff(b"\x89PNG\r\n\x1a\n"), "a PNG image"),
        (&ff(b"\xff\xd8\xff\xe0"), "a JPEG image"),
        (
            &ff(b"MThd\0\0\0\x06"),
            "a MIDI file, which has notes and no sound",
        ),
        (&ff(b"RIFF\0\0\0\x01AVI "), "an AVI film"),
        (&ff(b"RIFF\0\0\0\x01WEBP"), "a WebP image"),
        (
            &ff(b"FORM\0\0\0\x018SVX"),
            "an IFF file of another kind than AIFF",
        ),
        (&ff(b"\0\0\0\x20ftypM4A "), "an MPEG-4 sound (M4A, AAC or ALAC)"),
        (&ff(b"\xff\xf1\x50\x80"), "an AAC file (ADTS)"),
        (
            &ff(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
            "a Windows Media file (WMA)",
        ),
        (&ff(b"PK\x03\x04"), "a ZIP archive"),
        (&ff(b".snd\0\0\0\x18"), "a Sun audio file (AU)"),
        (&ff(b"\x1a\x45\xdf\xa3"), "a Matroska or WebM file"),
    ];
    for extension in ["wav", "flac", "ogg", "mp3", "aiff", ""] {
        for (file, what) in files {
            let expected = format!("it is {what}, {READ}");
            assert_eq!(message(file, extension), expected, "{extension}");
        }
    }
}

#[test]
fn cut_off() {
    let sound = ramp();
    let half = |file: Vec<u8>| file[..file.len() / 2].to_vec();
    let wav = message(&half(sound.wav(16)), "wav");
    let announces = "it is cut off or damaged: it announces 2000 ms of sound and ";
    assert!(wav.starts_with(announces), "{wav}");
    assert!(wav.ends_with("ms can be read"), "{wav}");
    let flac = message(&half(sound.ramp_as("flac")), "flac");
    assert!(flac.starts_with(announces), "{flac}");
    let ogg = message(&half(sound.ramp_as("ogg")), "ogg");
    assert_eq!(
        ogg,
        "it is cut off or damaged: the file ends before its sound does"
    );
    let mp3 = message(&half(sound.mp3()), "mp3");
    assert!(
        mp3.starts_with("it is cut off or damaged: it announces 20"),
        "{mp3}"
    );
}

#[test]
fn cut_off_in_the_header() {
    let sound = ramp();
    for (file, extension) in [
        (sound.wav(16), "wav"),
        (sound.ramp_as("flac"), "flac"),
        (sound.ramp_as("ogg"), "ogg"),
    ] {
        for length in [5, 10, 20, 30] {
            let error = analyse(&file[..length], extension).unwrap_err();
            let right = matches!(error, AudioError::CutOff | AudioError::NotAudio(_));
            assert!(right, "{extension}, {length}: {error}");
        }
    }
}

#[test]
fn cut_off_before_the_sound() {
    let fmt = format(1, 1, 22_050, 16, 2);
    let long = [0; 100];
    for (file, sound, extension) in [
        (ramp().wav(16), *b"data", "wav"),
        (
            w64(&[w64_chunk(*b"fmt ", &fmt), w64_chunk(*b"data", &long)]),
            *b"data",
            "w64",
        ),
        (aiff(None, 1, 50, 16, &long), *b"SSND", "aiff"),
        (caf(*b"lpcm", 0, 1, 16, &long), *b"data", "caf"),
    ] {
        let at = file.windows(4).position(|window| window == sound).unwrap();
        let before = &file[..at];
        // The head of another chunk, as it stands before the sound, and some of its content.
        let head = match extension {
            "w64" => w64_chunk(*b"junk", &[0; 1_000]),
            "caf" => [&b"free\0\0\0\0\0\0\x10\0"[..], &long].concat(),
            "aiff" => [&b"ANNO\0\0\x10\0"[..], &long].concat(),
            _ => chunk(*b"LIST", &[0; 1_000]),
        };
        let cut = [before, &head[..60]].concat();
        let expected = "it is cut off or damaged: the file ends before its sound does";
        assert_eq!(message(&cut, extension), expected, "{extension}");
        let whole = message(before, extension);
        assert!(
            whole.starts_with("it is damaged: it has no ") && whole.ends_with(" chunk"),
            "{whole}"
        );
    }
}

#[test]
fn one_missing_sample_is_noticed() {
    let file = ramp().wav(16);
    let expected = "it is cut off or damaged: it announces 88200 samples and 88199 can be read";
    assert_eq!(message(&file[..file.len() - 4], "wav"), expected);
}

#[test]
fn damaged() {
    // In the middle of a FLAC file: frames are lost, or the checksum is wrong.
    let mut flac = ramp().ramp_as("flac");
    let middle = flac.len() / 2;
    flac[middle..middle + 50].fill(0x55);
    let error = analyse(&flac, "flac").unwrap_err();
    let right = matches!(error, AudioError::Incomplete { .. } | AudioError::Damaged(_));
    assert!(right, "{error}");
}

#[test]
fn no_samples() {
    let nothing = Sound::new(44_100, 1, 0, |_, _| 0.0);
    assert_eq!(
        message(&nothing.wav(16), "wav"),
        "it holds no sound: not a single sample"
    );
}

#[test]
fn a_codec_that_nobody_knows() {
    let wav = |tag: u16| {
        let mut wav = ramp().wav(16);
        wav[20..22].copy_from_slice(&tag.to_le_bytes());
        wav
    };
    for (file, extension, what) in [
        (wav(0x31), "wav", "GSM 6.10 in a WAV file"),
        (wav(0x162), "wav", "Windows Media Audio in a WAV file"),
        (wav(0x1234), "wav", "the WAV format 0x1234"),
        (ogg_page(b"Speex   1.2"), "ogg", "Speex in an Ogg file"),
        (
            kept("ramp-22050-1-300-alac.caf"),
            "caf",
            "Apple Lossless in a CAF file",
        ),
        (
            kept("ramp-22050-1-300.mp2"),
            "mp3",
            "MPEG audio, layer II; of MPEG audio, layer III (MP3) is read",
        ),
    ] {
        let expected = format!("it holds a kind of sound that can't be decoded: {what}");
        assert_eq!(message(&file, extension), expected);
    }
    // The header of an Opus stream, and nothing else.
    let opus = ogg_page(b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0");
    let error = analyse(&opus, "ogg").unwrap_err();
    let right = matches!(error, AudioError::Damaged(_) | AudioError::CutOff);
    assert!(right, "{error}");
}

/// The first and only page of an Ogg stream.
fn ogg_page(packet: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0\x02".to_vec();
    page.extend([0; 20]);
    page.extend([1, packet.len() as u8]);
    page.extend(packet);
    let sum = page.iter().fold(0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            (sum << 1) ^ if sum & 0x8000_0000 == 0 { 0 } else { 0x04c1_1db7 }
        })
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    page
}

#[test]
fn too_long() {
    // An hour and a second of silence, one byte a sample.
    let frames = MAX_DURATION_MS as usize + 1_000;
    let file = Sound::new(1_000, 1, frames, |_, _| 0.0).wav(8);
    assert_eq!(message(&file, "wav"), "it is longer than 60 minutes");
}

#[test]
fn too_many_channels_and_samples_a_second() {
    let many = Sound::new(8_000, 40, 100, |_, _| 0.0).wav(16);
    assert!(message(&many, "wav").ends_with("decoded: 40 channels; at most 32 are read"));
    let fast = Sound::new(4_000_000, 1, 100, |_, _| 0.0).wav(16);
    assert!(message(&fast, "wav").ends_with("4000000 samples a second; 1000 to 768000 are read"));
}
