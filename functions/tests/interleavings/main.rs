//! Pairs of writes, one held before one of its database calls while the other runs.
#![allow(clippy::unwrap_used)]

#[path = "../../changes.rs"]
#[expect(dead_code, reason = "its main")]
mod changes;
mod connector;
mod machine;
mod model;
#[path = "../../reconcile.rs"]
#[expect(dead_code, reason = "its main and its check")]
mod reconcile;
mod rows;
mod scene;

use std::sync::Arc;
use std::time::Instant;

use machine::Machine;
use rows::Actor;
use scene::{Place, Scene, Who};

#[tokio::test(start_paused = true)]
async fn speed() {
    let machine = Arc::new(Machine::start().await);
    let t = Instant::now();
    let scene = Arc::new(Scene::build(&machine, Place::Group).await);
    eprintln!("scene {:?}", t.elapsed());
    let snapshot = machine.snapshot("one");
    let t = Instant::now();
    for _ in 0..10 {
        for row in rows::all() {
            machine.restore(&snapshot);
            let actor = Actor { machine: Arc::clone(&machine), store: machine.store("a"), scene: Arc::clone(&scene), who: Who::Kate };
            let answer = (row.act)(&actor).await;
            assert!(answer.status < 300, "{} {answer:?}", row.function);
            machine.settle(&machine.store("settle")).await;
            machine.rows();
        }
    }
    eprintln!("run {:?}", t.elapsed() / 30);
}
