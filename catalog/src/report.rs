//! What is said on the terminal: a bar while it goes on, or lines where there is no terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use catalog::import::{Progress, Stage};
use indicatif::{ProgressBar, ProgressStyle};

/// Where there is no terminal, a line comes whenever so many more percent of a stage are done.
const STEP: usize = 10;

/// Shows how far an import has come.
pub(crate) enum Report {
    Bar(ProgressBar),
    Lines(Mutex<Lines>),
}

/// The stage that lines tell of.
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

/// Says something to whoever reads the results. Where nobody does any more, the work goes on.
pub(crate) fn print(text: &str) {
    _ = writeln!(io::stdout().lock(), "{text}");
}

/// Says something to whoever watches.
pub(crate) fn complain(text: &str) {
    _ = writeln!(io::stderr().lock(), "{text}");
}
