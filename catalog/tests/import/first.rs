//! The first import, and what callers see then.

use search::{PlaylistIndex, SoundIndex};
use shared::store::bucket::objects;

use crate::world::{Sounds, World, all, files, names};

const MANIFEST: &str = "\u{feff}file,title,description,category,tags,themes,playlists
bells/church.wav,Church bell,\"Rings, slowly\",Bells,metal;loud;Metal,Village,Sunday;Quiet hours
bells/hand.wav,,,,,village;Concert,Sunday
rain/roof.wav,Rain on a roof,,Weather,LOUD,,quiet HOURS
";

fn sounds() -> Sounds {
    let sounds = Sounds::of(&[
        "bells/church.wav",
        "bells/hand.wav",
        "rain/roof.wav",
        "other/extra.wav",
    ]);
    sounds.write("manifest.csv", MANIFEST);
    sounds.write(
        "playlists.csv",
        "name,description,theme\nQuiet Hours,To sleep,Night\nNobody,,\n",
    );
    sounds
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_see_what_the_manifest_says() {
    let world = World::start().await;
    let run = world.import(&sounds(), &[]).await;
    run.assert(
        0,
        &[
            "3 imported, 0 changed, 0 unchanged, 0 removed, 0 failed",
            "audio files that the manifest does not name: 1, such as other/extra.wav",
            "the playlist \"Nobody\" is left out",
        ],
    );
    let found = world.sounds().await;
    assert_eq!(
        files(&found),
        ["bells/church.wav", "bells/hand.wav", "rain/roof.wav"]
    );
    let [church, hand, roof] = &found[..] else {
        panic!()
    };
    assert_eq!((church.title.as_str(), church.duration_ms), ("Church bell", 200));
    assert_eq!(church.description.as_deref(), Some("Rings, slowly"));
    assert_eq!(hand.title.as_str(), "Hand");
    assert_eq!(hand.category.as_ref().unwrap().as_str(), "Bells");
    assert_eq!(hand.themes[0].as_str(), "Village", "spelt as it was first");
    assert_eq!(church.tags.len(), 2);
    assert_eq!(roof.tags[0].as_str(), "loud");
    assert_eq!(church.playlists[1], roof.playlists[0]);

    let store = world.store();
    let tags = names(store.tags(all()).await.unwrap(), |tag| {
        format!("{} {}", tag.name.as_str(), tag.count)
    });
    assert_eq!(tags, ["loud 2", "metal 1"]);
    let playlists = names(store.playlists(all()).await.unwrap(), |playlist| {
        let theme = playlist.theme.as_ref().map_or("", |theme| theme.as_str());
        let description = playlist.description.unwrap_or_default();
        format!(
            "{} {theme} {description} {}",
            playlist.name.as_str(),
            playlist.sound_count
        )
    });
    assert_eq!(playlists, ["Sunday Village  2", "Quiet hours Night To sleep 2"]);
    let themes = names(store.themes(all()).await.unwrap(), |theme| {
        format!(
            "{} {} {}",
            theme.name.as_str(),
            theme.sound_count,
            theme.playlist_count
        )
    });
    assert_eq!(themes, ["Village 2 1", "Concert 1 0", "Night 0 1"]);
    let (similar, similarities) = store.similar(church.id, all()).await.unwrap();
    assert_eq!(similar.data.len(), 2);
    assert!(
        similarities.is_sorted_by(|one, other| one >= other),
        "{similarities:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn files_previews_and_indexes_are_in_the_bucket() {
    let world = World::start().await;
    let sounds = sounds();
    world.import(&sounds, &[]).await.assert(0, &[]);
    let (bucket, published) = (world.bucket(), world.store().published().await.unwrap().unwrap());
    assert_eq!(published.sounds, 3);
    for sound in world.sounds().await {
        assert_eq!(
            bucket.get(&objects::original(&sound.audio)).await.unwrap(),
            sounds.read(&sound.file)
        );
        assert!(
            !bucket
                .get(&objects::preview(&sound.audio))
                .await
                .unwrap()
                .is_empty()
        );
    }
    let index = bucket
        .get(&objects::sound_index(published.version))
        .await
        .unwrap();
    let query = serde_json::from_value(serde_json::json!({ "query": "roof" })).unwrap();
    let found = SoundIndex::open(index).unwrap().search(&query, &all()).unwrap();
    assert_eq!(found.data, [world.sound("rain/roof.wav").await.id]);
    let index = bucket
        .get(&objects::playlist_index(published.version))
        .await
        .unwrap();
    let query = serde_json::from_value(serde_json::json!({ "query": "sleep" })).unwrap();
    assert_eq!(
        PlaylistIndex::open(index)
            .unwrap()
            .search(&query, &all())
            .unwrap()
            .data
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_import_changes_nothing() {
    let world = World::start().await;
    let sounds = sounds();
    world.import(&sounds, &[]).await.assert(0, &[]);
    let before = world.everything().await;
    for options in [&[][..], &["--prune"]] {
        let run = world.import(&sounds, options).await;
        run.assert(
            0,
            &["nothing to do: 0 imported, 0 changed, 3 unchanged, 0 removed, 0 failed"],
        );
        assert!(!run.text().contains("decoding"), "{}", run.text());
        assert!(world.everything().await == before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_writes_nothing() {
    let world = World::start().await;
    let before = world.everything().await;
    let run = world.import(&sounds(), &["--dry-run"]).await;
    run.assert(0, &["nothing was written; an import would have: 3 imported"]);
    assert!(world.everything().await == before);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_manifest_the_files_say_it() {
    let world = World::start().await;
    let sounds = Sounds::of(&["b/deep/old_church-01.wav", "a.wav", ".hidden/x.wav"]);
    sounds.write("notes.txt", "no sound");
    world.import(&sounds, &[]).await.assert(0, &["2 imported"]);
    let found = world.sounds().await;
    assert_eq!(files(&found), ["a.wav", "b/deep/old_church-01.wav"]);
    assert_eq!((found[0].title.as_str(), &found[0].category), ("A", &None));
    assert_eq!(found[1].title.as_str(), "Old church 01");
    assert_eq!(found[1].category.as_ref().unwrap().as_str(), "B");
    assert_eq!(found[1].tags[0].as_str(), "deep");
}
