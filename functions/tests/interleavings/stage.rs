//! A stage: the people and what there is before two writes meet, and what people see afterwards.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use futures_util::FutureExt as _;
use serde_json::Value;
use shared::store::Store;

use crate::doing::Doing;
use crate::machine::{Machine, Snapshot, later};
use crate::model::{Facts, Model};
use crate::rows::Actor;
use crate::scene::{Place, Scene};
use crate::view::{self, catalog};

/// A scene and the model of it, ready to be gone back to.
pub(crate) struct Stage {
    pub(crate) machine: Arc<Machine>,
    pub(crate) scene: Arc<Scene>,
    pub(crate) model: Model,
    snapshot: Snapshot,
    /// Which of the scene's objects are in the bucket.
    stored: BTreeSet<String>,
    /// How often the bucket had been changed when they were.
    bucket_changes: AtomicU64,
    /// What is seen of each table that came of a play: many plays end alike.
    seen: Mutex<HashMap<u64, Arc<Facts>>>,
    /// What is in the bucket when nothing has changed it.
    objects: OnceLock<Facts>,
    store: Store,
}

/// What there is after a play.
pub(crate) struct Still {
    /// The same for all that look alike.
    pub(crate) fingerprint: u64,
    /// What can't be told from the table: what is in the bucket, and in which order things were.
    beside: Facts,
}

/// A scene that was built.
#[derive(Clone)]
pub(crate) struct Set {
    scene: Arc<Scene>,
    snapshot: Snapshot,
    stored: BTreeSet<String>,
}

impl Set {
    pub(crate) async fn build(machine: &Machine, place: Place) -> Self {
        machine.clear();
        let scene = Arc::new(Scene::build(machine, place).await);
        Self {
            stored: scene.stored(machine).await,
            scene,
            snapshot: machine.snapshot(),
        }
    }
}

impl Stage {
    /// Does what is to have been done before.
    pub(crate) async fn build(machine: &Arc<Machine>, set: &Set, before: &[Doing]) -> Self {
        machine.restore(&set.snapshot);
        let scene = Arc::clone(&set.scene);
        scene.put_files(machine, &set.stored).await;
        let mut model = Model::of(scene.place);
        for doing in before {
            let actor = Actor {
                machine: Arc::clone(machine),
                store: machine.store("before"),
                scene: Arc::clone(&scene),
                who: doing.who,
            };
            let answer = actor.perform(doing.row).await;
            assert_eq!(
                answer.status,
                doing.row.expect(machine, &mut model, doing.who),
                "{doing}: {answer:?}"
            );
        }
        let stored = scene.stored(machine).await;
        Self {
            machine: Arc::clone(machine),
            scene,
            stored,
            bucket_changes: machine.bucket_changes.load(Ordering::Relaxed).into(),
            model,
            snapshot: machine.snapshot(),
            seen: Mutex::default(),
            objects: OnceLock::new(),
            store: machine.store("view"),
        }
    }

    /// Goes back to how the stage was built.
    pub(crate) async fn reset(&self) {
        self.machine.restore(&self.snapshot);
        if self.scene.place == Place::Catalog {
            // They remember which version of the catalogue was published.
            self.machine.forget_stores();
        }
        // Another stage may have changed it, too.
        let changes = &self.machine.bucket_changes;
        if changes.load(Ordering::Relaxed) != self.bucket_changes.load(Ordering::Relaxed) {
            self.scene.put_files(&self.machine, &self.stored).await;
            self.bucket_changes
                .store(changes.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// Lets everything that follows happen. Fails where that can't be done: without a condition there may be what can't
    /// be.
    pub(crate) async fn settle(&self) -> Result<Still, Vec<String>> {
        let rows = self.machine.settle(&self.store).await;
        let mut rows = rows.map_err(|error| vec![error])?;
        if self.scene.place == Place::Catalog {
            let tidied = catalog::tidy(&self.store).await;
            tidied.map_err(|error| vec![format!("old versions can't be removed: {error}")])?;
            rows = self.machine.rows();
        }
        let mut beside = self.objects().await;
        view::people::look_at_activity(&self.scene, &rows, &mut beside);
        Ok(Still {
            fingerprint: fingerprint(&rows, &beside),
            beside,
        })
    }

    /// What is in the bucket.
    async fn objects(&self) -> Facts {
        let changes = self.machine.bucket_changes.load(Ordering::Relaxed);
        let is_as_before = changes == self.bucket_changes.load(Ordering::Relaxed);
        if let Some(objects) = self.objects.get().filter(|_| is_as_before) {
            return objects.clone();
        }
        let mut objects = Facts::new();
        view::look_at_objects(&self.machine, &self.scene, &mut objects).await;
        if is_as_before {
            // Another call may have set the same.
            _ = self.objects.set(objects.clone());
        }
        objects
    }

    /// Looks at it as everybody does, if nobody has looked at the same before. Fails if the integrity check finds
    /// anything.
    pub(crate) async fn look(&self, still: &Still) -> Result<Arc<Facts>, Vec<String>> {
        if let Some(seen) = self.seen.lock().unwrap().get(&still.fingerprint) {
            return Ok(Arc::clone(seen));
        }
        let report = self.store.check_integrity(None, later()).await;
        let report = report.map_err(|error| vec![format!("the integrity check fails: {error}")])?;
        if !report.problems.is_empty() {
            let problems = serde_json::to_value(report.problems).unwrap();
            let problems = problems.as_array().unwrap().iter();
            let rule = |problem: &Value| format!("broken rule: {}", problem["rule"].as_str().unwrap());
            return Err(problems.map(rule).collect());
        }
        let look = AssertUnwindSafe(view::look(&self.machine, &self.scene)).catch_unwind();
        let facts = look.await;
        let mut facts = facts.map_err(|_| vec!["what there is can't be looked at".to_owned()])?;
        facts.extend(still.beside.clone());
        let facts = Arc::new(facts);
        self.seen
            .lock()
            .unwrap()
            .insert(still.fingerprint, Arc::clone(&facts));
        Ok(facts)
    }
}

/// Tells tables apart that show different things. What was drawn at random or by the clock is only put in order.
fn fingerprint(rows: &[Value], beside: &Facts) -> u64 {
    let texts: Vec<_> = rows.iter().map(ToString::to_string).collect();
    let mut ids: Vec<&str> = texts
        .iter()
        .flat_map(|text| words(text))
        .filter(|word| word.len() == 16)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut rows: Vec<String> = texts
        .iter()
        .map(|text| {
            let mut rest = text.as_str();
            let mut normal = String::with_capacity(text.len());
            for word in words(text) {
                let start = word.as_ptr() as usize - rest.as_ptr() as usize;
                normal.push_str(&rest[..start]);
                rest = &rest[start + word.len()..];
                match word.len() {
                    16 => normal.push_str(&ids.binary_search(&word).unwrap().to_string()),
                    64 => normal.push_str("hash"),
                    10 | 13 if word.starts_with("18") && word.bytes().all(|byte| byte.is_ascii_digit()) => {
                        normal.push_str("time");
                    }
                    _ => normal.push_str(word),
                }
            }
            normal.push_str(rest);
            normal
        })
        .collect();
    rows.sort_unstable();
    let mut hasher = DefaultHasher::new();
    rows.hash(&mut hasher);
    beside.hash(&mut hasher);
    hasher.finish()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}
