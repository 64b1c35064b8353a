//! How fast the catalogue is with 100,000 sounds, on this machine: `cargo bench -p functions --bench catalog`.
//!
//! The real binaries run behind the local machine, with its data in a temporary directory and everything on 127.0.0.1. The
//! sounds are made up; they have rows, copies and an index as after an import, and no files. To write them takes some
//! minutes; `-- --sounds 10000` makes fewer. It prints a report and asserts nothing about time.

#[path = "../messages/api.rs"]
#[allow(dead_code, reason = "the other bench uses the rest")]
mod api;
#[path = "../../../search/benches/index/catalogue.rs"]
mod catalogue;
mod publishing;
#[path = "../messages/report.rs"]
mod report;

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use catalogue::{Random, word};
use local::Data;
use serde_json::Value;
use shared::model::StoredSound;

use crate::api::{Machine, Person};
use crate::report::{Times, ms, thousands};

const SOUNDS: u64 = 100_000;
const TIMES: usize = 300;
const WARM_UP: usize = 10;
/// The sounds of a page.
const PAGE: usize = 50;
/// How many pages of 100 the deep page is behind the first.
const DEEP: usize = 20;
const SEARCH: &str = "sounds-search";

/// A kind of request: its name, its function, and its path and query, drawn for each time.
type Kind = (
    &'static str,
    &'static str,
    fn(&mut Random, &[StoredSound]) -> String,
);

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().collect();
    // `cargo bench` gives this argument. `cargo test --all-targets` runs this too, and must not wait for it.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let given = arguments
        .iter()
        .skip_while(|argument| *argument != "--sounds")
        .nth(1);
    let count = given.map_or(Ok(SOUNDS), |given| given.parse())?;
    tokio::runtime::Runtime::new()?.block_on(run(count))
}

async fn run(count: u64) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let mut machine = Machine::start(1, Data::Directory(directory.path().to_owned())).await?;
    let sounds: Vec<_> = catalogue::sounds(count).collect();
    println!("\n{} sounds, everything on 127.0.0.1.", thousands(count.into()));
    publishing::publish(&machine.local, &sounds).await?;
    // What was written is still going through the stream.
    machine.rest().await?;
    let person = machine.person().await?;

    println!(
        "\n{:<44}{:>12}{:>12}",
        "The first request, its function's start with it", "client", "handler"
    );
    for (name, path) in [
        (SEARCH, format!("/v1/sounds/search?query={}", word(3))),
        ("sounds-list", "/v1/sounds".to_owned()),
    ] {
        let logged = machine.log_length();
        let before = Instant::now();
        person.get(&path).await?;
        let taken = before.elapsed();
        let line = machine.lines(name, logged)?;
        let line = line.first().context("no line in the log")?;
        println!("{name:<44}{:>12}{:>12}", ms(taken), ms(line.duration));
    }

    println!(
        "\n{:<44}{:>12}{:>12}{:>12}",
        "In the handler, one client", "p50", "p99", "read units"
    );
    let mut searches = Vec::new();
    for (name, function, draw) in kinds() {
        let mut random = Random::new(7);
        let paths = (0..WARM_UP + TIMES).map(|_| draw(&mut random, &sounds));
        let times = measure(&machine, &person, name, function, paths).await?;
        if function == SEARCH {
            searches.extend(times);
        }
    }
    let deep = deep_page(&person).await?;
    let paths = std::iter::repeat_n(deep, WARM_UP + TIMES);
    let name = "search: a page behind 2,000 others";
    searches.extend(measure(&machine, &person, name, SEARCH, paths).await?);
    let alone = rows_alone(&machine, &sounds).await?;
    for (name, times) in [
        ("all searches", searches),
        ("the rows of 50 found sounds, by themselves", alone),
    ] {
        let times = Times::new(times);
        println!("{name:<44}{:>12}{:>12}", ms(times.p50()), ms(times.p99()));
    }
    println!("\npeak memory of {SEARCH}: {} MB", peak_memory(SEARCH)?);
    machine.local.stop().await;
    Ok(())
}

fn kinds() -> [Kind; 11] {
    [
        ("list", "sounds-list", |_, _| "/v1/sounds".to_owned()),
        ("list of a tag", "sounds-list", |random, _| {
            format!("/v1/sounds?tag={}", word(random.rank()))
        }),
        ("tags", "sounds-tags", |_, _| "/v1/sounds/tags".to_owned()),
        ("one sound", "sounds-get", |random, sounds| {
            format!("/v1/sounds/{}", random.one_of(sounds).id)
        }),
        ("similar sounds", "sounds-similar", |random, sounds| {
            format!("/v1/sounds/{}/similar", random.one_of(sounds).id)
        }),
        ("search: one of the 20 commonest words", SEARCH, |random, _| {
            search(&word(random.index(20)))
        }),
        ("search: a word as people choose it", SEARCH, |random, _| {
            search(&word(random.rank()))
        }),
        ("search: two words", SEARCH, |random, _| {
            search(&format!("{}+{}", word(random.rank()), word(random.rank())))
        }),
        ("search: the first three letters", SEARCH, |random, _| {
            search(&word(random.rank())[..3])
        }),
        ("search: a word with a typo", SEARCH, |random, _| {
            let mut word = word(random.rank());
            word.insert(2, 'x');
            search(&word)
        }),
        ("search: a common word with filters", SEARCH, |random, _| {
            let path = search(&word(random.index(20)));
            format!("{path}&tag={}&min_duration_ms=1000", word(random.index(10)))
        }),
    ]
}

fn search(words: &str) -> String {
    format!("/v1/sounds/search?query={words}")
}

/// The path of a page far behind the first of what a common word finds.
async fn deep_page(person: &Person) -> Result<String> {
    let first = format!("{}&limit=100", search(&word(0)));
    let mut path = first.clone();
    for _ in 0..DEEP {
        let page = person.get(&path).await?;
        match &page["next_cursor"] {
            Value::String(cursor) => path = format!("{first}&starting_after={cursor}"),
            _ => break,
        }
    }
    Ok(path.replace("&limit=100", ""))
}

/// Asks for each path, and prints what the log says of all but the first few. Gives their times.
async fn measure(
    machine: &Machine,
    person: &Person,
    name: &str,
    function: &str,
    paths: impl Iterator<Item = String>,
) -> Result<Vec<Duration>> {
    let logged = machine.log_length();
    for path in paths {
        person.get(&path).await?;
    }
    let lines = machine.lines(function, logged)?;
    let lines = lines.iter().skip(WARM_UP);
    let units: f64 = lines.clone().map(|line| line.read_units).sum();
    let durations: Vec<_> = lines.map(|line| line.duration).collect();
    let times = Times::new(durations.clone());
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let units = units / times.len() as f64;
    println!(
        "{name:<44}{:>12}{:>12}{units:>12.1}",
        ms(times.p50()),
        ms(times.p99())
    );
    Ok(durations)
}

/// How long the one call to the database takes that a search makes, without a function around it.
async fn rows_alone(machine: &Machine, sounds: &[StoredSound]) -> Result<Vec<Duration>> {
    let store = publishing::store(&machine.local).await;
    let published = store.published().await?.context("it was published")?;
    let mut random = Random::new(7);
    let mut times = Vec::new();
    for _ in 0..WARM_UP + TIMES {
        let ids: BTreeSet<_> = (0..PAGE).map(|_| random.one_of(sounds).id).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let started = Instant::now();
        store.sounds_of(published, &ids).await?;
        times.push(started.elapsed());
    }
    Ok(times.split_off(WARM_UP))
}

/// The most memory that the process of a function had, in megabytes, as Linux tells it: `proc_pid_status(5)`. All functions
/// are one binary: which of them a process is, its environment says.
fn peak_memory(function: &str) -> Result<u64> {
    let own_child = format!("PPid:\t{}", std::process::id());
    let name = format!("AWS_LAMBDA_FUNCTION_NAME={function}");
    for entry in fs::read_dir("/proc")?.flatten() {
        let read = |file: &str| fs::read(entry.path().join(file)).unwrap_or_default();
        let status = String::from_utf8_lossy(&read("status")).into_owned();
        let is_it = status.lines().any(|line| line == own_child)
            && read("environ")
                .split(|byte| *byte == 0)
                .any(|variable| variable == name.as_bytes());
        if is_it {
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kibibytes = peak.and_then(|peak| peak.split_whitespace().next());
            return Ok(kibibytes.context("no peak")?.parse::<u64>()? * 1024 / 1_000_000);
        }
    }
    anyhow::bail!("{function} does not run")
}
