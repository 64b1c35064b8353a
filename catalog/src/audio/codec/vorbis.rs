//! The setup header of Vorbis, read before symphonia reads it: what symphonia 0.6 takes for granted of it makes it panic.

use std::io;

use symphonia::core::io::{BitReaderRtl, ReadBitsRtl as _};

use crate::audio::error::AudioError;

/// The most dimensions and entries of a codebook that symphonia reads.
const MAX_DIMENSIONS: u32 = 32;
const MAX_ENTRIES: u32 = 128 * 1024;
/// The most numbers in the vectors of all codebooks: symphonia takes four bytes for each, however short the header is.
/// Encoders write up to about 65,000.
const MAX_NUMBERS: u32 = 1 << 22;

/// Refuses a setup header, which begins behind its type and `vorbis`, that makes symphonia panic. What else is wrong with
/// it symphonia says itself (Vorbis I specification, §3.2.1, §4.2.4, §6.2.1, §7.2.2, §8.6.1:
/// <https://xiph.org/vorbis/doc/Vorbis_I_spec.html>).
pub(super) fn check(header: &[u8]) -> Result<(), AudioError> {
    let mut setup = Setup {
        bits: BitReaderRtl::new(header),
        are_empty: Vec::new(),
        numbers: 0,
    };
    match setup.read() {
        Err(End::Wrong(error)) => Err(error),
        Ok(()) | Err(End::Refused) => Ok(()),
    }
}

/// Why a header is not read on.
enum End {
    /// Symphonia reads no further either, and refuses the file.
    Refused,
    Wrong(AudioError),
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Refused
    }
}

fn damaged(what: String) -> End {
    End::Wrong(AudioError::Damaged(what))
}

fn unsupported(what: String) -> End {
    End::Wrong(AudioError::Unsupported(what))
}

struct Setup<'a> {
    bits: BitReaderRtl<'a>,
    /// Of each codebook so far, whether it has no codeword.
    are_empty: Vec<bool>,
    /// The numbers in the vectors of all codebooks so far.
    numbers: u32,
}

impl Setup<'_> {
    fn read(&mut self) -> Result<(), End> {
        for _ in 0..=self.number(8)? {
            let is_empty = self.codebook()?;
            self.are_empty.push(is_empty);
        }
        for _ in 0..=self.number(6)? {
            self.require(16, &[0])?;
        }
        for _ in 0..=self.number(6)? {
            match self.require(16, &[0, 1])? {
                0 => self.floor_0()?,
                _ => self.floor_1()?,
            }
        }
        for _ in 0..=self.number(6)? {
            self.require(16, &[0, 1, 2])?;
            self.residue()?;
        }
        Ok(())
    }

    fn number(&mut self, width: u32) -> Result<u32, End> {
        Ok(self.bits.read_bits_leq32(width)?)
    }

    fn skip(&mut self, width: u32) -> Result<(), End> {
        Ok(self.bits.ignore_bits(width)?)
    }

    /// A number that symphonia takes no others for.
    fn require(&mut self, width: u32, allowed: &[u32]) -> Result<u32, End> {
        let number = self.number(width)?;
        allowed.contains(&number).then_some(number).ok_or(End::Refused)
    }

    /// Reads a codebook. Whether it has no codeword.
    fn codebook(&mut self) -> Result<bool, End> {
        let index = self.are_empty.len();
        self.require(24, &[0x56_4342])?;
        let (dimensions, entries) = (self.number(16)?, self.number(24)?);
        if dimensions == 0 {
            return Err(damaged(format!("codebook {index} of Vorbis has no dimension")));
        }
        let size = || format!("codebook {index} of Vorbis has {entries} entries of {dimensions} dimensions");
        if dimensions > MAX_DIMENSIONS || entries > MAX_ENTRIES {
            return Err(unsupported(size()));
        }
        self.numbers += entries * dimensions;
        if self.numbers > MAX_NUMBERS {
            return Err(unsupported(format!(
                "{}, which with those before are too many",
                size()
            )));
        }
        let is_ordered = self.number(1)? == 1;
        let is_empty = if is_ordered {
            self.ordered_lengths(entries)?;
            entries == 0
        } else if self.number(1)? == 1 {
            let mut used = 0;
            for _ in 0..entries {
                if self.number(1)? == 1 {
                    used += 1;
                    self.skip(5)?;
                }
            }
            used == 0
        } else {
            self.skip(5 * entries)?;
            entries == 0
        };
        let lookup = self.require(4, &[0, 1, 2])?;
        if lookup > 0 {
            self.skip(64)?;
            let width = self.number(4)? + 1;
            self.skip(1)?;
            let values = match lookup {
                // Symphonia asserts that a power is above the entries, and 2³² is more than it counts with.
                1 if dimensions == 32 => return Err(unsupported(size())),
                1 => lookup_values(entries, dimensions),
                _ => entries * dimensions,
            };
            self.skip(values * width)?;
        }
        Ok(is_empty)
    }

    /// How many codewords there are of each length, the shortest first.
    fn ordered_lengths(&mut self, entries: u32) -> Result<(), End> {
        let mut length = self.number(5)? + 1;
        let mut left = entries;
        while left > 0 {
            if length > 32 {
                let index = self.are_empty.len();
                let what = format!("codebook {index} of Vorbis has codewords of more than 32 bits");
                return Err(damaged(what));
            }
            let count = self.number(u32::BITS - left.leading_zeros())?;
            left = left.checked_sub(count).ok_or(End::Refused)?;
            length += 1;
        }
        Ok(())
    }

    /// Reads the number of a codebook that packets are decoded with, of which the first is `first`: symphonia looks up a
    /// codeword even if there is none.
    fn used_codebook(&mut self, first: u32) -> Result<(), End> {
        let number = self.number(8)?.checked_sub(first);
        match number.and_then(|index| self.are_empty.get(index as usize)) {
            Some(true) => Err(damaged(
                "a codebook of Vorbis without codewords is used".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    fn floor_0(&mut self) -> Result<(), End> {
        self.skip(54)?;
        let books = self.number(4)? + 1;
        // A packet chooses one of them by a number of five bits, and symphonia does not look whether that is below 16.
        if books == 16 {
            return Err(unsupported("a floor of Vorbis has 16 codebooks".to_owned()));
        }
        (0..books).try_for_each(|_| self.used_codebook(0))
    }

    fn floor_1(&mut self) -> Result<(), End> {
        let count = self.number(5)?;
        let partitions = (0..count)
            .map(|_| self.number(4))
            .collect::<Result<Vec<_>, _>>()?;
        let mut dimensions = Vec::new();
        for _ in 0..partitions.iter().max().map_or(0, |last| last + 1) {
            dimensions.push(self.number(3)? + 1);
            let subclasses = self.number(2)?;
            if subclasses > 0 {
                self.used_codebook(0)?;
            }
            for _ in 0..1 << subclasses {
                self.used_codebook(1)?;
            }
        }
        self.skip(2)?;
        let width = self.number(4)?;
        for class in partitions {
            for _ in 0..dimensions[class as usize] {
                // Each floor has a point at 0 already. Symphonia divides by their distance.
                if self.number(width)? == 0 {
                    return Err(damaged("a floor of Vorbis has two points at 0".to_owned()));
                }
            }
        }
        Ok(())
    }

    fn residue(&mut self) -> Result<(), End> {
        self.skip(72)?;
        let classes = self.number(6)?;
        self.used_codebook(0)?;
        let mut books = 0;
        for _ in 0..=classes {
            books += self.number(3)?.count_ones();
            if self.number(1)? == 1 {
                books += self.number(5)?.count_ones();
            }
        }
        (0..books).try_for_each(|_| self.used_codebook(0))
    }
}

/// The greatest number of which the power of `dimensions` is not above `entries` (§9.2.3).
fn lookup_values(entries: u32, dimensions: u32) -> u32 {
    let is_low = |number: &u32| {
        let power = number.checked_pow(dimensions);
        power.is_some_and(|power| power <= entries)
    };
    (1..=entries).take_while(is_low).last().unwrap_or(0)
}
