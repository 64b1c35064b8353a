//! A file of every format that is read, with what decoding it gives.

use catalog::audio::{Decoded, decode};

use crate::{
    build::{aiff, caf, chunk, correlation, extended, format, integers, riff, rounded, tone, w64, w64_chunk},
    encode::{Sound, kept},
};

/// A file and its sound.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) extension: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) file: Vec<u8>,
    /// The samples that went in.
    pub(crate) decoded: Decoded,
    /// Where the length of the whole stands, and that of the sound, if the container has them.
    pub(crate) lengths: Option<[Length; 2]>,
}

/// A length within a file.
#[derive(Clone, Copy)]
pub(crate) struct Length {
    pub(crate) at: usize,
    pub(crate) bytes: usize,
    pub(crate) big_endian: bool,
}

impl Length {
    /// The file with another length.
    pub(crate) fn set(self, file: &[u8], length: u64) -> Vec<u8> {
        let mut file = file.to_vec();
        let place = &mut file[self.at..self.at + self.bytes];
        place.copy_from_slice(&length.to_be_bytes()[8 - self.bytes..]);
        if !self.big_endian {
            place.reverse();
        }
        file
    }

    pub(crate) fn get(self, file: &[u8]) -> u64 {
        let mut bytes = file[self.at..self.at + self.bytes].to_vec();
        if !self.big_endian {
            bytes.reverse();
        }
        bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

const CHANNELS: u16 = 2;
/// Of one byte a sample, whole chunks of W64: behind a sound of unknown length, what fills up a chunk is sound.
const FRAMES: usize = 1_104;

/// Where the lengths of a container stand: that of the chunk of this name `behind` its name.
fn lengths(
    file: &[u8],
    first: usize,
    name: &[u8],
    behind: usize,
    bytes: usize,
    big_endian: bool,
) -> [Length; 2] {
    let at = file
        .windows(name.len())
        .position(|window| window == name)
        .unwrap();
    [first, at + behind].map(|at| Length {
        at,
        bytes,
        big_endian,
    })
}

/// Linear samples in every container.
pub(crate) fn linear() -> Vec<Case> {
    let samples = tone(FRAMES, CHANNELS);
    let mut cases = Vec::new();
    let mut add = |name: &str, extension, media_type, file: Vec<u8>, samples: Vec<f32>, lengths| {
        let decoded = Decoded {
            sample_rate: 22_050,
            channels: CHANNELS,
            samples,
        };
        cases.push(Case {
            name: name.to_owned(),
            extension,
            media_type,
            file,
            decoded,
            lengths,
        });
    };
    let of_wav = |file: &[u8]| Some(lengths(file, 4, b"data", 4, 4, false));
    let of_aiff = |file: &[u8]| Some(lengths(file, 4, b"SSND", 4, 4, true));
    let of_w64 = |file: &[u8]| Some(lengths(file, 16, b"data", 16, 8, false));
    for (bits, width) in [
        (8, 1),
        (12, 2),
        (16, 2),
        (20, 3),
        (24, 3),
        (24, 4),
        (20, 4),
        (32, 4),
        (40, 5),
        (64, 8),
    ] {
        let samples = rounded(&tone(FRAMES, CHANNELS), bits);
        let block = CHANNELS * width as u16;
        let plain = format(1, CHANNELS, 22_050, bits as u16, block);
        let mut data = integers(&tone(FRAMES, CHANNELS), bits, width, false);
        if width == 1 {
            // Bytes have no sign in WAV.
            data.iter_mut().for_each(|byte| *byte ^= 0x80);
        }
        let what = format!("{bits} bits in {width} bytes");
        let file = riff(b"RIFF", &[chunk(b"fmt ", &plain), chunk(b"data", &data)]);
        let places = of_wav(&file);
        add(
            &format!("wav, {what}"),
            "wav",
            "audio/wav",
            file,
            samples.clone(),
            places,
        );
        let mut extensible = format(0xfffe, CHANNELS, 22_050, 8 * width as u16, block);
        extensible.extend(extended(1, bits as u16, 3));
        let file = riff(b"RIFF", &[chunk(b"fmt ", &extensible), chunk(b"data", &data)]);
        let places = of_wav(&file);
        add(
            &format!("extensible, {what}"),
            "wav",
            "audio/wav",
            file,
            samples.clone(),
            places,
        );
        let file = w64(&[w64_chunk(b"fmt ", &plain), w64_chunk(b"data", &data)]);
        let places = of_w64(&file);
        add(
            &format!("w64, {what}"),
            "w64",
            "audio/x-w64",
            file,
            samples.clone(),
            places,
        );
        let data = integers(&tone(FRAMES, CHANNELS), bits, width, true);
        if width == (bits as usize).div_ceil(8) {
            let file = aiff(None, CHANNELS, FRAMES as u32, bits as u16, &data);
            let places = of_aiff(&file);
            add(
                &format!("aiff, {what}"),
                "aif",
                "audio/aiff",
                file,
                samples.clone(),
                places,
            );
            let data = integers(&tone(FRAMES, CHANNELS), bits, width, false);
            let file = aiff(Some(b"sowt"), CHANNELS, FRAMES as u32, bits as u16, &data);
            let places = of_aiff(&file);
            add(
                &format!("aifc sowt, {what}"),
                "aifc",
                "audio/aiff",
                file,
                samples.clone(),
                places,
            );
        }
        for (flags, name) in [(0, "caf"), (2, "caf, lowest first")] {
            let data = integers(&tone(FRAMES, CHANNELS), bits, width, flags == 0);
            let mut file = caf(b"lpcm", flags, u32::from(CHANNELS), bits, &data);
            file[39] = CHANNELS as u8 * width as u8;
            let place = Length {
                at: 56,
                bytes: 8,
                big_endian: true,
            };
            add(
                &format!("{name}, {what}"),
                "caf",
                "audio/x-caf",
                file,
                samples.clone(),
                Some([place, place]),
            );
        }
    }
    for (kind, bits) in [(b"in24", 24), (b"in32", 32), (b"NONE", 16), (b"twos", 16)] {
        let data = integers(&samples, bits, bits as usize / 8, true);
        let file = aiff(Some(kind), CHANNELS, FRAMES as u32, bits as u16, &data);
        let places = of_aiff(&file);
        let name = format!("aifc {}", String::from_utf8_lossy(kind));
        add(&name, "aifc", "audio/aiff", file, rounded(&samples, bits), places);
    }
    let little: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let big: Vec<u8> = samples.iter().flat_map(|sample| sample.to_be_bytes()).collect();
    let doubles = |sample: &f32| f64::from(*sample);
    let little_doubles: Vec<u8> = samples
        .iter()
        .flat_map(|sample| doubles(sample).to_le_bytes())
        .collect();
    let big_doubles: Vec<u8> = samples
        .iter()
        .flat_map(|sample| doubles(sample).to_be_bytes())
        .collect();
    for (bits, little, big, kind) in [
        (32, &little, &big, b"fl32"),
        (64, &little_doubles, &big_doubles, b"fl64"),
    ] {
        let format = format(3, CHANNELS, 22_050, bits, CHANNELS * bits / 8);
        let file = riff(b"RIFF", &[chunk(b"fmt ", &format), chunk(b"data", little)]);
        let places = of_wav(&file);
        add(
            &format!("wav, float {bits}"),
            "wav",
            "audio/wav",
            file,
            samples.clone(),
            places,
        );
        let file = aiff(Some(kind), CHANNELS, FRAMES as u32, bits, big);
        let places = of_aiff(&file);
        add(
            &format!("aifc, float {bits}"),
            "aifc",
            "audio/aiff",
            file,
            samples.clone(),
            places,
        );
        let file = caf(b"lpcm", 3, u32::from(CHANNELS), u32::from(bits), little);
        add(
            &format!("caf, float {bits}"),
            "caf",
            "audio/x-caf",
            file,
            samples.clone(),
            None,
        );
        let file = caf(b"lpcm", 1, u32::from(CHANNELS), u32::from(bits), big);
        add(
            &format!("caf, float {bits}, highest first"),
            "caf",
            "audio/x-caf",
            file,
            samples.clone(),
            None,
        );
    }
    let data = integers(&samples, 16, 2, false);
    let plain = chunk(b"fmt ", &format(1, CHANNELS, 22_050, 16, 4));
    for marker in [b"RF64", b"BW64"] {
        let mut long = vec![0xff; 8];
        long.extend((data.len() as u64).to_le_bytes());
        long.extend((FRAMES as u64).to_le_bytes());
        long.extend([0; 4]);
        let mut sound = chunk(b"data", &data);
        sound[4..8].fill(0xff);
        let mut file = riff(marker, &[chunk(b"ds64", &long), plain.clone(), sound]);
        file[4..8].fill(0xff);
        let place = |at| Length {
            at,
            bytes: 8,
            big_endian: false,
        };
        let places = Some([place(20), place(28)]);
        let name = String::from_utf8_lossy(marker);
        add(&name, "wav", "audio/wav", file, rounded(&samples, 16), places);
    }
    cases
}

/// Files of the lossy and of the packed formats.
pub(crate) fn coded() -> Vec<Case> {
    let files = [
        ("ramp-22050-2-300.flac", "audio/flac", 22_050, 2, 1.0),
        ("ramp-22050-1-300-flac.ogg", "audio/ogg", 22_050, 1, 1.0),
        ("ramp-22050-2-300.ogg", "audio/ogg", 22_050, 2, 0.995),
        ("ramp-48000-1-300.opus", "audio/ogg", 48_000, 1, 0.99),
        ("ramp-48000-2-300.opus", "audio/ogg", 48_000, 2, 0.99),
        // Of the channel for low frequencies the encoder keeps no tone.
        ("ramp-48000-6-300.opus", "audio/ogg", 48_000, 6, 0.97),
        ("ramp-22050-2-300.mp3", "audio/mpeg", 22_050, 2, 0.99),
        ("ramp-44100-1-300.mp3", "audio/mpeg", 44_100, 1, 0.99),
        ("ramp-22050-1-300-ms.wav", "audio/wav", 22_050, 1, 0.99),
        ("ramp-22050-2-300-ms.wav", "audio/wav", 22_050, 2, 0.99),
        ("ramp-22050-1-300-ms-sox.wav", "audio/wav", 22_050, 1, 0.99),
        ("ramp-22050-2-300-ima.wav", "audio/wav", 22_050, 2, 0.99),
        ("ramp-22050-2-300-ima-sox.wav", "audio/wav", 22_050, 2, 0.99),
        ("ramp-22050-1-300-ima4.aifc", "audio/aiff", 22_050, 1, 0.99),
        ("ramp-22050-2-300-ima4.caf", "audio/x-caf", 22_050, 2, 0.99),
    ];
    files
        .map(|(name, media_type, rate, channels, least)| {
            let file = kept(name);
            let extension = &name[name.rfind('.').unwrap() + 1..];
            let decoded = decode(&file, extension).unwrap();
            assert_eq!(
                (decoded.sample_rate, decoded.channels),
                (rate, channels),
                "{name}"
            );
            let sound = Sound::ramp(rate, channels, 0.3);
            // ADPCM fills up its last block.
            let is_exact = !name.contains("-ima.") && !name.contains("-ms.") && !name.contains("ima4");
            assert!(decoded.samples.len() >= sound.samples.len(), "{name}");
            assert!(
                !is_exact || decoded.samples.len() == sound.samples.len(),
                "{name}"
            );
            let alike = correlation(&sound.samples, &decoded.samples);
            assert!(alike >= least - 1e-6, "{name}: {alike}");
            let lengths = match extension {
                "wav" => Some(lengths(&file, 4, b"data", 4, 4, false)),
                _ => None,
            };
            Case {
                name: name.to_owned(),
                extension,
                media_type,
                file,
                decoded,
                lengths,
            }
        })
        .into()
}
