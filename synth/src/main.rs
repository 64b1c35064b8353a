//! `cargo synth DIR`: writes the demo sounds with their manifest, as a directory to try an import with.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Parser;

/// Writes a small catalogue of synthesised sounds with its manifest, to try an import with.
#[derive(Parser)]
#[command(name = "cargo synth", bin_name = "cargo synth", version)]
struct Arguments {
    /// Where to write it; made if it isn't there
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

fn main() -> Result<()> {
    let Arguments { directory } = Arguments::parse();
    std::fs::create_dir_all(&directory).with_context(|| format!("can't write to {}", directory.display()))?;
    synth::write_demo(&directory)?;
    let directory = directory.display();
    writeln!(
        std::io::stdout(),
        "the demo sounds are in {directory}: import them with `cargo catalog import {directory}`"
    )?;
    Ok(())
}
