//! Opus in Ogg (RFC 7845), at 48 kHz.

use std::io::Cursor;

use opus_pure::{
    MAX_PACKET_SAMPLES, OggOpusReader, OggPacket, OpusDecoder, OpusHead, OpusMSDecoder, Trim,
    packet::samples_48k,
};

use super::{Decoder, Format};
use crate::audio::{container::layout, error::AudioError};

/// The rate at which Opus is decoded, whatever the rate of what was encoded.
const RATE: u32 = 48_000;

/// Decodes one recording.
pub(super) struct Opus {
    reader: OggOpusReader<Cursor<Vec<u8>>>,
    decoder: Streams,
    packet: OggPacket,
    trim: Trim,
    channels: u16,
    /// The order of the channels: that of loudspeakers instead of that of Vorbis.
    order: &'static [usize],
    mask: u32,
    /// What was decoded of a packet.
    decoded: Vec<f32>,
    /// Whether the last page is there.
    has_ended: bool,
    /// What the file counts before its first sample.
    start: u64,
    /// Where the sound was to end, in samples with those that are skipped.
    granule: u64,
}

enum Streams {
    One(Box<OpusDecoder>),
    Several(Box<OpusMSDecoder>),
}

impl Opus {
    /// Decodes the pages of one stream. `has_ended` says whether the last of them is there.
    pub(super) fn new(pages: Vec<u8>, has_ended: bool) -> Result<Self, AudioError> {
        let start = start(&pages).map_err(|error| damaged(&error))?;
        let reader = OggOpusReader::new(Cursor::new(pages)).map_err(|error| damaged(&error))?;
        let head = reader.head();
        let channels = u16::from(head.channel_count);
        let decoder = match head.mapping_family {
            0 => Streams::One(Box::new(head.decoder(48_000).map_err(|error| damaged(&error))?)),
            1 => Streams::Several(Box::new(surround(head)?)),
            family => {
                let what = format!("Opus with the channel mapping {family}; 0 and 1 are read");
                return Err(AudioError::Unsupported(what));
            }
        };
        let (order, mask): (&[usize], u32) = match channels {
            1 => (&[0], 0x4),
            2 => (&[0, 1], 0x3),
            3 => (&[0, 2, 1], 0x7),
            4 => (&[0, 1, 2, 3], 0x33),
            5 => (&[0, 2, 1, 3, 4], 0x37),
            6 => (&[0, 2, 1, 5, 3, 4], 0x3f),
            7 => (&[0, 2, 1, 6, 5, 3, 4], 0x70f),
            _ => (&[0, 2, 1, 7, 5, 6, 3, 4], 0x63f),
        };
        Ok(Self {
            trim: Trim::new(head, 48_000, usize::from(channels)).map_err(|error| damaged(&error))?,
            decoded: vec![0.0; MAX_PACKET_SAMPLES * usize::from(channels)],
            packet: OggPacket::default(),
            has_ended,
            start,
            granule: 0,
            reader,
            decoder,
            channels,
            order,
            mask,
        })
    }

    /// Whether the sound has ended where it should.
    fn end(&self) -> Result<(), AudioError> {
        let skipped = u64::from(self.reader.head().pre_skip);
        let (announced, found) = (self.granule.saturating_sub(skipped), self.trim.samples_emitted());
        if !self.has_ended {
            return Err(AudioError::CutOff);
        }
        if found < announced {
            return Err(AudioError::Incomplete {
                announced,
                found,
                rate: RATE,
            });
        }
        Ok(())
    }
}

/// What a file counts before its first sample: nothing, but for what was cut out of something longer (RFC 7845, §4.5).
fn start(pages: &[u8]) -> opus_pure::Result<u64> {
    let mut reader = OggOpusReader::new(pages)?;
    let (mut packet, mut granule, mut samples) = (OggPacket::default(), None, 0);
    while reader.read_packet_into(&mut packet)?
        && *granule.get_or_insert(packet.page_granule) == packet.page_granule
    {
        samples += samples_48k(&packet.data)? as u64;
    }
    let granule = granule.and_then(|granule| u64::try_from(granule).ok());
    Ok(granule.unwrap_or(0).saturating_sub(samples))
}

/// A decoder of the streams of Vorbis's channel orders (RFC 7845, §5.1.1.2).
fn surround(head: &OpusHead) -> Result<OpusMSDecoder, AudioError> {
    let channels = usize::from(head.channel_count);
    let mut decoder = OpusMSDecoder::new(48_000, channels, 1).map_err(|error| damaged(&error))?;
    let layout = decoder.layout();
    let is_usual = layout.nb_streams == usize::from(head.stream_count)
        && layout.nb_coupled_streams == usize::from(head.coupled_count)
        && layout.mapping == head.channel_mapping;
    if !is_usual {
        let what = format!("Opus of {channels} channels in an unusual order");
        return Err(AudioError::Unsupported(what));
    }
    for stream in decoder.streams_mut() {
        stream.gain_q8 = i32::from(head.output_gain_q8);
    }
    Ok(decoder)
}

impl Decoder for Opus {
    fn next(&mut self, block: &mut Vec<f32>) -> Result<Option<Format>, AudioError> {
        block.clear();
        if !self
            .reader
            .read_packet_into(&mut self.packet)
            .map_err(|error| damaged(&error))?
        {
            return self.end().map(|()| None);
        }
        if let Ok(granule) = u64::try_from(self.packet.page_granule) {
            self.granule = granule.saturating_sub(self.start);
            self.packet.page_granule = self.granule.cast_signed();
        }
        let decoded = match &mut self.decoder {
            Streams::One(decoder) => decoder.decode(&self.packet.data, MAX_PACKET_SAMPLES, &mut self.decoded),
            Streams::Several(decoder) => {
                decoder.decode(&self.packet.data, MAX_PACKET_SAMPLES, &mut self.decoded)
            }
        };
        let length = decoded.map_err(|error| damaged(&error))? * usize::from(self.channels);
        let kept = self.trim.keep(&self.packet, &self.decoded[..length]);
        for frame in kept.chunks_exact(usize::from(self.channels)) {
            block.extend(self.order.iter().map(|channel| frame[*channel]));
        }
        Ok(Some(Format {
            rate: RATE,
            layout: layout(self.channels, self.mask),
        }))
    }
}

fn damaged(error: &opus_pure::Error) -> AudioError {
    AudioError::Damaged(error.to_string())
}
