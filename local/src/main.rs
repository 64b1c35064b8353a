//! `cargo local`: runs `template.yaml` on this machine; `cargo local services`: only what its functions need.

mod cli;
mod ready;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

use cli::{Arguments, Start};
use local::{Local, Services};
use ready::Ready;

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
    let ready_file = arguments.ready_file().map(Path::to_owned);
    let running = tokio::select! {
        running = Running::start(arguments) => running?,
        () = signals.next() => return Ok(()),
    };
    let ready = running.ready();
    let ready_file = ready_file
        .map(|path| ready::File::write(path, &ready.facts()))
        .transpose()?;
    ready::print(&ready.text());
    signals.next().await;
    drop(ready_file);
    ready::print(&running.ready().farewell());
    tokio::select! {
        () = running.stop() => {}
        // A second signal ends it at once, and the functions' processes with it.
        () = signals.next() => {}
    }
    Ok(())
}

/// What has been started.
enum Running {
    Everything(Box<Local>),
    Services(Box<Services>),
}

impl Running {
    async fn start(arguments: Arguments) -> Result<Self> {
        Ok(match arguments.into_start().await? {
            Start::Everything(options) => Self::Everything(Box::new(Local::start(options).await?)),
            Start::Services(options) => Self::Services(Box::new(Services::start(options).await?)),
        })
    }

    fn ready(&self) -> &dyn Ready {
        match self {
            Self::Everything(local) => &**local,
            Self::Services(services) => &**services,
        }
    }

    async fn stop(self) {
        match self {
            Self::Everything(local) => local.stop().await,
            Self::Services(services) => services.stop().await,
        }
    }
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
