//! Tags before and behind a sound: `ID3v2` (<https://id3.org/id3v2.4.0-structure>, §3), APE
//! (<https://wiki.hydrogenaudio.org/index.php?title=APEv2_specification>), `ID3v1` with its extension, Lyrics3
//! (<https://id3.org/Lyrics3v2>).

/// How many bytes of tags these bytes begin with, one after the other, with the zeros that pad them. More than there are,
/// if a tag is cut off.
pub(crate) fn in_front(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(length) = one_in_front(&bytes[at..]) {
        at += length;
        if at > bytes.len() {
            break;
        }
        let zeros = bytes[at..].iter().take_while(|byte| **byte == 0).count();
        // Zeros before anything else are not padding of a tag, and no sound begins with them.
        if one_in_front(&bytes[at + zeros..]).is_some() || zeros > 0 {
            at += zeros;
        }
    }
    at
}

/// The length of the tag that these bytes begin with, as it says.
fn one_in_front(bytes: &[u8]) -> Option<usize> {
    match bytes {
        // No length is a version or a size of which a bit 7 is set.
        [b'I', b'D', b'3', major, minor, flags, a, b, c, d, ..]
            if *major < 0xff && *minor < 0xff && (a | b | c | d) & 0x80 == 0 =>
        {
            let size = [a, b, c, d]
                .iter()
                .fold(0, |size, byte| size << 7 | usize::from(**byte));
            Some(size + if flags & 0x10 == 0 { 10 } else { 20 })
        }
        [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', ..] => Some(ape(bytes)?.0.saturating_add(32)),
        _ => None,
    }
}

/// The size of an APE tag without its header, and whether it has one, by its header or its footer.
fn ape(bytes: &[u8]) -> Option<(usize, bool)> {
    let word = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let (version, size, flags) = (word(8)?, word(12)?, word(20)?);
    matches!(version, 1000 | 2000).then_some((usize::try_from(size).ok()?, flags & 1 << 31 != 0))
}

/// These bytes without the tags at their end, of any kind and any number.
pub(crate) fn behind(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let Some(length) = one_behind(rest) {
        rest = &rest[..rest.len().saturating_sub(length)];
    }
    rest
}

/// The length of the tag that these bytes end with.
fn one_behind(bytes: &[u8]) -> Option<usize> {
    let last = |count: usize| bytes.len().checked_sub(count).map(|at| &bytes[at..]);
    let begins = |count: usize, with: &[u8]| last(count).is_some_and(|tag| tag.starts_with(with));
    if begins(128, b"TAG") {
        return Some(if begins(128 + 227, b"TAG+") {
            128 + 227
        } else {
            128
        });
    }
    if begins(32, b"APETAGEX") {
        let (size, has_header) = ape(last(32)?)?;
        let length = size + if has_header { 32 } else { 0 };
        return (length >= 32 && length <= bytes.len()).then_some(length);
    }
    // An ID3v2 tag behind the sound has a footer that is its header turned around.
    if begins(10, b"3DI") {
        let mut header = last(10)?.to_vec();
        header[..3].copy_from_slice(b"ID3");
        header.resize(1 << 10, 0);
        let size = header[6..10]
            .iter()
            .fold(0, |size, byte| size << 7 | usize::from(*byte));
        return last(size + 20)
            .filter(|tag| tag.starts_with(b"ID3"))
            .map(<[u8]>::len);
    }
    if begins(9, b"LYRICS200") {
        let digits = std::str::from_utf8(&last(15)?[..6]).ok()?;
        let length = digits.parse::<usize>().ok()? + 15;
        return begins(length, b"LYRICSBEGIN").then_some(length);
    }
    if begins(9, b"LYRICSEND") {
        // The first version has no length: at most 5,100 bytes.
        let tag = last(bytes.len().min(5_100 + 20))?;
        return tag
            .windows(11)
            .rposition(|window| window == b"LYRICSBEGIN")
            .map(|at| tag.len() - at);
    }
    None
}
