//! How large, fast and hungry the index is: `cargo bench -p search --bench index`.
//!
//! It builds the index over 100,000 sounds that it makes up, and searches it in a process of its own, as a function
//! does, to see how much memory that takes. It prints a report and asserts nothing about time.

mod catalogue;

use std::error::Error;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use catalogue::{Random, category, name, sounds, word};
use search::{SoundIndex, build_sounds};
use shared::model::{CatalogQuery, PageRequest, Position, SoundSearch};

const SOUNDS: u64 = 100_000;
const TIMES: usize = 300;
const LIMIT: usize = 50;
/// How many pages of 100 the deep page is behind the first.
const DEEP: usize = 20;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;
/// A kind of search, and how to draw one.
type Kind = (&'static str, fn(&mut Random) -> SoundSearch);

fn main() -> Outcome {
    let has = |name: &str| std::env::args().any(|argument| argument == name);
    if has("--search") {
        return search();
    }
    // `cargo bench` gives this argument. `cargo test --all-targets` runs this too, and must not wait for it.
    if !has("--bench") {
        return Ok(());
    }
    let all: Vec<_> = sounds(SOUNDS).collect();
    let started = Instant::now();
    let object = build_sounds(&all, &[] as &[Vec<String>])?;
    println!(
        "\n{SOUNDS} sounds, built in {:.1} s, {:.1} MB",
        started.elapsed().as_secs_f64(),
        megabytes(object.len())
    );
    drop(all);
    let mut child = Command::new(std::env::current_exe()?)
        .arg("--search")
        .stdin(Stdio::piped())
        .spawn()?;
    child.stdin.take().ok_or("no pipe")?.write_all(&object)?;
    child.wait()?;
    Ok(())
}

/// Searches in the object on standard input.
fn search() -> Outcome {
    let mut object = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin(), &mut object)?;
    object.shrink_to_fit();
    let before = peak_memory();
    let started = Instant::now();
    let index = SoundIndex::open(object)?;
    let opened = started.elapsed();
    let started = Instant::now();
    run(&index, &query(word(3)), Position::Start)?;
    println!("opened in {}, first search {}", ms(opened), ms(started.elapsed()));
    println!("\n{:<34}{:>12}{:>12}", "", "p50", "p99");
    let mut all = Vec::new();
    for (name, draw) in kinds() {
        let mut random = Random::new(7);
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let search = draw(&mut random);
            let started = Instant::now();
            run(&index, &search, Position::Start)?;
            times.push(started.elapsed());
        }
        all.extend_from_slice(&times);
        print(name, times);
    }
    let mut times = Vec::new();
    for rank in 0..10 {
        let search = query(word(rank));
        let mut position = Position::Start;
        for _ in 0..DEEP {
            let page = index.search(&search, &PageRequest { limit: 100, position })?;
            position = Position::After(page.next_cursor.ok_or("too few")?);
        }
        for _ in 0..TIMES / 10 {
            let started = Instant::now();
            run(&index, &search, position.clone())?;
            times.push(started.elapsed());
        }
    }
    all.extend_from_slice(&times);
    print("page behind 2,000 others", times);
    print("all", all);
    println!(
        "\npeak memory {:.1} MB, before opening {:.1} MB",
        peak_memory(),
        before
    );
    Ok(())
}

fn kinds() -> [Kind; 9] {
    [
        ("one of the 20 commonest words", |random| {
            query(word(random.index(20)))
        }),
        ("a word as people choose it", |random| query(word(random.rank()))),
        ("a rare word", |random| query(word(5000 + random.index(5000)))),
        ("two words", |random| query(words(random, 2))),
        ("five words", |random| query(words(random, 5))),
        ("the first letter", |random| {
            query(word(random.rank())[..1].to_owned())
        }),
        ("the first three letters", |random| {
            query(word(random.rank())[..3].to_owned())
        }),
        ("two words with typos", |random| {
            let mut text = words(random, 2);
            text.remove(1);
            text.insert(text.len() - 2, 'x');
            query(text)
        }),
        ("a common word with filters", |random| SoundSearch {
            category: Some(category(random.index(40))),
            tag: Some(name(word(random.index(10)))),
            min_duration_ms: Some(1000),
            ..query(word(random.index(20)))
        }),
    ]
}

fn words(random: &mut Random, count: usize) -> String {
    let words: Vec<_> = (0..count).map(|_| word(random.rank())).collect();
    words.join(" ")
}

#[expect(clippy::expect_used, reason = "all queries here are short and have letters")]
fn query(text: String) -> SoundSearch {
    SoundSearch {
        query: CatalogQuery::try_from(text).expect("a query"),
        tag: None,
        theme: None,
        category: None,
        min_duration_ms: None,
        max_duration_ms: None,
    }
}

fn run(index: &SoundIndex, search: &SoundSearch, position: Position<String>) -> Outcome {
    std::hint::black_box(index.search(
        search,
        &PageRequest {
            limit: LIMIT,
            position,
        },
    )?);
    Ok(())
}

fn print(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let of = |percent: usize| ms(times[(times.len() * percent).div_ceil(100) - 1]);
    println!("{name:<34}{:>12}{:>12}", of(50), of(99));
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

#[expect(clippy::cast_precision_loss, reason = "objects are not that large")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// The most memory that this process had, in megabytes, as Linux tells it; elsewhere 0. See `proc_pid_status(5)`.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.unwrap_or_default() * 1024.0 / 1e6
}
