//! The demo sounds of `cargo local`, which are kept as an import has left them.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use catalog::audio::Features;
use search::{PlaylistIndex, SoundIndex};
use serde::Deserialize as _;
use serde::de::value::{self, BytesDeserializer};
use serde_json::{Value, json};
use shared::store::CatalogContent;
use shared::store::bucket::objects;

use crate::world::{Sounds, World, all};

/// Where they are kept.
const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../local/demo");

/// `UPDATE=1` makes them anew, where what is synthesised, measured or stored has changed.
#[tokio::test(flavor = "multi_thread")]
async fn the_local_machine_begins_with_an_import_of_the_demo_sounds() {
    let sounds = Sounds::new();
    synth::write_demo(sounds.path()).unwrap();
    let imported = World::start().await;
    let run = imported.import(&sounds, &[]).await;
    run.assert(0, &["61 imported, 0 changed, 0 unchanged, 0 removed, 0 failed"]);
    if std::env::var_os("UPDATE").is_some() {
        write(&imported);
    }
    let begun = World::start().await;
    for _ in 0..2 {
        local::add_demo_sounds(&begun.database, &begun.storage)
            .await
            .unwrap();
    }
    let (rows, expected) = (rows(&begun).await, rows(&imported).await);
    for ((row, features), (expected_row, expected_features)) in rows.iter().zip(&expected) {
        assert_eq!(row, expected_row);
        // Each compiler and each processor rounds sums of floating-point numbers in its own way.
        for (feature, expected) in values(features.as_ref())
            .iter()
            .zip(values(expected_features.as_ref()))
        {
            let difference = (feature - expected).abs();
            assert!(
                difference <= 1e-3 * expected.abs().max(1.0),
                "{row}: {feature}, {expected}"
            );
        }
    }
    assert_eq!(rows.len(), expected.len());
    assert_eq!(audio(&begun), audio(&imported));
    assert_eq!(found(&begun).await, found(&imported).await);
    // For an import they are what it would have made.
    begun
        .import(&sounds, &[])
        .await
        .assert(0, &["nothing to do: 0 imported"]);
}

/// The rows as JSON, the one that says what is published last; and the objects by their keys.
fn write(world: &World) {
    let directory = Path::new(DIRECTORY);
    let _ = std::fs::remove_dir_all(directory);
    std::fs::create_dir_all(directory).unwrap();
    let mut rows = stored(world);
    rows.sort_by_key(|row| {
        (
            row["sk"]["S"] == "PUBLISHED",
            row["pk"].to_string(),
            row["sk"].to_string(),
        )
    });
    let lines: Vec<_> = rows.iter().map(Value::to_string).collect();
    std::fs::write(directory.join("rows.jsonl"), lines.join("\n") + "\n").unwrap();
    let bucket = format!("{}/", world.storage.bucket_name().unwrap());
    for (file, content) in world.objects() {
        if let Some(key) = file.strip_prefix(&bucket) {
            let path = directory.join("objects").join(key);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
    }
}

/// All rows as DynamoDB writes them in JSON.
fn stored(world: &World) -> Vec<Value> {
    let (mut rows, mut start) = (Vec::new(), Value::Null);
    loop {
        let mut request = json!({"TableName": world.database.table_name()});
        if !start.is_null() {
            request["ExclusiveStartKey"] = start;
        }
        let page = world
            .database
            .handle()
            .scan(serde_json::from_value(request).unwrap());
        let mut page = serde_json::to_value(page.unwrap()).unwrap();
        rows.append(page["Items"].as_array_mut().unwrap());
        start = page["LastEvaluatedKey"].take();
        if start.is_null() {
            return rows;
        }
    }
}

/// What stands for each id: ids are drawn anew by each import.
async fn names(world: &World) -> BTreeMap<String, String> {
    let store = world.store();
    let version = store.published_now().await.unwrap().unwrap().version;
    let CatalogContent {
        sounds,
        playlists,
        themes,
        ..
    } = store.content_of(version).await.unwrap();
    let mut names = BTreeMap::from([(version.to_string(), "version".to_owned())]);
    names.extend(sounds.into_iter().map(|sound| (sound.id.to_string(), sound.file)));
    names.extend(
        playlists
            .into_iter()
            .map(|playlist| (playlist.id.to_string(), playlist.name.as_str().to_owned())),
    );
    names.extend(
        themes
            .into_iter()
            .map(|theme| (theme.id.to_string(), theme.name.as_str().to_owned())),
    );
    names
}

/// The rows, with names in place of ids, and without times; and the features of those that have any.
async fn rows(world: &World) -> Vec<(String, Option<Features>)> {
    let names = names(world).await;
    let shown = stored(world).into_iter().map(|mut row| {
        for (name, value) in row.as_object_mut().unwrap() {
            if name.ends_with("_at") {
                *value = Value::Null;
            }
        }
        let features = row["features"]["B"].as_str().map(decoded);
        if features.is_some() {
            row["features"] = Value::Null;
        }
        let row = names
            .iter()
            .fold(row.to_string(), |text, (id, name)| text.replace(id, name));
        (row, features)
    });
    let mut rows: Vec<_> = shown.collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    rows
}

/// From the base64 of a row.
fn decoded(features: &str) -> Features {
    let bytes = BASE64.decode(features).unwrap();
    Features::deserialize(BytesDeserializer::<value::Error>::new(&bytes)).unwrap()
}

fn values(features: Option<&Features>) -> &[f32] {
    features.map_or(&[], Features::values)
}

/// What the storage keeps of originals and previews. The names of the files that say more of them are encoded.
fn audio(world: &World) -> Vec<(String, Vec<u8>)> {
    let is_audio = |(file, _): &(String, Vec<u8>)| file.contains("/sounds/");
    world.objects().into_iter().filter(is_audio).collect()
}

/// The files of the sounds and the names of the playlists that are found by the indexes.
async fn found(world: &World) -> [Vec<String>; 2] {
    let (bucket, names) = (world.bucket(), names(world).await);
    let version = world.store().published_now().await.unwrap().unwrap().version;
    let sounds = bucket.get(&objects::sound_index(version)).await.unwrap();
    let query = serde_json::from_value(json!({ "query": "rain" })).unwrap();
    let sounds = SoundIndex::open(sounds).unwrap().search(&query, &all()).unwrap();
    let playlists = bucket.get(&objects::playlist_index(version)).await.unwrap();
    let query = serde_json::from_value(json!({ "query": "night" })).unwrap();
    let playlists = PlaylistIndex::open(playlists)
        .unwrap()
        .search(&query, &all())
        .unwrap();
    assert!(!sounds.data.is_empty() && !playlists.data.is_empty());
    [
        sounds
            .data
            .iter()
            .map(|id| names[&id.to_string()].clone())
            .collect(),
        playlists
            .data
            .iter()
            .map(|id| names[&id.to_string()].clone())
            .collect(),
    ]
}
