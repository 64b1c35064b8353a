//! Somebody's uploads, and the files that they see in the conversation.

use shared::model::AttachmentFilter;

use super::{Eyes, all, if_there, plain};
use crate::machine::Machine;
use crate::model::{Facts, words};
use crate::scene::{Scene, Who};

pub(super) async fn look(eyes: &Eyes<'_>, who: Who, facts: &mut Facts) {
    let (store, scene, caller) = (&eyes.store, eyes.scene, eyes.id(who));
    let own = store
        .attachments(caller, &AttachmentFilter::default(), all())
        .await
        .unwrap();
    let own = own.data.iter().map(|(file, message)| {
        let is_sent = if message.is_some() { "sent" } else { "not sent" };
        format!("{} ({is_sent})", plain(&file.filename))
    });
    facts.insert(format!("{who}'s uploads"), words::set(own));
    let filter = AttachmentFilter {
        conversation_id: Some(scene.conversation),
    };
    let seen = if_there(store.attachments(caller, &filter, all()).await);
    let seen = seen.map(|seen| words::set(seen.data.iter().map(|(file, _)| plain(&file.filename))));
    facts.insert(
        format!("the files that {who} sees in the conversation"),
        words::found(seen),
    );
    for (label, id) in &scene.files {
        let seen = if_there(store.attachment(caller, *id).await);
        let seen = seen.map(|(file, _)| plain(&file.filename));
        facts.insert(
            format!("the file \"{label}\" as {who} sees it"),
            words::found(seen),
        );
    }
}

/// Looks into the bucket.
pub(super) async fn look_at_objects(machine: &Machine, scene: &Scene, facts: &mut Facts) {
    for (label, id) in &scene.files {
        let is_stored = machine.bucket.look_at(*id).await.unwrap().is_some();
        facts.insert(format!("whether \"{label}\" is stored"), words::yes(is_stored));
    }
}
