//! Every container and every coding, with tags around it and with lengths that lie: the samples are those that went in.

use catalog::audio::{AudioError, analyse, decode};

use crate::{
    build::{
        ape, caf, chunk, chunk_of, extended, format, id3v1, id3v1_more, id3v2, integers, lyrics, riff,
        rounded, tone,
    },
    cases::{Case, coded, linear},
    encode::kept,
};

/// That a file has the sound of the case.
fn is(case: &Case, file: &[u8], what: &str) {
    match decode(file, case.extension) {
        Ok(decoded) => assert!(decoded == case.decoded, "{}, {what}: other samples", case.name),
        Err(error) => panic!("{}, {what}: {error}", case.name),
    }
}

/// Every format.
fn all() -> Vec<Case> {
    linear().into_iter().chain(coded()).collect()
}

#[test]
fn every_format_has_its_samples_and_its_type() {
    for case in all() {
        is(&case, &case.file, "as it is");
        let analysis = analyse(&case.file, "").unwrap().analysis;
        assert_eq!(analysis.file_type, case.media_type, "{}", case.name);
    }
}

#[test]
fn every_format_with_tags_in_front() {
    let frames = kept("ramp-44100-1-300.mp3");
    let tags = [
        ("ID3v2.2", id3v2(2, 0, b"picture")),
        ("ID3v2.3, unsynchronised", id3v2(3, 0x80, b"\xff\0\xe0picture")),
        ("ID3v2.4 with a footer", id3v2(4, 0x10, b"picture")),
        ("two", [id3v2(3, 0, b"one"), id3v2(4, 0, b"two")].concat()),
        (
            "two with padding between",
            [id3v2(3, 0, b"one"), vec![0; 700], id3v2(4, 0, b"two")].concat(),
        ),
        ("frames in the picture", id3v2(3, 0, &frames)),
        (
            "a picture of more than 1 MiB",
            id3v2(3, 0, &vec![0x11; 1_100_000]),
        ),
        ("APE", ape(true)),
        ("APE and ID3v2", [ape(true), id3v2(4, 0, &frames)].concat()),
    ];
    for case in all() {
        for (what, tag) in &tags {
            is(&case, &[&tag[..], &case.file].concat(), what);
        }
    }
}

#[test]
fn every_format_with_tags_behind() {
    let tags = [
        ("ID3v1", id3v1()),
        ("ID3v1 and its extension", [id3v1_more(), id3v1()].concat()),
        ("APE", ape(true)),
        ("APE without a header", ape(false)),
        ("APE and ID3v1", [ape(true), id3v1()].concat()),
        ("Lyrics3, APE and ID3v1", [lyrics(), ape(false), id3v1()].concat()),
        ("ID3v2.4 with a footer", id3v2(4, 0x10, b"picture")),
    ];
    for case in all() {
        for (what, tag) in &tags {
            is(&case, &[&case.file[..], tag].concat(), what);
            is(&case, &[&id3v2(3, 0, b"x")[..], &case.file, tag].concat(), what);
        }
    }
}

#[test]
fn the_length_of_the_whole_does_not_count() {
    for case in all() {
        let Some([whole, data]) = case.lengths else {
            continue;
        };
        let true_length = whole.get(&case.file);
        let (less, more) = (true_length.wrapping_sub(8), true_length.wrapping_add(8));
        let lies = [
            0,
            less,
            data.get(&case.file),
            more,
            true_length.wrapping_mul(2),
            0x7fff_f024,
            0xffff_ffff,
        ];
        for lie in lies.into_iter().filter(|_| whole.at != data.at) {
            is(
                &case,
                &whole.set(&case.file, lie),
                &format!("the whole is {lie:x}"),
            );
        }
    }
}

#[test]
fn a_length_that_was_not_known_means_to_the_end() {
    for case in all() {
        let Some([whole, data]) = case.lengths else {
            continue;
        };
        let lies: &[u64] = if data.bytes == 8 {
            &[0, u64::MAX, 1 << 63]
        } else {
            &[
                0,
                0x7fff_f000,
                0x7fff_f000 - 4,
                0x7fff_ffff,
                0x8000_0000,
                0xffff_ffff,
                0xffff_ffff - 36,
            ]
        };
        // A data chunk of some CAF and W64 files stands behind others that are as long as they say.
        for lie in lies {
            let file = data.set(&case.file, *lie);
            is(&case, &file, &format!("the sound is {lie:x}"));
            if whole.at != data.at {
                is(
                    &case,
                    &whole.set(&file, 0),
                    &format!("the sound is {lie:x}, the whole 0"),
                );
            }
        }
    }
}

#[test]
fn what_follows_a_sound_of_unknown_length_is_no_sound() {
    for case in linear()
        .iter()
        .filter(|case| case.extension == "wav" && case.name != "rifx")
    {
        let Some([_, data]) = case.lengths.filter(|lengths| lengths[1].bytes == 4) else {
            continue;
        };
        let list = chunk(*b"LIST", b"INFOISFT\x04\0\0\0test");
        for more in [
            list.clone(),
            [list.clone(), chunk(*b"id3 ", &id3v2(3, 0, b"x"))].concat(),
            [list, id3v1()].concat(),
        ] {
            for lie in [0xffff_ffff, 0x7fff_f000] {
                is(
                    case,
                    &[&data.set(&case.file, lie)[..], &more].concat(),
                    "chunks behind",
                );
            }
            is(
                case,
                &[&case.file[..], &more].concat(),
                "chunks behind, and a true length",
            );
        }
    }
}

#[test]
fn a_sound_that_is_cut_off_is_refused() {
    for case in all() {
        let length = case.file.len();
        for cut in [1, 2, 7, 100, length / 2] {
            // Of MP3 only the half is missing for sure: a decoder needs no last frame. Padding is no sound.
            let is_lenient = case.extension == "mp3" || case.name.contains("w64") || case.lengths.is_none();
            if is_lenient && cut < 100 {
                continue;
            }
            let Err(error) = decode(&case.file[..length - cut], case.extension) else {
                panic!("{}: {cut} bytes are missing, and it is decoded", case.name);
            };
            let right = matches!(
                error,
                AudioError::Incomplete { .. }
                    | AudioError::TooShort { .. }
                    | AudioError::CutOff
                    | AudioError::Damaged(_)
            );
            assert!(right, "{}, {cut}: {error}", case.name);
            if let AudioError::Incomplete { announced, found, .. } = error {
                assert!(found < announced, "{}, {cut}", case.name);
            }
        }
    }
}

#[test]
fn a_refusal_says_how_much_is_missing() {
    let sound = crate::encode::Sound::ramp(22_050, 1, 0.5);
    let message = |file: &[u8], missing: usize| {
        let error = decode(&file[..file.len() - missing], "wav").unwrap_err();
        error
            .to_string()
            .replace("it is cut off or damaged: it announces ", "")
    };
    assert_eq!(
        message(&sound.wav(16), 11_024),
        "500 ms of sound and 250 ms can be read"
    );
    assert_eq!(message(&sound.wav(16), 2), "11025 samples and 11024 can be read");
    assert_eq!(message(&sound.adpcm(), 256), "5632 bytes of sound and has 5376");
    // One byte more than whole samples are.
    let data = chunk_of(*b"data", &[7; 100], 101);
    let file = riff(*b"RIFF", &[chunk(*b"fmt ", &format(1, 1, 22_050, 16, 2)), data]);
    assert_eq!(message(&file, 0), "101 bytes of sound and has 100");
}

/// A WAV of one channel, 16 bits, 22,050 Hz.
fn simple(chunks: &[Vec<u8>]) -> Vec<f32> {
    decode(&riff(*b"RIFF", chunks), "wav").unwrap().samples
}

#[test]
fn chunks_that_can_not_be_parsed_are_passed_over() {
    let samples = tone(500, 1);
    let (fmt, data) = (
        chunk(*b"fmt ", &format(1, 1, 22_050, 16, 2)),
        chunk(*b"data", &integers(&samples, 16, 2, false)),
    );
    let expected = rounded(&samples, 16);
    let unpadded =
        |name: [u8; 4], content: &[u8]| [&name[..], &(content.len() as u32).to_le_bytes(), content].concat();
    for (what, odd) in [
        (
            "an inner length that is odd and not filled up",
            chunk(*b"LIST", b"INFOINAM\x05\0\0\0helloISFT\x04\0\0\0abcd"),
        ),
        (
            "an inner length that is too big",
            chunk(*b"LIST", b"INFOINAM\x0f\x27\0\0hello\0"),
        ),
        (
            "an odd length that is not filled up",
            unpadded(*b"LIST", b"INFOx"),
        ),
        (
            "an odd length that is not filled up, of an unknown chunk",
            unpadded(*b"ABCD", b"xxx"),
        ),
        (
            "a length that is too big",
            chunk_of(*b"LIST", b"INFOINAM\x05\0\0\0hello\0", 0xffff),
        ),
        (
            "a length of nearly everything",
            chunk_of(*b"LIST", b"INFO", 0xffff_ff00),
        ),
        ("a length that is too small", chunk_of(*b"bext", &[b'x'; 600], 7)),
        ("nothing", chunk(*b"\0\0\0\0", b"")),
    ] {
        assert_eq!(
            simple(&[odd.clone(), fmt.clone(), data.clone()]),
            expected,
            "{what}, first"
        );
        assert_eq!(simple(&[fmt.clone(), odd, data.clone()]), expected, "{what}");
    }
}

#[test]
fn format_chunks_of_other_lengths() {
    let samples = tone(500, 1);
    let data = chunk(*b"data", &integers(&samples, 16, 2, false));
    let plain = format(1, 1, 22_050, 16, 2);
    let extensible = [format(0xfffe, 1, 22_050, 16, 2), extended(1, 16, 4)].concat();
    for more in [&b"\0\0"[..], b"\x02\0\0\0", &[0; 24], &[7; 100]] {
        assert_eq!(
            simple(&[chunk(*b"fmt ", &[&plain, more].concat()), data.clone()]),
            rounded(&samples, 16)
        );
        let longer = [&extensible, more].concat();
        assert_eq!(
            simple(&[chunk(*b"fmt ", &longer), data.clone()]),
            rounded(&samples, 16)
        );
    }
    // Bits or bytes that are not given.
    for (bits, block) in [(0, 2), (16, 0), (16, 1)] {
        let format = format(1, 1, 22_050, bits, block);
        assert_eq!(
            simple(&[chunk(*b"fmt ", &format), data.clone()]),
            rounded(&samples, 16),
            "{bits}, {block}"
        );
    }
}

#[test]
fn samples_that_are_not_where_they_should_be() {
    let samples = tone(500, 1);
    // 24 bits right in four bytes.
    let fmt = chunk(*b"fmt ", &format(1, 1, 22_050, 24, 4));
    let numbers = integers(&samples, 24, 4, false);
    let right: Vec<u8> = numbers
        .chunks(4)
        .flat_map(|n| [n[1], n[2], n[3], if n[3] & 0x80 == 0 { 0 } else { 0xff }])
        .collect();
    assert_eq!(simple(&[fmt, chunk(*b"data", &right)]), rounded(&samples, 24));
    // 16 bits, and four bytes a sample that are not true.
    let fmt = chunk(*b"fmt ", &format(1, 1, 22_050, 16, 4));
    assert_eq!(
        simple(&[fmt, chunk(*b"data", &integers(&samples, 16, 2, false))]),
        rounded(&samples, 16)
    );
}

#[test]
fn g_711() {
    // Levels of ITU-T G.711, tables 1 and 2: the least, the greatest and some between.
    let mu: [(u8, i32); 5] = [(0xff, 0), (0x7f, 0), (0x80, 32_124), (0x00, -32_124), (0xf0, 120)];
    let a: [(u8, i32); 5] = [
        (0xd5, 8),
        (0x55, -8),
        (0xaa, 32_256),
        (0x2a, -32_256),
        (0xc5, 264),
    ];
    for (tag, kind, levels) in [(7, *b"ulaw", &mu[..]), (6, *b"alaw", &a[..])] {
        let data: Vec<u8> = levels.iter().map(|(byte, _)| *byte).collect();
        let expected: Vec<f32> = levels.iter().map(|(_, level)| *level as f32 / 32_768.0).collect();
        let fmt = format(tag, 1, 22_050, 8, 1);
        assert_eq!(simple(&[chunk(*b"fmt ", &fmt), chunk(*b"data", &data)]), expected);
        assert_eq!(
            decode(&caf(kind, 0, 1, 8, &data), "caf").unwrap().samples,
            expected
        );
        let aiff = crate::build::aiff(Some(kind), 1, 5, 16, &data);
        assert_eq!(decode(&aiff, "aifc").unwrap().samples, expected);
    }
}

#[test]
fn up_to_32_channels() {
    for channels in 1..=32 {
        let samples = tone(50, channels);
        let data = chunk(*b"data", &integers(&samples, 16, 2, false));
        let plain = format(1, channels, 22_050, 16, 2 * channels);
        let mut formats = vec![plain];
        for mask in [0, 1, 0x3f, 0x3_ffff, u32::MAX] {
            formats.push(
                [
                    format(0xfffe, channels, 22_050, 16, 2 * channels),
                    extended(1, 16, mask),
                ]
                .concat(),
            );
        }
        for format in formats {
            let file = riff(*b"RIFF", &[chunk(*b"fmt ", &format), data.clone()]);
            assert_eq!(analyse(&file, "wav").unwrap().analysis.channels, channels);
            assert_eq!(
                decode(&file, "wav").unwrap().samples,
                rounded(&samples, 16),
                "{channels}"
            );
        }
    }
}
