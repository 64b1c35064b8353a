//! ADPCM in blocks: Microsoft's, IMA as in WAV, and IMA as `QuickTime` has it.

use symphonia::core::{
    codecs::audio::{
        AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
        well_known::{CODEC_ID_ADPCM_IMA_QT, CODEC_ID_ADPCM_MS},
    },
    packet::Packet,
    units::{Duration, Timestamp},
};

use super::{Decoder, Format, copy, failed};
use crate::audio::{container::Adpcm, error::AudioError};

/// How many blocks are decoded at once, at most.
const BLOCKS: usize = 8;

/// Decodes the blocks.
pub(super) struct Blocks<'a> {
    data: &'a [u8],
    decoder: Box<dyn AudioDecoder>,
    /// The bytes of a block.
    block: usize,
    /// The samples a channel in a block.
    frames: usize,
    channels: usize,
    /// How many samples a channel there are still.
    left: u64,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(sound: Adpcm<'a>) -> Result<Self, AudioError> {
        let channels = sound.layout.count();
        if channels > 2 {
            return Err(AudioError::Unsupported(format!(
                "ADPCM of {channels} channels; at most 2 are read"
            )));
        }
        let samples = |bytes: usize| {
            let (head, first, group, each) = match sound.codec {
                CODEC_ID_ADPCM_MS => (7 * channels, 2, channels, 2),
                CODEC_ID_ADPCM_IMA_QT => (2 * channels, 0, 32 * channels, 64),
                // Of one channel, the bytes behind whole words count as well.
                _ if channels == 1 => (4, 1, 1, 2),
                _ => (4 * channels, 1, 4 * channels, 8),
            };
            bytes
                .checked_sub(head)
                .map_or(0, |rest| first + rest / group * each)
        };
        let frames = samples(sound.block);
        if frames == 0 {
            let what = format!("blocks of {} bytes can't be ADPCM", sound.block);
            return Err(AudioError::Damaged(what));
        }
        // The last block may be short, and the file may say that not all of it counts.
        let rest = sound.data.len() % sound.block;
        let all = ((sound.data.len() / sound.block) * frames + samples(rest)) as u64;
        let filled = all.saturating_sub(frames as u64);
        let left = sound
            .frames
            .filter(|stated| *stated > filled && *stated < all)
            .unwrap_or(all);
        let mut parameters = AudioCodecParameters::new();
        parameters
            .for_codec(sound.codec)
            .with_sample_rate(sound.rate)
            .with_channels(sound.layout)
            .with_frames_per_block(frames as u64)
            .with_max_frames_per_packet((frames * BLOCKS) as u64);
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(&parameters, &AudioDecoderOptions::default())
            .map_err(|error| failed(&error))?;
        Ok(Self {
            data: sound.data,
            decoder,
            block: sound.block,
            frames,
            channels,
            left,
        })
    }
}

impl Decoder for Blocks<'_> {
    fn next(&mut self, block: &mut Vec<f32>) -> Result<Option<Format>, AudioError> {
        block.clear();
        if self.left == 0 || self.data.is_empty() {
            return Ok(None);
        }
        let (now, rest) = self.data.split_at(self.data.len().min(BLOCKS * self.block));
        self.data = rest;
        let mut bytes = now.to_vec();
        bytes.resize(bytes.len().next_multiple_of(self.block), 0);
        let frames = (bytes.len() / self.block * self.frames) as u64;
        let packet = Packet::new(0, Timestamp::ZERO, Duration::from(frames), bytes);
        let decoded = self.decoder.decode(&packet).map_err(|error| failed(&error))?;
        let format = copy(&decoded, block);
        let kept = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .saturating_mul(self.channels);
        block.truncate(kept);
        self.left -= (block.len() / self.channels) as u64;
        Ok(Some(format))
    }
}
