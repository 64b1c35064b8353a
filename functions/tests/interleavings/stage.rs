//! A stage: the people and what there is before two writes meet, and what people see afterwards.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use shared::store::Store;

use crate::machine::{Machine, Snapshot};
use crate::model::{Facts, Model};
use crate::play::Doing;
use crate::rows::Actor;
use crate::scene::{Place, Scene};
use crate::view::Still;

/// A scene and the model of it, ready to be gone back to.
pub(crate) struct Stage {
    pub(crate) machine: Arc<Machine>,
    pub(crate) scene: Arc<Scene>,
    pub(crate) model: Model,
    snapshot: Snapshot,
    /// What is seen of each table that came of a play: many plays end alike.
    seen: Mutex<HashMap<u64, Arc<Facts>>>,
    store: Store,
}

impl Stage {
    /// Builds the scene, and does what is to have been done before.
    pub(crate) async fn build(machine: &Arc<Machine>, place: Place, before: &[Doing]) -> Self {
        machine.clear();
        let scene = Arc::new(Scene::build(machine, place).await);
        let mut model = Model::of(place);
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
                (doing.row.effect)(&mut model, doing.who),
                "{doing}: {answer:?}"
            );
        }
        Self {
            machine: Arc::clone(machine),
            scene,
            model,
            snapshot: machine.snapshot(),
            seen: Mutex::default(),
            store: machine.store("view"),
        }
    }

    /// Goes back to how the stage was built.
    pub(crate) async fn reset(&self) {
        self.machine.restore(&self.snapshot);
        if self.machine.is_bucket_changed.swap(false, Ordering::Relaxed) {
            self.scene.put_files(&self.machine).await;
        }
    }

    /// Lets everything that follows happen. Fails where that can't be done: without a condition there may be what can't
    /// be.
    pub(crate) async fn settle(&self) -> Result<Still, Vec<String>> {
        let rows = self.machine.settle(&self.store).await;
        let rows = rows.map_err(|error| vec![error])?;
        Ok(Still::of(&self.machine, &self.scene, rows).await)
    }

    /// Looks at it as everybody does.
    pub(crate) async fn look(&self, still: &Still) -> Result<Arc<Facts>, Vec<String>> {
        let fingerprint = still.fingerprint();
        if let Some(seen) = self.seen.lock().unwrap().get(&fingerprint) {
            return Ok(Arc::clone(seen));
        }
        let look = AssertUnwindSafe(still.look(&self.machine, &self.scene)).catch_unwind();
        let facts = look
            .await
            .map_err(|_| vec!["what there is can't be looked at".to_owned()])?;
        let facts = Arc::new(facts);
        self.seen.lock().unwrap().insert(fingerprint, Arc::clone(&facts));
        Ok(facts)
    }
}
