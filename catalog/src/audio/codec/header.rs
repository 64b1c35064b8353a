//! The header of a frame of MPEG audio.

/// The header of a frame (ISO/IEC 11172-3, §2.4.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// 3 for MPEG-1, 2 for MPEG-2, 0 for the unofficial MPEG-2.5.
    pub(super) version: u8,
    /// 1 to 3.
    pub(super) layer: u8,
    pub(super) rate: u32,
    pub(super) channels: u16,
    pub(super) has_checksum: bool,
    /// The bytes of the whole frame.
    pub(super) size: usize,
}

impl Header {
    /// The header that these bytes begin with.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let [first, second, third, fourth] = *bytes.first_chunk()?;
        let (version, layer) = (second >> 3 & 3, 4 - (second >> 1 & 3));
        if first != 0xff || second & 0xe0 != 0xe0 || version == 1 || layer == 4 {
            return None;
        }
        let row = match (version, layer) {
            (3, layer) => usize::from(layer) - 1,
            (_, 1) => 3,
            _ => 4,
        };
        let kilobits = *KILOBITS[row].get(usize::from(third >> 4).checked_sub(1)?)?;
        let rate = *[44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))?
            >> match version {
                3 => 0,
                2 => 1,
                _ => 2,
            };
        let padding = u32::from(third >> 1 & 1);
        let size = match (layer, version) {
            (1, _) => (12_000 * kilobits / rate + padding) * 4,
            (3, 0 | 2) => 72_000 * kilobits / rate + padding,
            _ => 144_000 * kilobits / rate + padding,
        };
        Some(Self {
            version,
            layer,
            rate,
            channels: if fourth >> 6 == 3 { 1 } else { 2 },
            has_checksum: second & 1 == 0,
            size: size as usize,
        })
    }

    /// The samples of a channel in a frame of layer III.
    pub(super) fn samples(&self) -> u64 {
        if self.version == 3 { 1152 } else { 576 }
    }

    /// Whether frames of one stream may have these headers.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.version, self.layer, self.rate, self.channels)
            == (other.version, other.layer, other.rate, other.channels)
    }
}

/// Thousands of bits a second, by the index in the header less one: MPEG-1 layers I to III, MPEG-2 layer I, MPEG-2 layers
/// II and III.
const KILOBITS: [[u32; 14]; 5] = [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
