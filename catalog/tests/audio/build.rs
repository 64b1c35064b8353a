//! Files built byte by byte: containers, tags, and what lies in them.

use std::f32::consts::TAU;

/// A chunk of RIFF.
pub(crate) fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    chunk_of(name, content, content.len() as u32)
}

/// A chunk of RIFF that says that it is so long.
pub(crate) fn chunk_of(name: [u8; 4], content: &[u8], length: u32) -> Vec<u8> {
    let mut chunk = [&name[..], &length.to_le_bytes(), content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// A RIFF file of these chunks.
pub(crate) fn riff(marker: [u8; 4], chunks: &[Vec<u8>]) -> Vec<u8> {
    let content = chunks.concat();
    let length = content.len() as u32 + 4;
    [&marker[..], &length.to_le_bytes(), b"WAVE", &content].concat()
}

/// A format chunk's content.
pub(crate) fn format(tag: u16, channels: u16, rate: u32, bits: u16, block: u16) -> Vec<u8> {
    let mut format = [tag, channels].map(u16::to_le_bytes).concat();
    format.extend(rate.to_le_bytes());
    format.extend((rate * u32::from(block)).to_le_bytes());
    format.extend([block, bits].map(u16::to_le_bytes).concat());
    format
}

/// What `WAVEFORMATEXTENSIBLE` adds, for a format of this tag.
pub(crate) fn extended(tag: u16, valid: u16, mask: u32) -> Vec<u8> {
    let mut more = [22, valid].map(u16::to_le_bytes).concat();
    more.extend(mask.to_le_bytes());
    more.extend(tag.to_le_bytes());
    more.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
    more
}

/// A chunk of W64.
pub(crate) fn w64_chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let ending: [u8; 12] = match &name {
        b"riff" => [
            0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00,
        ],
        _ => [
            0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a,
        ],
    };
    let length = content.len() as u64 + 24;
    let mut chunk = [&name[..], &ending, &length.to_le_bytes(), content].concat();
    chunk.resize(chunk.len().next_multiple_of(8), 0);
    chunk
}

/// A W64 file of these chunks.
pub(crate) fn w64(chunks: &[Vec<u8>]) -> Vec<u8> {
    let wave = w64_chunk(*b"wave", b"")[..16].to_vec();
    w64_chunk(*b"riff", &[wave, chunks.concat()].concat())
}

/// A chunk of IFF.
pub(crate) fn iff_chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = [&name[..], &(content.len() as u32).to_be_bytes(), content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// An AIFF file, or with a kind of coding an AIFF-C file, of 22,050 Hz.
pub(crate) fn aiff(kind: Option<[u8; 4]>, channels: u16, frames: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let mut common = channels.to_be_bytes().to_vec();
    common.extend(frames.to_be_bytes());
    common.extend(bits.to_be_bytes());
    // 22,050 as a number of 80 bits.
    common.extend([0x40, 0x0d, 0xac, 0x44, 0, 0, 0, 0, 0, 0]);
    common.extend(kind.map_or(Vec::new(), |kind| [&kind[..], b"\0\0"].concat()));
    let sound = [&[0; 8], data].concat();
    let form: &[u8] = if kind.is_some() { b"AIFC" } else { b"AIFF" };
    let chunks = [iff_chunk(*b"COMM", &common), iff_chunk(*b"SSND", &sound)].concat();
    iff_chunk(*b"FORM", &[form, &chunks].concat())
}

/// A CAF file of 22,050 Hz.
pub(crate) fn caf(kind: [u8; 4], flags: u32, channels: u32, bits: u32, data: &[u8]) -> Vec<u8> {
    let mut description = 22_050_f64.to_be_bytes().to_vec();
    description.extend(kind);
    let frame = channels * bits.div_ceil(8);
    description.extend([flags, frame, 1, channels, bits].map(u32::to_be_bytes).concat());
    let chunk =
        |name: [u8; 4], content: &[u8]| [&name[..], &(content.len() as u64).to_be_bytes(), content].concat();
    let data = [&[0; 4], data].concat();
    [
        b"caff\0\x01\0\0".to_vec(),
        chunk(*b"desc", &description),
        chunk(*b"data", &data),
    ]
    .concat()
}

/// Whole numbers of so many bits, each left in so many bytes.
pub(crate) fn integers(samples: &[f32], bits: u32, width: usize, big_endian: bool) -> Vec<u8> {
    let write = |number: i64| {
        let number = number << (8 * width as u32 - bits);
        let bytes = number.to_be_bytes();
        let mut bytes = bytes[8 - width..].to_vec();
        if !big_endian {
            bytes.reverse();
        }
        bytes
    };
    whole(samples, bits).into_iter().flat_map(write).collect()
}

/// Samples as whole numbers of so many bits.
pub(crate) fn whole(samples: &[f32], bits: u32) -> Vec<i64> {
    let full = 2.0_f64.powi(bits.cast_signed() - 1) - 1.0;
    samples
        .iter()
        .map(|sample| (f64::from(*sample) * full).round() as i64)
        .collect()
}

/// What decoding whole numbers gives: of more than 32 bits, the highest 32.
pub(crate) fn rounded(samples: &[f32], bits: u32) -> Vec<f32> {
    let (kept, lost) = (bits.min(32), bits.saturating_sub(32));
    let full = 2.0_f64.powi(kept.cast_signed() - 1);
    let numbers = whole(samples, bits).into_iter();
    numbers
        .map(|number| ((number >> lost) as f64 / full) as f32)
        .collect()
}

/// The size of an `ID3v2` tag, seven bits a byte.
fn synchsafe(size: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (size >> shift & 0x7f) as u8)
}

/// An `ID3v2` tag of this version and with these flags, which has a picture of these bytes.
pub(crate) fn id3v2(version: u8, flags: u8, picture: &[u8]) -> Vec<u8> {
    let frame = if version == 2 {
        let length = (picture.len() as u32 + 6).to_be_bytes();
        [b"PIC", &length[1..], b"\0JPG\x03\0", picture].concat()
    } else {
        let content = [b"\0image/jpeg\0\x03\0", picture].concat();
        [
            b"APIC",
            &(content.len() as u32).to_be_bytes()[..],
            b"\0\0",
            &content,
        ]
        .concat()
    };
    let size = synchsafe(frame.len());
    let mut tag = [b"ID3", &[version, 0, flags][..], &size, &frame].concat();
    if flags & 0x10 != 0 {
        tag.extend([b"3DI", &[version, 0, flags][..], &size].concat());
    }
    tag
}

/// An APE tag of a title, with or without a header.
pub(crate) fn ape(has_header: bool) -> Vec<u8> {
    let item = [&5_u32.to_le_bytes()[..], &[0; 4], b"Title\0hello"].concat();
    let block = |flags: u32| {
        let numbers = [2000, item.len() as u32 + 32, 1, flags];
        [b"APETAGEX", &numbers.map(u32::to_le_bytes).concat()[..], &[0; 8]].concat()
    };
    let with = if has_header { 1 << 31 } else { 0 };
    let header = if has_header {
        block(with | 1 << 29)
    } else {
        Vec::new()
    };
    [header, item.clone(), block(with)].concat()
}

/// An `ID3v1` tag.
pub(crate) fn id3v1() -> Vec<u8> {
    let mut tag = b"TAGhello".to_vec();
    tag.resize(128, 0);
    tag
}

/// Its extension.
pub(crate) fn id3v1_more() -> Vec<u8> {
    let mut tag = b"TAG+hello".to_vec();
    tag.resize(227, 0);
    tag
}

/// Lyrics3, version 2.
pub(crate) fn lyrics() -> Vec<u8> {
    let content = b"LYRICSBEGININD0000200LYR00005hello";
    [content, format!("{:06}LYRICS200", content.len()).as_bytes()].concat()
}

/// How alike two sounds are, 0 to 1, whatever their loudness.
pub(crate) fn correlation(one: &[f32], other: &[f32]) -> f64 {
    let product =
        |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum() };
    let length = one.len().min(other.len());
    let (one, other) = (&one[..length], &other[..length]);
    product(one, other) / (product(one, one) * product(other, other)).sqrt()
}

/// Samples of a tone that rises, of so many frames.
pub(crate) fn tone(frames: usize, channels: u16) -> Vec<f32> {
    let at = |frame: usize, channel: u16| {
        let loudness = 0.9 * frame as f32 / frames as f32 / f32::from(channel + 1);
        loudness * (TAU * frame as f32 / (31.0 + f32::from(channel))).sin()
    };
    (0..frames)
        .flat_map(|frame| (0..channels).map(move |channel| at(frame, channel)))
        .collect()
}

/// An Ogg file with the checksums of its pages made right, as far as it has whole pages.
pub(crate) fn with_sums(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let mut at = 0;
    while file[at..].starts_with(b"OggS") && file.len() >= at + 27 {
        let segments = usize::from(file[at + 26]);
        let lengths = file[at + 27..].iter().take(segments);
        let end = at + 27 + segments + lengths.map(|length| usize::from(*length)).sum::<usize>();
        if end > file.len() {
            break;
        }
        file[at + 22..at + 26].fill(0);
        let sum = file[at..end].iter().fold(0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
                (sum << 1) ^ if sum & 0x8000_0000 == 0 { 0 } else { 0x04c1_1db7 }
            })
        });
        file[at + 22..at + 26].copy_from_slice(&sum.to_le_bytes());
        at = end;
    }
    file
}
