//! The log of the local machine.

mod render;

use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Where logs go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Logs {
    /// To the standard error, in a readable form.
    Terminal,
    /// Into memory, as they are.
    #[default]
    Captured,
}

/// A handle that every part of the machine logs through.
#[derive(Clone, Default)]
pub(crate) struct Logger {
    /// The captured lines. Without it, lines go to the terminal.
    captured: Option<Arc<Mutex<Vec<String>>>>,
    /// The lines that are held back, while they are.
    held: Arc<Mutex<Option<Vec<String>>>>,
}

impl Logger {
    pub(crate) fn new(logs: Logs) -> Self {
        Self {
            captured: (logs == Logs::Captured).then(Arc::default),
            held: Arc::default(),
        }
    }

    /// Holds back lines for the terminal from now on.
    pub(crate) fn hold(&self) {
        *lock(&self.held) = Some(Vec::new());
    }

    /// Shows lines again, and returns those that were held back.
    pub(crate) fn release(&self) -> Vec<String> {
        lock(&self.held).take().unwrap_or_default()
    }

    /// Shows a line as it is.
    pub(crate) fn show(&self, line: String) {
        match &mut *lock(&self.held) {
            Some(held) => held.push(line),
            None => print(&line),
        }
    }

    /// A line that a function wrote.
    pub(crate) fn function_line(&self, function: &str, line: &str) {
        match &self.captured {
            Some(captured) => push(captured, format!("{function}: {line}")),
            None => self.show(render::line(function, line)),
        }
    }

    /// A line of the machine itself.
    pub(crate) fn notice(&self, about: &str, text: &str) {
        match &self.captured {
            Some(captured) => push(captured, format!("{about}: {text}")),
            None => self.show(render::prefixed(about, text)),
        }
    }

    /// What has been captured until now.
    pub(crate) fn captured(&self) -> Vec<String> {
        self.captured
            .as_deref()
            .map(|captured| lock(captured).clone())
            .unwrap_or_default()
    }
}

fn push(captured: &Mutex<Vec<String>>, line: String) {
    lock(captured).push(line);
}

fn lock<T>(lines: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

fn print(text: &str) {
    // A closed terminal is no reason to stop.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
