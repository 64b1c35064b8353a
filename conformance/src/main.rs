//! `cargo conformance`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;
use conformance::{Arguments, Options, list, run};

/// Holds a deployment against the contract, rule by rule, and says which do not hold.
///
/// Ends with 0 where all hold, with 101 where one does not, and with 2 where nothing could be told.
#[derive(Parser)]
// Without the template, libtest-mimic's would be taken, which does not say what this is.
#[command(
    name = "cargo conformance",
    bin_name = "cargo conformance",
    help_template = "{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}"
)]
struct CommandLine {
    /// Where the deployment is, such as `https://api.example.com`
    #[arg(long, required_unless_present = "list")]
    url: Option<String>,
    /// Tokens of four test people or more, one on a line; `#` begins a comment. With eight, two rules are checked
    /// beside each other, and so on. WHATEVER THESE PEOPLE HAVE IS DELETED
    #[arg(long, value_name = "FILE", required_unless_present = "list")]
    tokens: Option<PathBuf>,
    /// Delete what the people have with others, too: contacts, conversations and groups, for all sides
    #[arg(long)]
    reset: bool,
    #[command(flatten)]
    rules: Arguments,
}

fn main() -> ExitCode {
    act(CommandLine::parse()).unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "cargo conformance: {error:#}");
        ExitCode::from(2)
    })
}

fn act(command_line: CommandLine) -> Result<ExitCode> {
    let CommandLine {
        url,
        tokens,
        reset,
        rules,
    } = command_line;
    let (false, Some(url), Some(tokens)) = (rules.list, url, tokens) else {
        list(&rules);
        return Ok(ExitCode::SUCCESS);
    };
    let tokens = std::fs::read_to_string(&tokens).with_context(|| tokens.display().to_string())?;
    let report = run(&Options { url, tokens, reset }, &rules)?;
    // Beside the results, which a program may read.
    let _ = write!(std::io::stderr(), "{report}");
    Ok(report.conclusion.exit_code())
}
