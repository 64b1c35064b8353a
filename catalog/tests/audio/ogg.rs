//! Ogg files as programs leave them: several recordings, streams beside the sound, pages that are missing or hold nothing.

use catalog::audio::{AudioError, decode};

use crate::{
    build::with_sums,
    encode::{Sound, kept},
};

fn message(file: &[u8]) -> String {
    decode(file, "ogg").unwrap_err().to_string()
}

#[test]
fn joined_ogg_files_are_heard_whole() {
    for name in [
        "ramp-22050-2-300.ogg",
        "ramp-48000-2-300.opus",
        "ramp-22050-1-300-flac.ogg",
    ] {
        let file = kept(name);
        let sound = decode(&file, "ogg").unwrap();
        let joined = decode(&file.repeat(2), "ogg").unwrap();
        assert!(
            joined.samples == sound.samples.repeat(2),
            "{name}: {}",
            joined.samples.len()
        );
        let error = decode(&[&file[..file.len() / 2], &file].concat(), "ogg").unwrap_err();
        let right = matches!(
            error,
            AudioError::CutOff | AudioError::Damaged(_) | AudioError::Incomplete { .. }
        );
        assert!(right, "{name}: {error}");
    }
    let other = [kept("ramp-22050-2-300.ogg"), kept("ramp-48000-2-300.opus")].concat();
    assert!(message(&other).ends_with("its sample rate or its channels change in the middle"));
}

#[test]
fn an_ogg_file_without_a_page_in_its_middle_is_refused() {
    // Some seconds: several pages.
    for name in ["siren-5.ogg", "engine-5.ogg"] {
        let file = kept(name);
        let pages = pages(&file);
        assert!(pages.len() > 4, "{name}");
        let (from, to) = (pages[pages.len() - 3], pages[pages.len() - 2]);
        let without = [&file[..from], &file[to..]].concat();
        let expected = format!("it is damaged: page {} is missing", pages.len() - 3);
        assert_eq!(message(&without), expected, "{name}");
        let with_more = [&file[..from], b"something", &file[from..]].concat();
        let expected = format!("it is damaged: what stands at byte {from} is no page of Ogg");
        assert_eq!(message(&with_more), expected, "{name}");
    }
}

#[test]
fn a_page_that_is_not_as_it_was_is_refused() {
    for (name, page) in [
        ("siren-5.ogg", 3),
        ("ramp-48000-2-300.opus", 2),
        ("ramp-22050-1-300-flac.ogg", 2),
    ] {
        let mut file = kept(name);
        let at = pages(&file)[page];
        file[at + 300] ^= 0x40;
        let expected = format!("it is damaged: page {page} does not match its checksum");
        assert_eq!(message(&file), expected, "{name}");
    }
}

#[test]
fn opus_has_its_length_and_its_gain() {
    let file = kept("ramp-48000-1-300.opus");
    let sound = decode(&file, "opus").unwrap();
    assert_eq!(sound.samples.len(), 14_400);
    // Half as loud: −6.02 dB in 256ths.
    let head = file.windows(8).position(|window| window == b"OpusHead").unwrap();
    let mut softer = file.clone();
    softer[head + 16..head + 18].copy_from_slice(&(-1541_i16).to_le_bytes());
    let softer = with_sums(&softer);
    let decoded = decode(&softer, "opus").unwrap();
    let halves = sound
        .samples
        .iter()
        .zip(&decoded.samples)
        .all(|(a, b)| (a / 2.0 - b).abs() < 1e-3);
    assert!(halves && decoded.samples.len() == 14_400);
    // The channels of 5.1 are in the order of loudspeakers: each has half, a third, … of the first.
    let surround = decode(&kept("ramp-48000-6-300.opus"), "opus").unwrap();
    let sound = Sound::ramp(48_000, 6, 0.3);
    let loudness = |samples: &[f32], channel: usize| -> f32 {
        samples
            .iter()
            .skip(channel)
            .step_by(6)
            .map(|sample| sample * sample)
            .sum()
    };
    // The encoder keeps no tone in the channel for low frequencies.
    assert!(loudness(&surround.samples, 3) < 1.0);
    for channel in [0, 1, 2, 4, 5] {
        let (was, is) = (
            loudness(&sound.samples, channel),
            loudness(&surround.samples, channel),
        );
        assert!((is / was - 1.0).abs() < 0.2, "{channel}: {was}, {is}");
    }
}

#[test]
fn opus_that_was_cut_out_of_something_longer() {
    let whole = kept("ramp-48000-2-300.opus");
    let file = in_two_pages(&whole);
    assert!(decode(&file, "opus").unwrap() == decode(&whole, "opus").unwrap());
    let mut later = file.clone();
    for at in pages(&file).into_iter().skip(2) {
        let place = at + 6..at + 14;
        let granule = u64::from_le_bytes(file[place.clone()].try_into().unwrap()) + 48_000 * 60;
        later[place].copy_from_slice(&granule.to_le_bytes());
    }
    assert!(decode(&with_sums(&later), "opus").unwrap() == decode(&whole, "opus").unwrap());
}

#[test]
fn a_last_page_without_sound() {
    for name in ["ramp-48000-2-300.opus", "ramp-22050-1-300-flac.ogg"] {
        let file = kept(name);
        let last = *pages(&file).last().unwrap();
        let mut open = file.clone();
        open[last + 5] &= !4;
        let expected = "it is cut off or damaged: the file ends before its sound does";
        assert_eq!(message(&with_sums(&open)), expected, "{name}");
        // No packet, and an empty one.
        for packets in [&[0][..], &[1, 0]] {
            let mut page = file[last..last + 26].to_vec();
            page[5] = 4;
            page[18] += 1;
            let ended = with_sums(&[&open, &page, packets].concat());
            assert!(
                decode(&ended, "ogg").unwrap() == decode(&file, "ogg").unwrap(),
                "{name}"
            );
        }
    }
}

#[test]
fn a_sound_beside_other_streams() {
    let page = |flags: u8, number: u8, content: &[u8]| {
        let mut page = [b"OggS\0", &[flags][..], &[0; 8], b"othr"].concat();
        page.extend([number, 0, 0, 0, 0, 0, 0, 0, 1, content.len() as u8]);
        page.extend(content);
        page
    };
    for name in [
        "ramp-22050-2-300.ogg",
        "ramp-48000-2-300.opus",
        "ramp-22050-1-300-flac.ogg",
    ] {
        let file = kept(name);
        let pages = pages(&file);
        // As Ogg Skeleton has it.
        let with = [
            &page(2, 0, b"fishead\0\x03\0\0\0"),
            &file[..pages[1]],
            &page(0, 1, b"fisbone\0"),
            &file[pages[1]..pages[2]],
            &page(4, 2, b""),
            &file[pages[2]..],
        ];
        let with = with_sums(&with.concat());
        assert!(
            decode(&with, "ogg").unwrap() == decode(&file, "ogg").unwrap(),
            "{name}"
        );
    }
}

#[test]
fn vorbis_of_more_than_two_channels_is_refused() {
    let expected = "it holds a kind of sound that can't be decoded: Vorbis of 4 channels (at most 2 are read) in an \
                    Ogg file";
    assert_eq!(message(&kept("ramp-22050-4-300.ogg")), expected);
}

#[test]
fn setup_headers_of_vorbis_that_break_a_decoder_are_refused() {
    let damaged = "it is damaged";
    let unsupported = "it holds a kind of sound that can't be decoded";
    for (name, kind, what) in [
        ("no-dimensions", damaged, "codebook 0 of Vorbis has no dimension"),
        (
            "32-dimensions",
            unsupported,
            "codebook 0 of Vorbis has 2 entries of 32 dimensions",
        ),
        (
            "247-dimensions",
            unsupported,
            "codebook 27 of Vorbis has 169 entries of 247 dimensions",
        ),
        (
            "4994-dimensions",
            unsupported,
            "codebook 28 of Vorbis has 25 entries of 4994 dimensions",
        ),
        (
            "many-numbers",
            unsupported,
            "codebook 1 of Vorbis has 131072 entries of 31 dimensions, which with those before are too many",
        ),
        (
            "long-codewords",
            damaged,
            "codebook 0 of Vorbis has codewords of more than 32 bits",
        ),
        (
            "no-codewords",
            damaged,
            "a codebook of Vorbis without codewords is used",
        ),
        ("two-points", damaged, "a floor of Vorbis has two points at 0"),
        ("16-codebooks", unsupported, "a floor of Vorbis has 16 codebooks"),
    ] {
        let file = kept(&format!("fuzz-vorbis-{name}.ogg"));
        assert_eq!(message(&file), format!("{kind}: {what}"), "{name}");
    }
    // Where a header goes on behind its page, and where it comes again behind the sound.
    let (file, good) = (
        kept("fuzz-vorbis-4994-dimensions.ogg"),
        kept("ramp-22050-2-300.ogg"),
    );
    let expected = "codebook 28 of Vorbis has 25 entries of 4994 dimensions";
    let split = with_sums(&in_pieces(&file, 1, 4));
    assert!(message(&split).ends_with(expected), "{}", message(&split));
    let (from, last) = (pages(&file)[1], pages(&good).len() as u32);
    let mut again = file[from..pages(&file)[2]].to_vec();
    again[14..18].copy_from_slice(&good[14..18]);
    again[18..22].copy_from_slice(&last.to_le_bytes());
    let again = with_sums(&[&good, &again[..]].concat());
    assert!(message(&again).ends_with(expected), "{}", message(&again));
}

/// An Ogg file whose page of this number ends after so many lengths, and goes on in another page.
fn in_pieces(file: &[u8], number: usize, count: usize) -> Vec<u8> {
    let at = pages(file)[number];
    let (lengths, content) = file[at + 27..].split_at(usize::from(file[at + 26]));
    let (first, second) = lengths.split_at(count);
    let sum = |lengths: &[u8]| lengths.iter().map(|length| usize::from(*length)).sum::<usize>();
    let (sound, rest) = content.split_at(sum(first));
    let mut next = file[at..at + 26].to_vec();
    next[5] |= 1;
    next[18] += 1;
    let page = [&file[..at + 26], &[count as u8], first, sound].concat();
    let mut rest = [&[second.len() as u8], second, rest].concat();
    // Those that follow count one more.
    for later in pages(&rest) {
        rest[later + 18] += 1;
    }
    [page, next, rest].concat()
}

/// Where the pages of a file begin.
fn pages(file: &[u8]) -> Vec<usize> {
    (0..file.len())
        .filter(|at| file[*at..].starts_with(b"OggS\0"))
        .collect()
}

/// An Opus file of packets of 20 ms whose page of sound is cut in two.
fn in_two_pages(file: &[u8]) -> Vec<u8> {
    let at = pages(file)[2];
    let (head, rest) = (&file[at..at + 26], &file[at + 27..]);
    let (lengths, content) = rest.split_at(usize::from(file[at + 26]));
    let packets = lengths.iter().filter(|length| **length < 255).count();
    assert_eq!(packets, lengths.len());
    let (first, second) = lengths.split_at(packets / 2);
    let (sound, more) = content.split_at(first.iter().map(|length| usize::from(*length)).sum());
    let (mut page, mut next) = (head.to_vec(), head.to_vec());
    page[5] = 0;
    page[6..14].copy_from_slice(&(first.len() as u64 * 960).to_le_bytes());
    next[18] += 1;
    let counts = [first, second].map(|lengths| vec![lengths.len() as u8]);
    let [one, two] = &counts;
    with_sums(&[&file[..at], &page, one, first, sound, &next, two, second, more].concat())
}
