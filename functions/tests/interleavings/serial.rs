//! The model holds: writes one after the other lead to what it says.

use std::sync::Arc;

use crate::machine::Machine;
use crate::model::{Facts, Model};
use crate::rows::{self, Actor, Row};
use crate::scene::{PLACES, Scene, Who};
use crate::view::Looks;

#[tokio::test(start_paused = true)]
async fn one_after_the_other() {
    let mut differences = Vec::new();
    let mut runs = 0;
    for place in PLACES {
        let machine = Arc::new(Machine::start().await);
        let scene = Arc::new(Scene::build(&machine, place).await);
        let snapshot = machine.snapshot("scene");
        let mut looks = Looks::default();
        let mut writes: Vec<(&'static Row, Who)> = Vec::new();
        for row in rows::all().filter(|row| row.places.contains(&place)) {
            writes.extend(row.by.iter().map(|who| (row, *who)));
        }
        let alone = writes.iter().map(|write| vec![*write]);
        let pairs = writes.iter().flat_map(|a| writes.iter().map(|b| vec![*a, *b]));
        for run in std::iter::once(Vec::new()).chain(alone).chain(pairs) {
            machine.restore(&snapshot);
            scene.put_files(&machine).await;
            let mut model = Model::of(place);
            let name = format!("{place:?}: {}", names(&run));
            for (row, who) in run {
                for (row, who) in row.before.iter().copied().chain([(row, who)]) {
                    let store = machine.store("a");
                    let (machine, scene) = (Arc::clone(&machine), Arc::clone(&scene));
                    let answer = (row.act)(&Actor {
                        machine,
                        store,
                        scene,
                        who,
                    })
                    .await;
                    let status = (row.effect)(&mut model, who);
                    if answer.status != status {
                        differences.push(format!("{name}: {answer:?} in place of {status}"));
                    }
                }
            }
            runs += 1;
            let store = machine.store("settle");
            machine.settle(&store).await;
            let seen = looks.look(&machine, &scene).await;
            let said = model.facts(&scene);
            differences.extend(differ(&seen, &said).map(|difference| format!("{name}: {difference}")));
        }
    }
    assert!(
        differences.is_empty(),
        "{runs} runs, {} differences:\n{}",
        differences.len(),
        differences.into_iter().take(60).collect::<Vec<_>>().join("\n")
    );
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
