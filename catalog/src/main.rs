//! `cargo catalog`: imports sounds into the table and the bucket of a deployment, or of a running `cargo local`.

mod cli;
mod report;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use catalog::Target;
use catalog::import::{ImportOptions, import};
use clap::Parser as _;

use cli::{Arguments, Command, Import, TargetArguments};
use report::{Report, print};

/// Some sounds could not be imported; the others are in the catalogue.
const SOME_FAILED: u8 = 1;
/// Nothing was done because of the arguments, the manifest, the table or the bucket. clap uses the same code.
const NOTHING_DONE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            report::complain(&format!("error: {error:#}"));
            NOTHING_DONE.into()
        }
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Import(arguments) => run_import(arguments).await,
    }
}

async fn run_import(arguments: Import) -> Result<ExitCode> {
    let target = find(arguments.target).await?;
    print(&format!(
        "importing {} into {}",
        arguments.directory.display(),
        target.name
    ));
    let options = ImportOptions {
        directory: arguments.directory,
        prune: arguments.prune,
        again: arguments.again,
        dry_run: arguments.dry_run,
    };
    let report = Arc::new(Report::new());
    let outcome = import(options, &target.store, &target.bucket, report.clone()).await;
    report.end();
    let summary = outcome?;
    print(summary.to_string().trim_end());
    Ok(if summary.is_complete() {
        ExitCode::SUCCESS
    } else {
        SOME_FAILED.into()
    })
}

/// The deployment or file that the arguments name, or else the `cargo local` that runs here.
async fn find(arguments: TargetArguments) -> Result<Target> {
    match (arguments.table, arguments.bucket, arguments.env_file) {
        (Some(table), Some(bucket), _) => Ok(Target::deployed(table, bucket).await),
        (_, _, Some(file)) => Target::told_by(&file).await,
        _ => Target::running().await,
    }
}
