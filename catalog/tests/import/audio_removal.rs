//! Audio that no sound has any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use catalog::import::{ImportOptions, Silent, Summary, import};
use shared::model::Millis;
use shared::store::bucket::objects;
use shared::store::system_clock;

use crate::world::{Sounds, World};

/// An import at another time.
async fn import_at(world: &World, sounds: &Sounds, hours: u64) -> Summary {
    let now = AtomicU64::new(system_clock().0 + hours * 3_600_000);
    let store = world.store_by(Arc::new(move || Millis(now.fetch_add(1, Ordering::Relaxed))));
    let options = ImportOptions {
        directory: sounds.path().to_owned(),
        prune: true,
        again: false,
        dry_run: false,
    };
    import(options, &store, &world.bucket(), Arc::new(Silent))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_when_nothing_has_needed_it_for_a_day() {
    let world = World::start().await;
    let sounds = Sounds::of(&["a.wav", "b.wav", "c.wav"]);
    import_at(&world, &sounds, 0).await;
    let (b, c) = (world.sound("b.wav").await.audio, world.sound("c.wav").await.audio);
    sounds.remove("b.wav");
    sounds.rename("c.wav", "c2.wav");
    assert_eq!(import_at(&world, &sounds, 1).await.removed, 2);
    let bucket = world.bucket();
    // Links to it may still be in use.
    import_at(&world, &sounds, 24).await;
    assert!(bucket.get(&objects::original(&b)).await.is_ok());
    assert!(
        import_at(&world, &sounds, 26).await.published.is_none(),
        "nothing else is to be done"
    );
    assert!(bucket.get(&objects::original(&b)).await.is_err());
    assert!(bucket.get(&objects::preview(&b)).await.is_err());
    assert!(
        bucket.get(&objects::original(&c)).await.is_ok(),
        "another file has it"
    );
    let rows = world.rows().await;
    assert!(!rows.contains_key(&(format!("AUDIO#{b}"), "AUDIO".to_owned())));
    assert!(
        !rows.keys().any(|(_, sk)| sk.starts_with("UNUSED#")),
        "{:?}",
        rows.keys()
    );
    let versions = rows.keys().filter(|(_, sk)| sk.starts_with("VERSION#"));
    assert_eq!(versions.count(), 1, "replaced versions go, too");
    // It comes back.
    sounds.tone("b.wav", 200);
    let summary = import_at(&world, &sounds, 27).await;
    assert_eq!((summary.imported, summary.decoded), (1, 1));
    assert!(bucket.get(&objects::original(&b)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_used_again_in_time_stays() {
    let world = World::start().await;
    let sounds = Sounds::of(&["a.wav", "b.wav"]);
    import_at(&world, &sounds, 0).await;
    let b = world.sound("b.wav").await.audio;
    sounds.rename("b.wav", "b");
    import_at(&world, &sounds, 1).await;
    sounds.rename("b", "b.wav");
    let summary = import_at(&world, &sounds, 30).await;
    assert_eq!((summary.imported, summary.decoded), (1, 0));
    import_at(&world, &sounds, 60).await;
    assert!(world.bucket().get(&objects::original(&b)).await.is_ok());
    assert!(!world.rows().await.keys().any(|(_, sk)| sk.starts_with("UNUSED#")));
}
