use crate::machine::Machine;
use crate::model::Facts;
use crate::scene::Scene;
use shared::store::Store;
pub(crate) async fn look(store: &Store, _machine: &Machine, scene: &Scene) -> Facts {
    let mut facts = Facts::new();
    for who in [crate::scene::Who::Kate, crate::scene::Who::Kevin] {
        let c = store.conversation(scene.id(who), scene.conversation).await;
        facts.insert(format!("{who:?}"), format!("{:?}", c.map(|c| c.unread_count)));
    }
    facts
}
