//! How fast messages are, on this machine: `cargo bench -p functions --bench messages`.
//!
//! The real binaries run behind the local machine, with its database in memory and everything on 127.0.0.1. Beside the
//! way of a message through all of it stands what the database takes by itself. It prints a report and asserts nothing
//! about time.

mod api;
mod cpu;
mod database;
mod listing;
mod report;
mod searching;
mod sender;
mod sending;

use anyhow::Result;

fn main() -> Result<()> {
    // `cargo bench` gives this argument. `cargo test --all-targets` runs this too, and must not wait for it.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let cores = std::thread::available_parallelism()?;
    let build = if cfg!(debug_assertions) {
        "Debug"
    } else {
        "Release"
    };
    println!("\n{build} build, {cores} cores, database in memory, everything on 127.0.0.1.");
    tokio::runtime::Runtime::new()?.block_on(async {
        sending::run().await?;
        listing::run().await?;
        searching::run().await
    })
}
