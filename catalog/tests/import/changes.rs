//! Imports after the first.

use shared::store::bucket::objects;

use crate::world::{Sounds, World, files};

const FILES: [&str; 4] = ["a.wav", "b.wav", "c.wav", "d.wav"];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_a_sound_changes_without_decoding_it() {
    let world = World::start().await;
    let sounds = Sounds::of(&FILES);
    world.import(&sounds, &[]).await.assert(0, &["4 imported"]);
    let (before, objects) = (world.sound("b.wav").await, world.objects().len());
    sounds.write(
        "manifest.jsonl",
        r#"{"file": "b.wav", "title": "New", "tags": ["x"]}
{"file": "a.wav"}

{"file": "c.wav"}
{"file": "d.wav"}
"#,
    );
    let run = world.import(&sounds, &[]).await;
    run.assert(0, &["0 imported, 1 changed, 3 unchanged, 0 removed"]);
    assert!(!run.text().contains("decoding"), "{}", run.text());
    let after = world.sound("b.wav").await;
    assert_eq!(
        (after.id, &after.audio, after.title.as_str()),
        (before.id, &before.audio, "New")
    );
    let new_indexes = 2 * objects.min(2);
    assert!(
        world.objects().len() <= objects + new_indexes * 2,
        "no audio was uploaded again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn other_audio_in_a_file_is_still_the_same_sound() {
    let world = World::start().await;
    let sounds = Sounds::of(&FILES);
    world.import(&sounds, &[]).await.assert(0, &[]);
    let before = world.sound("b.wav").await;
    sounds.tone("b.wav", 3000);
    let run = world.import(&sounds, &[]).await;
    run.assert(0, &["0 imported, 1 changed, 3 unchanged, 0 removed", "1 decoded"]);
    let after = world.sound("b.wav").await;
    assert_eq!(after.id, before.id);
    assert_ne!(after.audio, before.audio);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_gone_stays_until_it_is_pruned() {
    let world = World::start().await;
    let sounds = Sounds::of(&FILES);
    world.import(&sounds, &[]).await.assert(0, &[]);
    let before = world.sound("a.wav").await;
    sounds.rename("a.wav", "renamed.wav");
    sounds.remove("c.wav");
    let run = world.import(&sounds, &[]).await;
    run.assert(0, &["1 imported, 0 changed, 2 unchanged, 0 removed", "2 kept"]);
    assert!(
        !run.text().contains("decoding"),
        "the audio is known: {}",
        run.text()
    );
    assert_eq!(
        files(&world.sounds().await),
        ["renamed.wav", "a.wav", "b.wav", "c.wav", "d.wav"]
    );
    assert_eq!(world.sound("a.wav").await, before);
    let run = world.import(&sounds, &["--prune"]).await;
    run.assert(0, &["0 imported, 0 changed, 3 unchanged, 2 removed"]);
    assert_eq!(files(&world.sounds().await), ["renamed.wav", "b.wav", "d.wav"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_directory_adds() {
    let world = World::start().await;
    world.import(&Sounds::of(&FILES), &[]).await.assert(0, &[]);
    let more = Sounds::new();
    more.tone("e.wav", 900);
    more.tone("a.wav", 1000);
    let run = world.import(&more, &[]).await;
    run.assert(0, &["1 imported, 1 changed, 0 unchanged, 0 removed", "3 kept"]);
    assert_eq!(
        files(&world.sounds().await),
        ["e.wav", "a.wav", "b.wav", "c.wav", "d.wav"]
    );
}

/// The rows of an earlier release name no rule of labels.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_with_other_keys_of_labels_is_written_anew() {
    let world = World::start().await;
    let sounds = Sounds::of(&["Sci-Fi/a.wav"]);
    world.import(&sounds, &[]).await.assert(0, &["1 imported"]);
    world.change_rows(|row| row.remove("label_keys").is_some()).await;
    let run = world.import(&sounds, &[]).await;
    run.assert(0, &["0 imported, 0 changed, 1 unchanged", "published version"]);
    let published = world.store().published_now().await.unwrap().unwrap();
    assert!(published.has_present_keys());
    world.import(&sounds, &[]).await.assert(0, &["nothing to do"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_do_not_mix() {
    let world = World::start().await;
    let (one, other) = (
        Sounds::of(&["a.wav", "b.wav"]),
        Sounds::of(&["c.wav", "d.wav", "e.wav"]),
    );
    let (first, second) = tokio::join!(
        world.import(&one, &["--prune"]),
        world.import(&other, &["--prune"])
    );
    let lost =
        |run: &crate::world::Run| run.code == Some(2) && run.text().contains("another import has begun");
    let won = |run: &crate::world::Run| run.code == Some(0);
    assert!(won(&first) || won(&second), "{}\n{}", first.text(), second.text());
    assert!(won(&first) || lost(&first), "{}", first.text());
    assert!(won(&second) || lost(&second), "{}", second.text());
    let found = world.sounds().await;
    let found = files(&found);
    assert!(
        found == ["a.wav", "b.wav"] || found == ["c.wav", "d.wav", "e.wav"],
        "{found:?}"
    );
    world.import(&one, &["--prune"]).await.assert(0, &[]);
    assert_eq!(files(&world.sounds().await), ["a.wav", "b.wav"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_lost_from_the_bucket_comes_back() {
    let world = World::start().await;
    let sounds = Sounds::of(&FILES);
    world.import(&sounds, &[]).await.assert(0, &[]);
    let (bucket, before) = (world.bucket(), world.sounds().await);
    let original = objects::original(&before[1].audio);
    bucket.delete(std::slice::from_ref(&original)).await.unwrap();
    world
        .import(&sounds, &["--again"])
        .await
        .assert(0, &["4 unchanged", "4 decoded"]);
    assert_eq!(bucket.get(&original).await.unwrap(), sounds.read("b.wav"));
    assert_eq!(world.sounds().await, before);

    let version = world.store().published().await.unwrap().unwrap().version;
    bucket.delete(&[objects::sound_index(version)]).await.unwrap();
    let run = world.import(&sounds, &[]).await;
    run.assert(0, &["4 unchanged", "published version"]);
    assert!(!run.text().contains("decoding"), "{}", run.text());
    let version = world.store().published().await.unwrap().unwrap().version;
    assert!(bucket.get(&objects::sound_index(version)).await.is_ok());
}
