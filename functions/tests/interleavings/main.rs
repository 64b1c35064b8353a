//! Every pair of writes, one held before one of its database calls while the other runs.
//!
//! All of it runs in this process: the functions' stores on an embedded database, with a clock that stands still while
//! anything is left to do. So a play always goes the same way.
//!
//! `INTERLEAVINGS=all` also plays what must end as another play, and more at random; `UPDATE=1` writes
//! `docs/CONDITIONS.md`.
#![allow(clippy::unwrap_used)]

#[path = "../../changes.rs"]
#[expect(dead_code, reason = "its main")]
mod changes;
mod conditions;
mod connector;
mod footprint;
mod judge;
mod machine;
mod model;
mod pairs;
mod play;
#[path = "../../reconcile.rs"]
#[expect(dead_code, reason = "its main and its check")]
mod reconcile;
mod rows;
mod run;
mod scene;
mod stage;
mod view;

use std::time::Instant;

use pairs::{Failure, Outcome, doings};
use play::Doing;
use scene::{PLACES, Place};

#[test]
fn every_pair_of_writes_ends_as_if_one_came_after_the_other() {
    let started = Instant::now();
    let work: Vec<(Place, Doing)> = PLACES
        .into_iter()
        .flat_map(|place| doings(place).into_iter().map(move |doing| (place, doing)))
        .collect();
    let (_, theatres) = run::side_by_side(work, is_thorough(), async |theatre, (place, first)| {
        theatre.alone(place, first).await;
        for second in doings(place) {
            theatre.meet(place, first, &[second]).await;
        }
    });
    let mut outcome = Outcome::default();
    for theatre in theatres {
        outcome.add(theatre.outcome.into_inner().unwrap());
    }
    eprintln!(
        "{:?} in {:?}, {} conditions",
        outcome.tally,
        started.elapsed(),
        outcome.met.0.len()
    );
    for Failure { place, play, lines } in &outcome.failures {
        let lines: Vec<_> = lines
            .iter()
            .take(4)
            .map(|line| line.chars().take(300).collect::<String>())
            .collect();
        eprintln!("FAIL {place:?}: {play}\n    {}", lines.join("\n    "));
    }
    assert!(outcome.failures.is_empty());
}

fn is_thorough() -> bool {
    std::env::var("INTERLEAVINGS").is_ok_and(|value| value == "all")
}
