//! Pairs of writes, one held before one of its database calls while the other runs.
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
mod scene;
mod stage;
mod view;

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use pairs::{Failure, Tally, Theatre, doings};
use play::Doing;
use scene::Place;
use tokio::runtime::Builder;

/// How many plays run at a time, each on a machine of its own.
const THREADS: usize = 2;

const PLACES: [Place; 2] = [Place::Pair, Place::Group];

#[test]
fn every_pair_of_writes_ends_as_if_one_came_after_the_other() {
    let started = Instant::now();
    let work: Vec<(Place, Doing)> = PLACES
        .into_iter()
        .flat_map(|place| doings(place).into_iter().map(move |doing| (place, doing)))
        .collect();
    let next = Mutex::new(work.into_iter());
    let run = || {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let theatre = Theatre::open(false).await;
            let (mut tally, mut failures) = (Tally::default(), Vec::new());
            loop {
                let Some((place, first)) = next.lock().unwrap().next() else {
                    break;
                };
                for second in doings(place) {
                    failures.extend(theatre.pair(place, first, second, &mut tally).await);
                }
            }
            (tally, failures)
        })
    };
    let (tally, failures): (Tally, Vec<Failure>) = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
        let mut sum = (Tally::default(), Vec::new());
        for thread in threads {
            let (tally, failures) = thread.join().unwrap();
            sum.0 += tally;
            sum.1.extend(failures);
        }
        sum
    });
    eprintln!("{tally:?} in {:?}", started.elapsed());
    for Failure { place, play, lines } in &failures {
        eprintln!("{place:?}: {play}\n    {}", lines.join("\n    "));
    }
    assert!(failures.is_empty());
}
