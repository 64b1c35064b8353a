//! The command line.

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use local::{DEFAULT_MAX_CONCURRENCY, Data, Delivery, Functions, Logs, Options, workspace_root};

/// Runs template.yaml on this machine: HTTP API, functions, DynamoDB, stream and schedules.
#[derive(Parser)]
#[command(name = "cargo local", bin_name = "cargo local", version)]
pub(crate) struct Arguments {
    /// Port of the HTTP API (0 = any)
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// Port of Lambda's Invoke API [default: the one after --port]
    #[arg(long)]
    invoke_port: Option<u16>,
    /// Keep nothing
    #[arg(long, conflicts_with = "data")]
    memory: bool,
    /// Directory of what is kept [default: .local in the repository]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Build the functions with the release profile
    #[arg(long)]
    release: bool,
    /// Most processes of one function at a time
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_CONCURRENCY, value_parser = at_least_one)]
    max_concurrency: usize,
    /// Start without the demo people
    #[arg(long)]
    no_demo: bool,
    /// Write addresses and demo people to this file when ready (JSON)
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Use the functions that are in this directory, in place of building them
    #[arg(long, value_name = "DIR", conflicts_with = "release")]
    prebuilt: Option<PathBuf>,
    /// The SAM template [default: template.yaml in the repository]
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

impl Arguments {
    pub(crate) async fn into_options(self) -> Result<Options> {
        let root = workspace_root().await?;
        let data = match (self.memory, self.data) {
            (true, _) => Data::Memory,
            (false, Some(directory)) => Data::Directory(directory),
            (false, None) => Data::Directory(root.join(".local")),
        };
        // The port after 65535, and after "any", is any.
        let next_port = if self.port == 0 {
            0
        } else {
            self.port.checked_add(1).unwrap_or(0)
        };
        Ok(Options {
            template: self.template.unwrap_or_else(|| root.join("template.yaml")),
            functions: match self.prebuilt {
                Some(directory) => Functions::Prebuilt(directory),
                None => Functions::Build {
                    release: self.release,
                },
            },
            port: self.port,
            invoke_port: self.invoke_port.unwrap_or(next_port),
            data,
            max_concurrency: self.max_concurrency,
            demo: !self.no_demo,
            stream: Delivery::Automatic,
            schedules: true,
            logs: Logs::Terminal,
            database_endpoint: None,
        })
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("a whole number from 1 is needed".to_owned()),
        Ok(number) => Ok(number),
    }
}
