//! The process of an environment, and what it writes.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};

use crate::logs::Logger;

/// The size of the log in `X-Amz-Log-Result`.
const TAIL_BYTES: usize = 4096;

/// How long to wait for the pipes of a process that has ended. Only a grandchild can keep them open.
const DRAIN_TIME: Duration = Duration::from_millis(200);

/// The variables that a function inherits from the developer's environment. Neither `HOME` nor anything of AWS is
/// passed on, so that a developer's credentials never reach a function.
const INHERITED: [&str; 7] = [
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "TMPDIR",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "LLVM_PROFILE_FILE",
];

/// A running process in a process group of its own, so that a terminal's Ctrl-C does not reach it and nothing that it
/// starts outlives it.
pub(super) struct Process {
    child: Child,
    tail: Arc<Mutex<Tail>>,
    readers: [mpsc::Sender<oneshot::Sender<()>>; 2],
}

impl Process {
    pub(super) fn start(
        binary: &Path,
        function: &str,
        environment: impl IntoIterator<Item = (String, String)>,
        logger: &Logger,
    ) -> Result<Self> {
        let inherited = INHERITED
            .iter()
            .filter_map(|name| Some((*name, std::env::var_os(name)?)));
        let mut child = Command::new(binary)
            .env_clear()
            .envs(inherited)
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("can't start {}", binary.display()))?;
        let tail = Arc::new(Mutex::new(Tail::default()));
        let output = child.stdout.take().context("the process has no output")?;
        let errors = child.stderr.take().context("the process has no error output")?;
        let readers = [
            read(output, function, logger, &tail),
            read(errors, function, logger, &tail),
        ];
        Ok(Self { child, tail, readers })
    }

    /// Waits until the process has ended by itself. Safe to cancel.
    pub(super) async fn ended(&mut self) -> Option<ExitStatus> {
        self.child.wait().await.ok()
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills it and everything that it started.
    pub(super) async fn kill(&mut self) {
        self.kill_group();
        // It can only fail when the process is gone already.
        let _ = self.child.wait().await;
    }

    /// Forgets what was written so far.
    pub(super) fn clear_tail(&self) {
        lock(&self.tail).clear();
    }

    /// What was written since the last `clear_tail`, up to 4 KB.
    ///
    /// It has everything that the process wrote before it sent its answer: a pipe becomes readable when it is written
    /// to, so the readers see the lines no later than the answer arrives.
    pub(super) async fn tail(&self) -> String {
        for reader in &self.readers {
            let (done, flushed) = oneshot::channel();
            if reader.send(done).await.is_ok() {
                // A reader whose pipe is closed has nothing left to flush.
                let _ = tokio::time::timeout(DRAIN_TIME, flushed).await;
            }
        }
        lock(&self.tail).text()
    }

    /// Kills it and everything that it started, without waiting for its end.
    pub(super) fn kill_group(&self) {
        let pid = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            // It can only fail when the group is gone already.
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_group();
    }
}

/// Passes a pipe's lines on. A request over the sender is answered when all lines until then have been passed on.
fn read(
    pipe: impl AsyncRead + Unpin + Send + 'static,
    function: &str,
    logger: &Logger,
    tail: &Arc<Mutex<Tail>>,
) -> mpsc::Sender<oneshot::Sender<()>> {
    let (sender, mut flushes) = mpsc::channel::<oneshot::Sender<()>>(1);
    let (function, logger, tail) = (function.to_owned(), logger.clone(), Arc::clone(tail));
    tokio::spawn(async move {
        let mut lines = BufReader::new(pipe).split(b'\n');
        loop {
            tokio::select! {
                // Lines first: a flush is done when there is no line left.
                biased;
                line = lines.next_segment() => {
                    let Ok(Some(line)) = line else { return };
                    let line = String::from_utf8_lossy(&line);
                    lock(&tail).push(&line);
                    logger.function_line(&function, &line);
                }
                Some(done) = flushes.recv() => {
                    // The receiver may have stopped waiting.
                    let _ = done.send(());
                }
            }
        }
    });
    sender
}

/// The last lines, up to a number of bytes.
#[derive(Default)]
struct Tail {
    lines: VecDeque<String>,
    bytes: usize,
}

impl Tail {
    fn push(&mut self, line: &str) {
        self.bytes += line.len() + 1;
        self.lines.push_back(line.to_owned());
        while self.bytes > TAIL_BYTES {
            let Some(dropped) = self.lines.pop_front() else {
                break;
            };
            self.bytes -= dropped.len() + 1;
        }
    }

    fn clear(&mut self) {
        *self = Self::default();
    }

    fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }
}

/// A tail is valid between any two of its operations, so a panic elsewhere does no harm.
fn lock(tail: &Mutex<Tail>) -> MutexGuard<'_, Tail> {
    tail.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_keeps_the_last_bytes() {
        let mut tail = Tail::default();
        for number in 0..1000 {
            tail.push(&format!("line {number}"));
        }
        let text = tail.text();
        assert!(
            text.len() <= TAIL_BYTES && text.len() > TAIL_BYTES - 20,
            "{}",
            text.len()
        );
        assert!(text.ends_with("line 999\n"));
    }
}
