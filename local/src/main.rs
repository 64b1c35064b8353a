//! `cargo local`: runs `template.yaml` on this machine.

mod cli;
mod ready;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

use cli::Arguments;
use local::Local;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let mut signals = Signals::new()?;
    let ready_file = arguments.ready_file.clone();
    let local = tokio::select! {
        local = async { Local::start(arguments.into_options().await?).await } => local?,
        () = signals.next() => return Ok(()),
    };
    let ready_file = ready_file
        .map(|path| ready::File::write(path, &local))
        .transpose()?;
    ready::print(&local);
    signals.next().await;
    drop(ready_file);
    tokio::select! {
        () = local.stop() => {}
        // The second signal is for whoever can't wait. The processes end with this one.
        () = signals.next() => {}
    }
    Ok(())
}

/// Ctrl-C and SIGTERM.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
