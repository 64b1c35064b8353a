//! `cargo conformance`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;
use conformance::{Options, describe, run, selected};

/// Holds a deployment against the contract, rule by rule, and says which do not hold.
///
/// Ends with 0 where all hold, with 1 where one does not, and with 2 where nothing could be told.
#[derive(Parser)]
#[command(name = "cargo conformance", bin_name = "cargo conformance", version)]
struct Arguments {
    /// Where the deployment is, such as `https://api.example.com`
    #[arg(long, required_unless_present = "list")]
    url: Option<String>,
    /// Tokens of four test people or more, one on a line; `#` begins a comment. With eight, two rules are checked
    /// beside each other, and so on. WHATEVER THESE PEOPLE HAVE IS DELETED
    #[arg(long, value_name = "FILE", required_unless_present = "list")]
    tokens: Option<PathBuf>,
    /// Only rules in whose name or section this occurs, in any case
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only list the rules
    #[arg(long)]
    list: bool,
    /// Write a report for programs to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Delete what the people have with others, too: contacts, conversations and groups, for all sides
    #[arg(long)]
    reset: bool,
}

fn main() -> ExitCode {
    match act(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "cargo conformance: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether all rules hold.
fn act(arguments: &Arguments) -> Result<bool> {
    let filter = arguments.filter.as_deref();
    let mut section = "";
    let mut headline = |title: &'static str, contract: &str| {
        if section == title {
            return String::new();
        }
        section = title;
        format!("\n{title} ({contract})\n")
    };
    let (false, Some(url), Some(tokens)) = (arguments.list, &arguments.url, &arguments.tokens) else {
        for (section, case) in selected(filter) {
            print(&headline(section.title, section.contract));
            print(&format!("  {}\n", case.rule));
        }
        return Ok(true);
    };
    let options = Options {
        url: url.clone(),
        tokens: read(tokens)?,
        filter: arguments.filter.clone(),
        reset: arguments.reset,
    };
    let report = run(&options, |done| {
        print(&headline(done.section.title, done.section.contract));
        print(&describe(done, url));
    })?;
    print(&report.summary());
    if let Some(path) = &arguments.json {
        std::fs::write(path, report.to_json().to_string()).with_context(|| path.display().to_string())?;
    }
    Ok(report.failed() == 0)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn print(text: &str) {
    // A closed terminal is no reason to leave the people as a case left them.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
