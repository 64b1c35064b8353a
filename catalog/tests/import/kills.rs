//! Imports that are killed.

use std::collections::BTreeSet;

use crate::world::{Sounds, World, files};

const OLD: [&str; 3] = ["a.wav", "b.wav", "c.wav"];
const NEW: [&str; 11] = [
    "d.wav", "e.wav", "f.wav", "g.wav", "h.wav", "i.wav", "j.wav", "k.wav", "l.wav", "a.wav", "b.wav",
];

/// The old catalogue, and a directory that makes another one of it.
async fn world() -> (World, Sounds) {
    let world = World::start().await;
    let sounds = Sounds::of(&OLD);
    world.import(&sounds, &[]).await.assert(0, &[]);
    for (number, name) in ["d", "e", "f", "g", "h", "i", "j", "k", "l"].iter().enumerate() {
        sounds.tone(
            &format!("{name}.wav"),
            1000 + 100 * u16::try_from(number).unwrap(),
        );
    }
    sounds.tone("b.wav", 2500);
    sounds.remove("c.wav");
    (world, sounds)
}

/// The import is killed at every line that it says. Callers see the old catalogue, and the next import does the rest.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_changes_nothing_and_the_next_one_goes_on() {
    let (world, sounds) = world().await;
    let whole = world.import(&sounds, &["--prune"]).await;
    whole.assert(0, &["9 imported, 1 changed, 1 unchanged, 1 removed"]);
    let lines = whole.lines.len();
    assert!(lines > 15, "{}", whole.text());
    let mut resumed = 0;
    for killed_at in 0..lines {
        let (world, sounds) = self::world().await;
        let before = world.sounds().await;
        let mut said = 0;
        let killed = world
            .import_until(&sounds, &["--prune"], move |_| {
                said += 1;
                said > killed_at
            })
            .await;
        let after = world.sounds().await;
        // From the line on that says so, it may be published when the kill comes: then all of it.
        let may_be_new = killed.text().contains("publishing") && files(&after) == NEW;
        assert!(after == before || may_be_new, "{killed_at}");
        let run = world.import(&sounds, &["--prune"]).await;
        assert_eq!(run.code, Some(0), "{killed_at}: {}", run.text());
        if !run.text().contains("decoding and uploading: 0 of 10") {
            resumed += 1;
        }
        let found = world.sounds().await;
        assert_eq!(files(&found), NEW, "{killed_at}");
        assert_eq!(found[9].id, before[0].id);
        no_rows_are_left_over(&world).await;
        let everything = world.everything().await;
        world
            .import(&sounds, &["--prune"])
            .await
            .assert(0, &["nothing to do"]);
        assert!(world.everything().await == everything, "{killed_at}");
    }
    assert!(resumed > lines / 3, "{resumed} of {lines} did not begin anew");
}

/// All rows are of versions that were published, and no audio is listed as unused that is used.
async fn no_rows_are_left_over(world: &World) {
    let rows = world.rows().await;
    let versions: BTreeSet<_> = rows
        .iter()
        .filter(|((_, sk), row)| sk.starts_with("VERSION#") && row.contains_key("published_at"))
        .map(|((_, sk), _)| sk.trim_start_matches("VERSION#").to_owned())
        .collect();
    let used: BTreeSet<_> = world
        .sounds()
        .await
        .into_iter()
        .map(|sound| sound.audio)
        .collect();
    for (pk, sk) in rows.keys() {
        if let Some(rest) = pk.strip_prefix("CATALOG#") {
            assert!(versions.contains(&rest[..16]), "{pk} {sk}");
        }
        if let Some(version) = sk.strip_prefix("VERSION#") {
            assert!(versions.contains(version), "{pk} {sk}");
        }
        if let Some(sha256) = sk.strip_prefix("UNUSED#") {
            assert!(!used.contains(sha256), "{pk} {sk}");
        }
    }
    for sha256 in used {
        assert!(rows.contains_key(&(format!("AUDIO#{sha256}"), "AUDIO".to_owned())));
    }
}
