//! The model holds: writes one after the other lead to what it says.

use std::sync::Arc;

use crate::machine::Machine;
use crate::model::{Facts, Model};
use crate::rows::{self, Actor, Row};
use crate::scene::{Place, Scene, Who};
use crate::view::Looks;

/// One of so many pairs is tried, unless the environment says another number here: with 1 it takes long.
const EVERY: usize = 20;

#[tokio::test(start_paused = true)]
async fn one_after_the_other_between_two() {
    prove(Place::Pair).await;
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_in_a_group() {
    prove(Place::Group).await;
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_in_a_group_without_a_conversation() {
    prove(Place::Bare).await;
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_where_much_was_deleted() {
    prove(Place::Worn).await;
}

#[tokio::test(start_paused = true)]
async fn one_after_the_other_with_a_catalogue() {
    prove(Place::Catalog).await;
}

/// Tries nothing, each write alone, and pairs of writes.
async fn prove(place: Place) {
    let every = std::env::var("EVERY").map_or(EVERY, |every| every.parse().unwrap());
    let machine = Arc::new(Machine::start().await);
    let scene = Arc::new(Scene::build(&machine, place).await);
    let snapshot = machine.snapshot("scene");
    let mut looks = Looks::default();
    let here = rows::all().filter(|row| row.places.contains(&place));
    let writes: Vec<_> = here.flat_map(|row| row.by.iter().map(move |who| (row, *who))).collect();
    let alone = writes.iter().map(|write| vec![*write]);
    let pairs = writes.iter().flat_map(|a| writes.iter().map(|b| vec![*a, *b]));
    let runs: Vec<_> = std::iter::once(Vec::new()).chain(alone).chain(pairs.step_by(every)).collect();
    let mut found = 0;
    for run in &runs {
        machine.restore(&snapshot);
        scene.put_files(&machine).await;
        let mut model = Model::of(place);
        let mut differences = Vec::new();
        for (row, who) in run {
            for (row, who) in row.before.iter().copied().chain([(*row, *who)]) {
                let actor = Actor {
                    machine: Arc::clone(&machine),
                    store: machine.store("a"),
                    scene: Arc::clone(&scene),
                    who,
                };
                let answer = (row.act)(&actor).await;
                let status = (row.effect)(&mut model, who);
                if answer.status != status {
                    differences.push(format!("{answer:?} in place of {status}"));
                }
            }
        }
        machine.settle(&machine.store("settle")).await;
        let seen = looks.look(&machine, &scene).await;
        differences.extend(differ(&seen, &model.facts(&scene)));
        for difference in &differences {
            eprintln!("{place:?}, {}: {difference}", names(run));
        }
        found += differences.len();
    }
    assert_eq!(found, 0, "differences in {} runs", runs.len());
}

/// What is seen and not said, or the other way round.
fn differ<'a>(seen: &'a Facts, said: &'a Facts) -> impl Iterator<Item = String> {
    let mut subjects: Vec<_> = seen.keys().chain(said.keys()).collect();
    subjects.sort();
    subjects.dedup();
    let differing = subjects
        .into_iter()
        .filter(|subject| seen.get(*subject) != said.get(*subject));
    differing.map(|subject| {
        let nothing = "not there".to_owned();
        let (seen, said) = (
            seen.get(subject).unwrap_or(&nothing),
            said.get(subject).unwrap_or(&nothing),
        );
        format!("{subject} is\n    {seen}\nin place of\n    {said}")
    })
}

fn names(run: &[(&'static Row, Who)]) -> String {
    let names = run
        .iter()
        .map(|(row, who)| format!("{} {} by {who}", row.function, row.what));
    names.collect::<Vec<_>>().join(", then ")
}
