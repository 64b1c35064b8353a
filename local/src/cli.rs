//! The command line.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use local::{
    DEFAULT_MAX_CONCURRENCY, Data, Delivery, FaultSpec, Faults, Functions, Logs, Options, Origin,
    ServicesOptions, workspace_root,
};

/// Runs template.yaml on this machine: HTTP API, functions, DynamoDB, S3, stream and schedules.
#[derive(Parser)]
#[command(name = "cargo local", bin_name = "cargo local", version)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    everything: Everything,
}

#[derive(Subcommand)]
enum Command {
    /// Starts only what the functions need, for `cargo lambda watch`: DynamoDB with demo data, S3, and an environment file
    Services(Services),
}

#[derive(Args)]
struct Everything {
    /// Port of the HTTP API (0 = any)
    #[arg(long, default_value_t = 9000)]
    port: u16,
    /// Port of Lambda's Invoke API [default: the one after --port]
    #[arg(long)]
    invoke_port: Option<u16>,
    /// The most processes of one function at a time
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_CONCURRENCY, value_parser = at_least_one)]
    max_concurrency: usize,
    #[arg(long, value_name = "ORIGIN", help = CORS)]
    cors: Vec<Origin>,
    #[arg(long, value_name = "SPEC", help = FAULTS, long_help = FAULTS_IN_DETAIL)]
    faults: Option<FaultSpec>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
struct Services {
    /// Port of DynamoDB (0 = any)
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// Port of S3 (0 = any) [default: the one after --port]
    #[arg(long)]
    storage_port: Option<u16>,
    /// Where to write the environment file for the functions [default: services.env in the data directory]
    #[arg(long, value_name = "FILE")]
    env_file: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
struct Common {
    /// Keep nothing; the database then holds a gigabyte at most
    #[arg(long, conflicts_with = "data")]
    memory: bool,
    /// The data directory [default: .local in the repository]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Begin anew: remove the data that is kept in the directory
    #[arg(long, conflicts_with = "memory")]
    reset: bool,
    /// Build the functions with the release profile
    #[arg(long)]
    release: bool,
    /// Start without the demo people
    #[arg(long)]
    no_demo: bool,
    /// Write addresses and demo people to this file when ready (JSON)
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Use functions that are built already: a directory of binaries, or one binary with all of them
    #[arg(long, value_name = "PATH", conflicts_with = "release")]
    prebuilt: Option<PathBuf>,
    /// The SAM template [default: template.yaml in the repository]
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

/// The help of `--cors`.
const CORS: &str = "Let web pages of this origin call, such as http://127.0.0.1:5173. May be repeated";

/// The help of `--faults`.
const FAULTS: &str = "Inject faults: 'throttle=5%,lose_reply=5%' (--help lists all)";

const FAULTS_IN_DETAIL: &str = "\
Inject faults between the functions and the database. SPEC is a list of parts, separated by commas:

  throttle=5%            the call is throttled
  conflict=5%            another transaction is at work on a row of the call
  internal=1%            DynamoDB fails
  lose_reply=5%          the call is done, and the connection breaks before the answer
  delay=20ms@10%         the call takes that much longer
  unprocessed=10%        a batch is done in part, and the rest is returned
  kill=1%                the function's process is killed before the call is done
  kill_after=1%          ... after it is done
  stream_twice=10%       a batch of the stream is delivered twice
  stream_late=2s@10%     ... is delivered late
  index_lag=500ms        queries of an index see the table as it was that long ago
  torn_transactions=50ms the rows of a transaction become visible one by one
  seed=42                the same is drawn at random as in another run with this seed

An operation, a function, or both may follow the kind: throttle:Query=5%, kill:messages-create=5%,
lose_reply:TransactWriteItems:messages-create=5%. #3 in place of 5% means the third such call, once.
Faults of calls and deliveries are in the log, as `injected fault`";

/// What to start.
pub(crate) enum Start {
    Everything(Options),
    Services(ServicesOptions),
}

impl Arguments {
    /// The file to write when it is ready.
    pub(crate) fn ready_file(&self) -> Option<&Path> {
        let common = match &self.command {
            Some(Command::Services(services)) => &services.common,
            None => &self.everything.common,
        };
        common.ready_file.as_deref()
    }

    pub(crate) async fn into_start(self) -> Result<Start> {
        let root = workspace_root().await?;
        Ok(match self.command {
            Some(Command::Services(services)) => Start::Services(services.into_options(&root)),
            None => Start::Everything(self.everything.into_options(&root)),
        })
    }
}

impl Everything {
    fn into_options(self, root: &Path) -> Options {
        Options {
            template: self.common.template(root),
            functions: self.common.functions(),
            port: self.port,
            invoke_port: self.invoke_port.unwrap_or(next_port(self.port)),
            data: self.common.data(root),
            reset: self.common.reset,
            max_concurrency: self.max_concurrency,
            demo: !self.common.no_demo,
            cors: self.cors,
            stream: Delivery::Automatic,
            schedules: true,
            logs: Logs::Terminal,
            database_endpoint: None,
            faults: self.faults.as_ref().map(Faults::from_spec),
            environment_file: Some(self.common.directory(root).join(WHILE_RUNNING)),
        }
    }
}

impl Services {
    fn into_options(self, root: &Path) -> ServicesOptions {
        let data = self.common.data(root);
        let environment_file = self
            .env_file
            .unwrap_or_else(|| self.common.directory(root).join(ENVIRONMENT_FILE));
        ServicesOptions {
            template: self.common.template(root),
            functions: self.common.functions(),
            port: self.port,
            storage_port: self.storage_port.unwrap_or(next_port(self.port)),
            data,
            reset: self.common.reset,
            demo: !self.common.no_demo,
            environment_file,
            logs: Logs::Terminal,
        }
    }
}

impl Common {
    fn template(&self, root: &Path) -> PathBuf {
        self.template
            .clone()
            .unwrap_or_else(|| root.join("template.yaml"))
    }

    fn functions(&self) -> Functions {
        match &self.prebuilt {
            Some(directory) => Functions::Prebuilt(directory.clone()),
            None => Functions::Build {
                release: self.release,
            },
        }
    }

    fn data(&self, root: &Path) -> Data {
        if self.memory {
            Data::Memory
        } else {
            Data::Directory(self.directory(root))
        }
    }

    /// The directory of the environment files. They are written even if no data is kept.
    fn directory(&self, root: &Path) -> PathBuf {
        self.data.clone().unwrap_or_else(|| root.join(".local"))
    }
}

/// The default name of the environment file.
const ENVIRONMENT_FILE: &str = "services.env";

/// The name of the environment file that `cargo local` writes for as long as it runs.
const WHILE_RUNNING: &str = "running.env";

/// The next port. After 65535 and after 0, it is 0, which means any.
fn next_port(port: u16) -> u16 {
    if port == 0 {
        0
    } else {
        port.checked_add(1).unwrap_or(0)
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("a whole number from 1 is needed".to_owned()),
        Ok(number) => Ok(number),
    }
}
