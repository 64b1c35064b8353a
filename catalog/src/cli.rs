//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Fills the catalogue of sounds.
#[derive(Parser)]
#[command(name = "cargo catalog", bin_name = "cargo catalog", version)]
#[command(disable_help_subcommand = true, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 everything is in the catalogue; 1 some files are not, and the rest is; 2 nothing was done, because of \
the arguments, the manifest, the table or the bucket.";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Imports a directory of sounds with its manifest, and publishes the catalogue
    Import(Import),
}

#[derive(Args)]
pub(crate) struct Import {
    /// Where the sounds are, with manifest.csv or manifest.jsonl, or without a manifest
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// Remove sounds and synonyms from the catalogue that are not in DIR (without it they stay)
    #[arg(long)]
    pub(crate) prune: bool,
    /// Decode and upload known files again: for objects that have been lost from the bucket
    #[arg(long)]
    pub(crate) again: bool,
    /// Only tell what an import would do: decode new files, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) target: TargetArguments,
}

/// Where to import to.
#[derive(Args)]
pub(crate) struct TargetArguments {
    /// The DynamoDB table of a deployment [default: that of the running `cargo local`]
    #[arg(long, requires = "bucket")]
    pub(crate) table: Option<String>,
    /// The S3 bucket of a deployment
    #[arg(long, requires = "table")]
    pub(crate) bucket: Option<String>,
    /// The environment file of a running `cargo local` [default: running.env or services.env in .local]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["table", "bucket"])]
    pub(crate) env_file: Option<PathBuf>,
}
