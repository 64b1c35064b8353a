//! The directories that are imported.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::import::{ImportOptions, Silent, Summary};
use serde_json::Value;
use shared::model::{PageRequest, Position, SoundFilter};
use shared::store::Store;
use shared::store::bucket::{Bucket, objects};

use super::Scene;
use crate::machine::Machine;

/// What a directory holds: files without their ending, each with its title.
pub(crate) type Directory = &'static [(&'static str, &'static str)];

/// What the scene's catalogue is made of.
pub(crate) const BOTH: Directory = &[("rain", "Rain"), ("bell", "Bell")];

/// Imports a directory, as `cargo catalog import` does.
pub(crate) async fn import(
    directory: Directory,
    prune: bool,
    store: &Store,
    bucket: &Bucket,
) -> anyhow::Result<Summary> {
    let place = tempfile::tempdir().unwrap();
    let mut manifest = "file,title,tags\n".to_owned();
    for (file, title) in directory {
        std::fs::write(place.path().join(format!("{file}.wav")), wave(file)).unwrap();
        manifest.extend([*file, ".wav,", *title, ",soft\n"]);
    }
    std::fs::write(place.path().join("manifest.csv"), manifest).unwrap();
    let options = ImportOptions {
        directory: place.path().to_owned(),
        prune,
        again: false,
        dry_run: false,
    };
    catalog::import::import(options, store, bucket, Arc::new(Silent)).await
}

/// A tenth of a second of a tone.
fn wave(file: &str) -> Vec<u8> {
    let pitch = if file == "rain" { 20 } else { 30 };
    let samples = (0..800_i16).flat_map(|at| ((at % pitch) * 500).to_le_bytes());
    let samples: Vec<u8> = samples.collect();
    let length = u32::try_from(samples.len()).unwrap();
    let mut wave = b"RIFF".to_vec();
    wave.extend((36 + length).to_le_bytes());
    wave.extend(b"WAVEfmt ");
    wave.extend(16_u32.to_le_bytes());
    // PCM, one channel, 8000 samples of two bytes in a second.
    wave.extend([1, 0, 1, 0]);
    wave.extend(8000_u32.to_le_bytes());
    wave.extend(16_000_u32.to_le_bytes());
    wave.extend([2, 0, 16, 0]);
    wave.extend(b"data");
    wave.extend(length.to_le_bytes());
    wave.extend(samples);
    wave
}

/// Publishes the sounds, and notes what there is then.
pub(super) async fn publish(scene: &mut Scene, machine: &Machine, store: &Store) {
    import(BOTH, true, store, &machine.bucket).await.unwrap();
    for sound in store
        .sounds(&SoundFilter::default(), first_page())
        .await
        .unwrap()
        .data
    {
        scene.sounds.insert(sound.title.as_str().to_owned(), sound.id);
        let file = sound.file.trim_end_matches(".wav").to_owned();
        scene.audio.insert(file, sound.audio);
    }
    scene.objects = objects_of(machine).await;
}

/// The objects of the catalogue, by their keys.
async fn objects_of(machine: &Machine) -> BTreeMap<String, Vec<u8>> {
    let mut keys = Vec::new();
    for row in machine.rows() {
        let text = |name: &str| row[name]["S"].as_str().unwrap_or_default().to_owned();
        match &row["kind"]["S"] {
            Value::String(kind) if kind == "audio" => {
                keys.extend([
                    objects::original(&text("sha256")),
                    objects::preview(&text("sha256")),
                ]);
            }
            Value::String(kind) if kind == "catalog_version" => {
                let version = text("version").parse().unwrap();
                keys.extend([objects::sound_index(version), objects::playlist_index(version)]);
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for key in keys {
        let content = machine.bucket.get(&key).await.unwrap();
        found.insert(key, content);
    }
    found
}

fn first_page() -> PageRequest {
    PageRequest {
        limit: 100,
        position: Position::Start,
    }
}
