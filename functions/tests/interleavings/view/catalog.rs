//! The catalogue, as everybody sees it.

use std::collections::BTreeSet;

use serde_json::Value;
use shared::model::SoundFilter;
use shared::store::bucket::objects;
use shared::store::{Store, StoreError};

use super::{Eyes, all, plain, text};
use crate::machine::Machine;
use crate::model::{Facts, words};
use crate::scene::Scene;

/// Removes the versions that nobody reads any more, as the next import does.
pub(crate) async fn tidy(store: &Store) -> Result<(), StoreError> {
    let base = store.published_now().await?;
    let Some(draft) = store.begin_version(base).await? else {
        return Ok(());
    };
    for version in store.outdated_versions(Some(draft)).await? {
        store.remove_version(version).await?;
        store.forget_version(version).await?;
    }
    store.forget_version(draft.version).await
}

pub(super) async fn look(eyes: &Eyes<'_>, rows: &[Value], facts: &mut Facts) {
    let store = &eyes.store;
    // The store may remember another table.
    store.published_now().await.unwrap();
    let sounds = store.sounds(&SoundFilter::default(), all()).await.unwrap().data;
    let titles = sounds.iter().map(|sound| plain(&sound.title));
    facts.insert("the catalogue".to_owned(), words::set(titles));
    let of_kind = |kind: &'static str| {
        let rows = rows.iter().filter(move |row| text(row, "kind") == Some(kind));
        rows.filter_map(|row| text(row, "sha256"))
    };
    let noted: BTreeSet<_> = of_kind("unused_audio").collect();
    let used: BTreeSet<_> = sounds.iter().map(|sound| sound.audio.as_str()).collect();
    let forgotten = of_kind("audio").filter(|sha256| !noted.contains(sha256) && !used.contains(sha256));
    facts.insert(
        words::FORGOTTEN_AUDIO.to_owned(),
        words::list(forgotten.map(str::to_owned)),
    );
    let tags = store.tags(all()).await.unwrap().data;
    let tags = tags
        .iter()
        .map(|tag| format!("{} ({})", plain(&tag.name), tag.count));
    facts.insert("the tags of the catalogue".to_owned(), words::set(tags));
}

/// Looks into the bucket.
pub(super) async fn look_at_objects(machine: &Machine, scene: &Scene, facts: &mut Facts) {
    for (file, sha256) in &scene.audio {
        let is_stored = machine.bucket.get(&objects::original(sha256)).await.is_ok();
        facts.insert(
            format!("whether the audio of {file} is stored"),
            words::yes(is_stored),
        );
    }
}
