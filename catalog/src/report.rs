//! Output: a progress bar on a terminal, or lines without one.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use catalog::import::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};

/// Without a terminal, a line is written each time this many more percent of a stage are done.
const STEP: usize = 10;

/// Shows how far an import has come.
pub(crate) enum Report {
    Bar(ProgressBar),
    Lines(Mutex<Lines>),
}

/// The stage that the lines report.
#[derive(Default)]
pub(crate) struct Lines {
    stage: Option<Stage>,
    total: usize,
    done: usize,
}

impl Report {
    /// For the terminal, if there is one.
    pub(crate) fn new() -> Self {
        if !io::stderr().is_terminal() {
            return Self::Lines(Mutex::default());
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{msg:24} {bar:40} {pos}/{len} {eta:>4}");
        Self::Bar(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Report {
    fn begin(&self, stage: Stage, total: usize) {
        match self {
            Self::Bar(bar) => {
                bar.set_message(stage.to_string());
                bar.set_position(0);
                bar.set_length(total as u64);
                bar.reset_eta();
            }
            Self::Lines(lines) => {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                *lines = Lines {
                    stage: Some(stage),
                    total,
                    done: 0,
                };
                complain(&format!("{stage}: 0 of {total}"));
            }
        }
    }

    fn advance(&self, done: usize) {
        match self {
            Self::Bar(bar) => bar.inc(done as u64),
            Self::Lines(lines) => {
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                let step = |done: usize| done * 100 / lines.total.max(1) / STEP;
                let (before, after) = (lines.done, lines.done + done);
                if step(after) > step(before)
                    && let Some(stage) = lines.stage
                {
                    complain(&format!("{stage}: {after} of {}", lines.total));
                }
                lines.done = after;
            }
        }
    }
}

/// Writes to the standard output. If it is closed, the work goes on.
pub(crate) fn print(text: &str) {
    _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes to the standard error.
pub(crate) fn complain(text: &str) {
    _ = writeln!(io::stderr().lock(), "{text}");
}
