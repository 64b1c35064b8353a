//! Every pair of writes, one held before one of its database calls while the other runs.
//!
//! All of it runs in this process: the functions' stores on an embedded database, with a clock that stands still while
//! anything is left to do. So a play always goes the same way.
//!
//! `INTERLEAVINGS=all` leaves nothing out: neither what must end as another play, nor pairs that differ little from
//! others, of which `INTERLEAVINGS_SEED` draws some. `INTERLEAVINGS_RANDOM` is how many triples are drawn. `UPDATE=1`
//! writes `docs/CONDITIONS.md`.
#![allow(clippy::unwrap_used)]

mod answers;
#[path = "../../changes.rs"]
#[expect(dead_code, reason = "its main")]
mod changes;
mod conditions;
mod connector;
mod doing;
mod footprint;
mod judge;
mod machine;
mod meet;
mod mode;
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
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use conditions::check;
use doing::Doing;
use local::template::Template;
use meet::is_pair;
use mode::Mode;
use scene::{PLACES, Place};
use theatre::{Outcome, doings};
use triples::Triple;

/// What came of all plays, for all tests here.
static OUTCOME: LazyLock<Outcome> = LazyLock::new(play_all);

/// What is drawn. A run with the same seed plays the same.
static SEED: LazyLock<u64> = LazyLock::new(|| number_in("INTERLEAVINGS_SEED").unwrap_or(1));

/// Each write alone, all pairs, and some that meet two others in a row.
fn play_all() -> Outcome {
    let (started, mode) = (Instant::now(), mode());
    let count = number_in("INTERLEAVINGS_RANDOM").unwrap_or(TRIPLES);
    let drawn = triples::random(usize::try_from(count).unwrap(), mode.seed).into_iter();
    let singles = PLACES.into_iter().flat_map(|place| {
        let doings = doings(place).into_iter();
        doings.map(move |doing| Work::Pairs(place, doing))
    });
    let telling = triples::telling().into_iter();
    let work = singles
        .chain(telling.map(|triple| Work::Triple(triple, true)))
        .chain(drawn.map(|triple| Work::Triple(triple, mode.is_thorough)));
    let (_, theatres) = run::side_by_side(work.collect::<Vec<_>>(), mode, async |theatre, work| match work {
        Work::Pairs(place, first) => {
            theatre.alone(place, first).await;
            for second in doings(place) {
                if is_pair(place, first, second, mode) {
                    theatre.meet(place, first, &[second]).await;
                    if mode.is_thorough {
                        theatre.cross(place, first, &[second]).await;
                    }
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
    // Past the test harness, which keeps the output of a test that passes to itself.
    let mut output = std::io::stderr().lock();
    writeln!(
        output,
        "{}; {} conditions; INTERLEAVINGS_SEED={}; {} s",
        outcome.tally,
        outcome.met.0.len(),
        mode.seed,
        started.elapsed().as_secs()
    )
    .unwrap();
    outcome
}

/// How many triples are drawn, unless `INTERLEAVINGS_RANDOM` says.
const TRIPLES: u64 = 40;

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
    let failures: Vec<_> = OUTCOME.failures.iter().map(ToString::to_string).collect();
    assert!(
        failures.is_empty(),
        "{} plays went wrong:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// Each line of the table is right: its play goes wrong without the condition. And each condition has a line.
#[test]
fn every_condition_is_needed() {
    let (met, kinds) = (&OUTCOME.met, Arc::new(OUTCOME.kinds.clone()));
    if std::env::var_os("UPDATE").is_some() {
        return check::write(met, &kinds, mode());
    }
    let wrong = check::wrong(met, &kinds, mode());
    assert!(
        wrong.is_empty(),
        "docs/CONDITIONS.md is wrong. `UPDATE=1 cargo test -p functions --test interleavings` writes it:\n{}",
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

fn mode() -> Mode {
    Mode {
        is_thorough: std::env::var("INTERLEAVINGS").is_ok_and(|value| value == "all"),
        seed: *SEED,
    }
}
