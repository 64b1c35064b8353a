//! A file of every format that is read, with what decoding it gives.

use catalog::audio::{Decoded, decode};

use crate::{
    build::{
        aiff, caf, chunk, correlation, extended, format, iff_chunk, integers, riff, rounded, tone, w64,
        w64_chunk,
    },
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

/// The cases of linear samples.
#[derive(Default)]
struct Linear(Vec<Case>);

impl Linear {
    fn add(&mut self, name: String, extension: &'static str, file: Vec<u8>, samples: Vec<f32>) {
        let media_type = match extension {
            "wav" => "audio/wav",
            "w64" => "audio/x-w64",
            "caf" => "audio/x-caf",
            _ => "audio/aiff",
        };
        let data = Length {
            at: 56,
            bytes: 8,
            big_endian: true,
        };
        let lengths = match extension {
            "wav" if file.starts_with(b"RIFX") => lengths(&file, 4, b"data", 4, 4, true),
            "wav" if !file.starts_with(b"RIFF") => [20, 28].map(|at| Length {
                at,
                big_endian: false,
                ..data
            }),
            "wav" => lengths(&file, 4, b"data", 4, 4, false),
            "w64" => lengths(&file, 16, b"data", 16, 8, false),
            "caf" => [data; 2],
            _ => lengths(&file, 4, b"SSND", 4, 4, true),
        };
        let decoded = Decoded {
            sample_rate: 22_050,
            channels: CHANNELS,
            samples,
        };
        self.0.push(Case {
            name,
            extension,
            media_type,
            file,
            decoded,
            lengths: Some(lengths),
        });
    }

    /// Whole numbers of so many bits in so many bytes.
    fn integers(&mut self, bits: u32, width: usize) {
        let tone = tone(FRAMES, CHANNELS);
        let samples = rounded(&tone, bits);
        let [little, big] = [false, true].map(|big_endian| integers(&tone, bits, width, big_endian));
        let block = CHANNELS * width as u16;
        let plain = format(1, CHANNELS, 22_050, bits as u16, block);
        let mut extensible = format(0xfffe, CHANNELS, 22_050, 8 * width as u16, block);
        extensible.extend(extended(1, bits as u16, 3));
        // Bytes have no sign in WAV.
        let flip = if width == 1 { 0x80 } else { 0 };
        let data: Vec<u8> = little.iter().map(|byte| byte ^ flip).collect();
        let what = format!("{bits} bits in {width} bytes");
        for (name, format) in [("wav", &plain), ("extensible", &extensible)] {
            let file = riff(*b"RIFF", &[chunk(*b"fmt ", format), chunk(*b"data", &data)]);
            self.add(format!("{name}, {what}"), "wav", file, samples.clone());
        }
        let file = w64(&[w64_chunk(*b"fmt ", &plain), w64_chunk(*b"data", &data)]);
        self.add(format!("w64, {what}"), "w64", file, samples.clone());
        if width == (bits as usize).div_ceil(8) {
            let file = aiff(None, CHANNELS, FRAMES as u32, bits as u16, &big);
            self.add(format!("aiff, {what}"), "aif", file, samples.clone());
            let file = aiff(Some(*b"sowt"), CHANNELS, FRAMES as u32, bits as u16, &little);
            self.add(format!("aifc sowt, {what}"), "aifc", file, samples.clone());
        }
        for (flags, name, data) in [(0, "caf", &big), (2, "caf, lowest first", &little)] {
            let mut file = caf(*b"lpcm", flags, u32::from(CHANNELS), bits, data);
            file[39] = block as u8;
            self.add(format!("{name}, {what}"), "caf", file, samples.clone());
        }
    }

    /// Floating-point numbers.
    fn floats(&mut self, bits: u16, kind: [u8; 4], little: &[u8], big: &[u8]) {
        let samples = tone(FRAMES, CHANNELS);
        let format = format(3, CHANNELS, 22_050, bits, CHANNELS * bits / 8);
        let file = riff(*b"RIFF", &[chunk(*b"fmt ", &format), chunk(*b"data", little)]);
        self.add(format!("wav, float {bits}"), "wav", file, samples.clone());
        let file = aiff(Some(kind), CHANNELS, FRAMES as u32, bits, big);
        self.add(format!("aifc, float {bits}"), "aifc", file, samples.clone());
        for (flags, name, data) in [(1, "caf", big), (3, "caf, lowest first", little)] {
            let file = caf(*b"lpcm", flags, u32::from(CHANNELS), u32::from(bits), data);
            self.add(format!("{name}, float {bits}"), "caf", file, samples.clone());
        }
    }

    /// WAV whose lengths have 64 bits, in a chunk of their own.
    fn long(&mut self, marker: [u8; 4]) {
        let tone = tone(FRAMES, CHANNELS);
        let data = integers(&tone, 16, 2, false);
        let mut lengths = vec![0xff; 8];
        lengths.extend((data.len() as u64).to_le_bytes());
        lengths.extend((FRAMES as u64).to_le_bytes());
        lengths.extend([0; 4]);
        let mut sound = chunk(*b"data", &data);
        sound[4..8].fill(0xff);
        let format = chunk(*b"fmt ", &format(1, CHANNELS, 22_050, 16, 4));
        let mut file = riff(marker, &[chunk(*b"ds64", &lengths), format, sound]);
        file[4..8].fill(0xff);
        self.add(
            String::from_utf8_lossy(&marker).into(),
            "wav",
            file,
            rounded(&tone, 16),
        );
    }
}

/// Linear samples in every container.
pub(crate) fn linear() -> Vec<Case> {
    let tone = tone(FRAMES, CHANNELS);
    let mut cases = Linear::default();
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
        cases.integers(bits, width);
    }
    for (kind, bits) in [(*b"in24", 24), (*b"in32", 32), (*b"NONE", 16), (*b"twos", 16)] {
        let data = integers(&tone, bits, bits as usize / 8, true);
        let file = aiff(Some(kind), CHANNELS, FRAMES as u32, bits as u16, &data);
        let name = format!("aifc {}", String::from_utf8_lossy(&kind));
        cases.add(name, "aifc", file, rounded(&tone, bits));
    }
    let little: Vec<u8> = tone.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let big: Vec<u8> = tone.iter().flat_map(|sample| sample.to_be_bytes()).collect();
    cases.floats(32, *b"fl32", &little, &big);
    let doubles = || tone.iter().map(|sample| f64::from(*sample));
    let little: Vec<u8> = doubles().flat_map(f64::to_le_bytes).collect();
    let big: Vec<u8> = doubles().flat_map(f64::to_be_bytes).collect();
    cases.floats(64, *b"fl64", &little, &big);
    cases.long(*b"RF64");
    cases.long(*b"BW64");
    // The highest byte of a number first.
    let format = [
        &[0, 1, 0, CHANNELS as u8][..],
        &22_050_u32.to_be_bytes(),
        &88_200_u32.to_be_bytes(),
        &[0, 4, 0, 16],
    ]
    .concat();
    let chunks = [
        iff_chunk(*b"fmt ", &format),
        iff_chunk(*b"data", &integers(&tone, 16, 2, true)),
    ];
    let file = iff_chunk(*b"RIFX", &[b"WAVE".to_vec(), chunks.concat()].concat());
    cases.add("rifx".to_owned(), "wav", file, rounded(&tone, 16));
    cases.0
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
