//! MP3, FLAC, WAV and AIFF files as programs leave them: tags between the frames, several recordings in one file, descriptions
//! that say nothing or something wrong.

use catalog::audio::{AudioError, Decoded, decode};

use crate::{
    build::{aiff, ape, chunk, correlation, id3v1, id3v1_more, id3v2, integers, lyrics},
    encode::{Sound, kept},
};

fn mp3(file: &[u8]) -> Decoded {
    decode(file, "mp3").unwrap()
}

fn message(file: &[u8], extension: &str) -> String {
    decode(file, extension).unwrap_err().to_string()
}

/// An MP3 with LAME's frame of information, and the same frames without it.
fn with_and_without() -> (Vec<u8>, Vec<u8>) {
    let file = kept("ramp-44100-1-300.mp3");
    assert!(file[..100].windows(4).any(|tag| tag == b"Xing" || tag == b"Info"));
    let second = (4..file.len())
        .find(|at| file[*at..].starts_with(&file[..2]))
        .unwrap();
    let rest = file[second..].to_vec();
    (file, rest)
}

/// Samples one after the other.
fn twice(sound: &Decoded) -> Vec<f32> {
    [&sound.samples[..], &sound.samples].concat()
}

#[test]
fn joined_mp3s_are_heard_whole_each_without_its_padding() {
    let (file, _) = with_and_without();
    let sound = mp3(&file);
    let between = [
        ("nothing", Vec::new()),
        ("ID3v2", id3v2(4, 0, b"picture")),
        ("a picture with frames in it", id3v2(3, 0, &file)),
        ("ID3v1", id3v1()),
        ("ID3v1 and ID3v2", [id3v1(), id3v2(3, 0x80, b"x")].concat()),
        (
            "APE with a header, ID3v1, ID3v2",
            [ape(true), id3v1(), id3v2(4, 0x10, b"x")].concat(),
        ),
        (
            "Lyrics3, ID3v1 with its extension",
            [lyrics(), id3v1_more(), id3v1()].concat(),
        ),
        ("zeros", vec![0; 3_000]),
        ("padding and ID3v2", [id3v2(3, 0, b"x"), vec![0; 2_048]].concat()),
    ];
    for (what, between) in between {
        let joined = mp3(&[&file[..], &between, &file].concat());
        assert!(
            joined.samples == twice(&sound),
            "{what}: {} samples",
            joined.samples.len()
        );
    }
    let many = mp3(&file.repeat(7));
    assert_eq!(many.samples.len(), 7 * sound.samples.len());
}

#[test]
fn joined_mp3s_without_a_description_are_heard_whole() {
    let (file, bare) = with_and_without();
    let (sound, all) = (mp3(&file).samples, mp3(&bare).samples);
    // Without the description nothing says what of it is padding.
    assert!(all.len() > sound.len() && all.len() % 1152 == 0);
    assert_eq!(mp3(&bare.repeat(2)).samples.len(), 2 * all.len());
    // The description of the first is not one of what follows it.
    let joined = mp3(&[&file[..], &bare].concat());
    assert!(
        joined.samples.len() >= sound.len() + all.len(),
        "{}",
        joined.samples.len()
    );
    let joined = mp3(&[&bare[..], &file].concat());
    assert_eq!(joined.samples.len(), all.len() + sound.len());
}

#[test]
fn joined_mp3s_of_different_rates_are_refused() {
    let other = kept("ramp-22050-2-300.mp3");
    let (file, _) = with_and_without();
    let expected = "it holds a kind of sound that can't be decoded: \
                    its sample rate or its channels change in the middle";
    assert_eq!(message(&[&file[..], &other].concat(), "mp3"), expected);
    assert_eq!(
        message(&[&other[..], &id3v2(3, 0, b"x"), &file].concat(), "mp3"),
        expected
    );
}

#[test]
fn a_joined_mp3_that_lacks_something_is_refused() {
    let (file, _) = with_and_without();
    let half = &file[..file.len() / 2];
    for joined in [
        [half, &file].concat(),
        [&file[..], half].concat(),
        [half, &id3v2(3, 0, b"x"), &file].concat(),
    ] {
        let error = decode(&joined, "mp3").unwrap_err();
        let right = matches!(error, AudioError::Incomplete { .. } | AudioError::Damaged(_));
        assert!(right, "{error}");
    }
}

#[test]
fn an_mp3_behind_junk() {
    let (file, _) = with_and_without();
    let sound = mp3(&file);
    let junk: Vec<u8> = (0..997_u32).map(|at| (at * 7_919 % 251) as u8).collect();
    // As players do, if the name says that it is one.
    assert_eq!(mp3(&[&junk[..], &file].concat()), sound);
    assert_eq!(mp3(&[&vec![0; 5_000][..], &file].concat()), sound);
    assert!(message(&[&junk[..], &file].concat(), "wav").starts_with("it is no sound file that is known"));
    assert!(message(&junk.repeat(200), "mp3").starts_with("it is no sound file that is known"));
    // A little behind it.
    assert_eq!(mp3(&[&file[..], &junk[..30]].concat()), sound);
    // So much of it that the file is damaged.
    let middle = file.len() / 2;
    let broken = [&file[..middle], &junk, &file[middle..]].concat();
    let error = decode(&broken, "mp3").unwrap_err();
    let right = matches!(error, AudioError::Damaged(_) | AudioError::Incomplete { .. });
    assert!(right, "{error}");
    assert!(message(&[&file[..], &junk].concat(), "mp3").contains("neither MP3 frames nor tags"));
}

#[test]
fn frames_in_a_picture_are_no_sound() {
    let (file, _) = with_and_without();
    let inside = kept("ramp-22050-2-300.mp3").repeat(40);
    for version in [2, 3, 4] {
        let tagged = [&id3v2(version, 0, &inside)[..], &file].concat();
        assert_eq!(mp3(&tagged), mp3(&file), "ID3v2.{version}");
    }
    // A tag and nothing else.
    assert_eq!(
        message(&id3v2(3, 0, &inside), "mp3"),
        "it holds no sound: not a single sample"
    );
    // A tag that says that it is longer than the file.
    let cut = id3v2(3, 0, &inside);
    assert_eq!(
        message(&cut[..cut.len() / 2], "mp3"),
        "it is cut off or damaged: the file ends before its sound does"
    );
}

#[test]
fn an_mp3_in_wav() {
    let decoded = decode(&kept("ramp-22050-1-300-mp3.wav"), "wav").unwrap();
    let sound = Sound::ramp(22_050, 1, 0.3);
    // The delay of encoder and decoder is not described there.
    let best = (0..2_000).map(|delay| correlation(&sound.samples, &decoded.samples[delay.min(1_400)..]));
    assert!(best.fold(0.0, f64::max) > 0.99);
    let free = [0xff, 0xfb, 0x04, 0xc4].repeat(300);
    assert!(message(&free, "mp3").ends_with("an MP3 of a free bit rate"));
}

#[test]
fn flac_whose_description_says_little() {
    let file = kept("ramp-22050-2-300.flac");
    let sound = decode(&file, "flac").unwrap();
    let with = |changes: &[(usize, &[u8])]| {
        let mut file = file.clone();
        for (at, bytes) in changes {
            file[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        file
    };
    let (no_blocks, no_sizes, no_samples): (_, _, (usize, &[u8])) =
        ((8, &[0_u8; 4][..]), (12, &[0_u8; 6][..]), (22, &[0; 4]));
    let no_sum = (26, &[0_u8; 16][..]);
    let bits = file[21] & 0xf0;
    let bits: (usize, &[u8]) = (21, &[bits]);
    for changes in [
        vec![(8, &[0, 0][..])],
        vec![(8, &[0, 1][..])],
        vec![no_blocks],
        vec![no_sizes],
        vec![(12, &[0xff; 3][..]), (15, &[0, 0, 1][..])],
        vec![bits, no_samples],
        vec![no_sum],
        vec![no_blocks, no_sizes, bits, no_samples, no_sum],
    ] {
        assert!(decode(&with(&changes), "flac").unwrap() == sound, "{changes:?}");
    }
    // Nothing but its frames says how long it is, and they are cut off or damaged.
    let bare = with(&[bits, no_samples, no_sum]);
    for cut in [1, 10, 300] {
        assert!(
            message(&bare[..bare.len() - cut], "flac").contains("cut off or damaged"),
            "{cut}"
        );
    }
    for at in [200, bare.len() / 2, bare.len() - 50] {
        let mut bare = bare.clone();
        bare[at..at + 20].fill(0x55);
        assert!(message(&bare, "flac").contains("damaged"), "{at}");
    }
    // More or fewer samples than it says.
    let mut more = file.clone();
    more[25] -= 1;
    assert!(message(&more, "flac").contains("it says that it has 6614 samples, and has 6615"));
    more[25] += 2;
    assert_eq!(
        message(&more, "flac"),
        "it is cut off or damaged: it announces 6616 samples and 6615 can be read"
    );
}

#[test]
fn joined_files_that_have_no_order_for_it_are_refused() {
    let sound = Sound::ramp(22_050, 1, 0.3);
    let wav = sound.wav(16);
    let data = chunk(*b"data", &integers(&sound.samples, 16, 2, false));
    let aiff = aiff(None, 1, 6_615, 16, &integers(&sound.samples, 16, 2, true));
    for (file, extension, name) in [
        (wav.repeat(2), "wav", "WAV"),
        ([&wav[..], &data].concat(), "wav", "WAV"),
        (aiff.repeat(2), "aiff", "AIFF"),
    ] {
        let expected = format!(
            "it holds a kind of sound that can't be decoded: several sounds one after the other in one {name} file"
        );
        assert_eq!(message(&file, extension), expected);
    }
    // FLAC says in each frame where it belongs.
    let flac = kept("ramp-22050-2-300.flac");
    assert!(message(&flac.repeat(2), "flac").ends_with("is not the next frame"));
}
