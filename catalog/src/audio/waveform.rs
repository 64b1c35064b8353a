//! The outline of a sound.

use shared::model::{WAVEFORM_PEAKS, Waveform};

/// Collects the loudest sample of each hundredth of a sound whose length shows only at its end.
pub(super) struct Peaks {
    channels: usize,
    /// The loudest sample of each cell.
    cells: Vec<f32>,
    /// How many frames a cell has.
    cell: usize,
    /// How many frames the last cell has so far.
    filled: usize,
}

/// The most cells. When there are more, each two become one. So at most one sample in 600 of a hundredth counts for its
/// neighbour; the hundredths of sounds up to about three seconds are exact.
const MOST_CELLS: usize = 1 << 17;

impl Peaks {
    pub(super) fn new(channels: usize) -> Self {
        Self {
            channels,
            cells: Vec::new(),
            cell: 1,
            filled: 1,
        }
    }

    /// Adds interleaved samples.
    pub(super) fn push(&mut self, block: &[f32]) {
        for frame in block.chunks_exact(self.channels) {
            let peak = frame.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            if self.filled == self.cell {
                if self.cells.len() == MOST_CELLS {
                    self.halve();
                }
                self.cells.push(peak);
                self.filled = 1;
            } else {
                self.filled += 1;
                if let Some(last) = self.cells.last_mut() {
                    *last = last.max(peak);
                }
            }
        }
    }

    fn halve(&mut self) {
        let merged = self.cells.chunks(2).map(loudest).collect();
        self.cells = merged;
        self.cell *= 2;
    }

    /// The waveform. A sound of fewer than a hundred samples has some of them in several hundredths.
    pub(super) fn waveform(&self) -> Waveform {
        let mut peaks = [0.0; WAVEFORM_PEAKS];
        for (index, peak) in peaks.iter_mut().enumerate() {
            let from = index * self.cells.len() / WAVEFORM_PEAKS;
            let to = ((index + 1) * self.cells.len()).div_ceil(WAVEFORM_PEAKS);
            *peak = loudest(&self.cells[from..to]);
        }
        Waveform::of(&peaks)
    }
}

fn loudest(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak: f32, sample| peak.max(*sample))
}
