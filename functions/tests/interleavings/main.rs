//! Every pair of writes, one held before one of its database calls while the other runs.
//!
//! All of it runs in this process: the functions' stores on an embedded database, with a clock that stands still while
//! anything is left to do. So a play always goes the same way.
//!
//! `INTERLEAVINGS=all` also plays what must end as another play, and more at random; `UPDATE=1` writes
//! `docs/CONDITIONS.md`.
#![allow(clippy::unwrap_used)]

mod answers;
#[path = "../../changes.rs"]
#[expect(dead_code, reason = "its main")]
mod changes;
mod conditions;
mod connector;
mod footprint;
mod judge;
mod machine;
mod meet;
mod model;
mod play;
#[path = "../../reconcile.rs"]
#[expect(dead_code, reason = "its main and its check")]
mod reconcile;
mod rows;
mod run;
mod scene;
mod stage;
mod tally;
mod theatre;
mod triples;
mod view;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use conditions::search::{Found, parse, search, try_without};
use conditions::table::{self, Line};
use local::template::Template;
use meet::is_pair;
use play::Doing;
use scene::{PLACES, Place};
use theatre::{Failure, Outcome, doings};
use triples::Triple;

/// What came of all plays, for all tests here.
static OUTCOME: LazyLock<Outcome> = LazyLock::new(play_all);

/// Each write alone, all pairs, and some that meet two others in a row.
fn play_all() -> Outcome {
    let started = Instant::now();
    let seed = number_in("INTERLEAVINGS_SEED").unwrap_or_else(rand::random);
    let count = number_in("INTERLEAVINGS_RANDOM").unwrap_or(TRIPLES);
    let triples = triples::random(usize::try_from(count).unwrap(), seed).into_iter();
    let singles = PLACES
        .into_iter()
        .flat_map(|place| doings(place).into_iter().map(move |doing| (place, doing)));
    let work: Vec<Work> = singles
        .map(|(place, doing)| Work::Pairs(place, doing))
        .chain(
            triples::telling()
                .into_iter()
                .map(|triple| Work::Triple(triple, true)),
        )
        .chain(triples.map(|triple| Work::Triple(triple, is_thorough())))
        .collect();
    let (_, theatres) = run::side_by_side(work, (is_thorough(), seed), async |theatre, work| match work {
        Work::Pairs(place, first) => {
            if std::env::var("PROGRESS").is_ok() {
                eprintln!(
                    "{:?} {place:?} {first} {}",
                    started.elapsed(),
                    theatre.outcome.lock().unwrap().tally
                );
            }
            theatre.alone(place, first).await;
            let drawn_by = (!is_thorough()).then_some(seed);
            let seconds = doings(place)
                .into_iter()
                .filter(|second| is_pair(place, first, *second, drawn_by));
            for second in seconds {
                theatre.meet(place, first, &[second]).await;
                if is_thorough() {
                    theatre.cross(place, first, &[second]).await;
                }
            }
        }
        Work::Triple((place, first, others), crosses) => {
            theatre.meet(place, first, &others).await;
            if crosses {
                theatre.cross(place, first, &others).await;
            }
        }
    });
    let mut outcome = Outcome::default();
    for theatre in theatres {
        outcome.add(theatre.outcome.into_inner().unwrap());
    }
    outcome.met = std::mem::take(&mut outcome.met).named(&outcome.kinds);
    let (tally, time) = (outcome.tally, started.elapsed().as_secs());
    eprintln!(
        "{tally}; {} conditions; INTERLEAVINGS_SEED={seed}; {time} s",
        outcome.met.0.len()
    );
    outcome
}

/// How many triples are drawn, unless `INTERLEAVINGS_RANDOM` says.
const TRIPLES: u64 = 100;

/// What a thread does at a time.
enum Work {
    /// The write alone, and with each other.
    Pairs(Place, Doing),
    /// A write that meets two others; also crossed with them or not.
    Triple(Triple, bool),
}

fn number_in(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn every_pair_of_writes_ends_as_if_one_came_after_the_other() {
    let failures = &OUTCOME.failures;
    for Failure { place, play, lines } in failures {
        let lines: Vec<_> = lines
            .iter()
            .take(4)
            .map(|line| line.chars().take(300).collect::<String>())
            .collect();
        eprintln!("FAIL {place:?}: {play}\n    {}", lines.join("\n    "));
    }
    assert!(failures.is_empty());
}

/// Each line of the table is right: its play goes wrong without the condition. And each condition has a line.
#[test]
fn every_condition_is_needed() {
    let (met, kinds) = (&OUTCOME.met, Arc::new(OUTCOME.kinds.clone()));
    let known = table::parse(&std::fs::read_to_string(table::path()).unwrap_or_default());
    if std::env::var_os("UPDATE").is_some() {
        let started = Instant::now();
        let (lines, _) = run::side_by_side(&met.0, (false, 0), async |theatre, (condition, meeting)| {
            let shown_by = known.get(condition).map(|line| &*line.shown_by);
            let found = search(theatre, &kinds, condition, meeting, shown_by, is_thorough()).await;
            let (without, shown_by) = match found {
                Some(Found { place, play, line }) => (line, format!("{place:?}: {play}")),
                None => (table::why_it_stays(condition).to_owned(), String::new()),
            };
            let functions = meeting
                .functions
                .iter()
                .map(|function| (*function).to_owned())
                .collect();
            (
                condition.clone(),
                Line {
                    functions,
                    without,
                    shown_by,
                },
            )
        });
        std::fs::write(table::path(), table::render(&lines.into_iter().collect())).unwrap();
        eprintln!(
            "looked for what shows {} conditions in {:?}",
            met.0.len(),
            started.elapsed()
        );
        return;
    }
    let conditions: BTreeSet<_> = met.0.keys().chain(known.keys()).collect();
    let (wrong, _) = run::side_by_side(conditions, (false, 0), async |theatre, condition| {
        let (Some(meeting), Some(line)) = (met.0.get(condition), known.get(condition)) else {
            let what = if known.contains_key(condition) {
                "is no longer sent"
            } else {
                "has no line"
            };
            return Some(format!("{condition} {what}"));
        };
        let functions: Vec<_> = meeting.functions.iter().copied().collect();
        if line.functions != functions {
            return Some(format!("{condition} is sent by {}", functions.join(", ")));
        }
        if line.shown_by.is_empty() {
            return (line.without != table::why_it_stays(condition))
                .then(|| format!("{condition} is shown by nothing"));
        }
        let Some((place, play)) = parse(&line.shown_by) else {
            return Some(format!("{condition}: there is no such play: {}", line.shown_by));
        };
        match try_without(theatre, &kinds, condition, place, &play).await {
            Some(found) if found.line == line.without => None,
            Some(found) => Some(format!("{condition}: without it, {}", found.line)),
            None => Some(format!(
                "{condition}: nothing goes wrong without it in {}",
                line.shown_by
            )),
        }
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(
        wrong.is_empty(),
        "docs/CONDITIONS.md: `UPDATE=1 …` writes it:\n{}",
        wrong.join("\n")
    );
}

/// A condition in the store's sources that no play sends could be wrong, and nobody would know.
#[test]
fn every_condition_of_the_store_is_sent() {
    let sent: BTreeSet<_> = OUTCOME
        .met
        .0
        .keys()
        .map(|condition| condition.expression.clone())
        .collect();
    let missing: Vec<_> = conditions::sources::conditions()
        .difference(&sent)
        .cloned()
        .collect();
    assert!(
        missing.is_empty(),
        "no row of `rows/` sends these:\n{}",
        missing.join("\n")
    );
}

#[test]
fn every_write_route_has_a_row() {
    let template = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let functions = Template::load(&template).unwrap().functions;
    let writes = functions.iter().filter(|function| {
        let mut routes = function.events.routes.iter().map(ToString::to_string);
        routes.any(|route| {
            ["POST ", "PUT ", "DELETE "]
                .iter()
                .any(|method| route.starts_with(method))
        })
    });
    let has_row = |name: &str| rows::all().any(|row| row.function == name);
    let missing: Vec<_> = writes
        .map(|function| &*function.name)
        .filter(|name| *name != "fallback" && !has_row(name))
        .map(|name| format!("rows/: add a Row with `function: \"{name}\"`"))
        .collect();
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}

fn is_thorough() -> bool {
    std::env::var("INTERLEAVINGS").is_ok_and(|value| value == "all")
}
