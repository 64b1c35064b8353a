//! Puts a catalogue in place as an import does, but for the files of its sounds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use aws_sdk_dynamodb::config::{Builder, Credentials, Region};
use local::Local;
use shared::model::{Label, StoredSound, TagCount};
use shared::store::bucket::{Bucket, objects};
use shared::store::{Neighbour, Publishing, Store, system_clock};

/// How many similar sounds each has.
const SIMILAR: usize = 100;

/// The table, as an import reaches it.
pub(crate) async fn store(local: &Local) -> Store {
    let config = configuration(local, local.database_url()).await;
    Store::new(Builder::from(&config), local.table_name(), Arc::new(system_clock))
}

pub(crate) async fn publish(local: &Local, sounds: &[StoredSound]) -> Result<()> {
    let started = Instant::now();
    let index = search::build_sounds(sounds, &[] as &[Vec<String>])?;
    println!(
        "index: {:.1} MB, built in {:.1} s",
        megabytes(index.len()),
        started.elapsed().as_secs_f64()
    );
    let started = Instant::now();
    let store = store(local).await;
    let config = configuration(local, local.storage_url()).await;
    let bucket = local.bucket_name().context("the template has a bucket")?;
    let bucket = Bucket::new(&config, bucket, Arc::new(system_clock));

    let draft = store.begin_version(None).await?.context("nobody else imports")?;
    // Which ones does not matter here.
    let similar = |place: usize| {
        let others = (1..=SIMILAR).map(|step| &sounds[(place + step) % sounds.len()]);
        let neighbour = |other: &StoredSound| Neighbour {
            id: other.id,
            similarity: 0.5,
        };
        others.map(neighbour).collect()
    };
    ensure!(
        store.write_sounds(draft, sounds, similar, |_| ()).await?,
        "nobody else imports"
    );
    store.write_lists(draft, &[], &[], &tags(sounds)).await?;
    let nothing = search::build_playlists([], &[] as &[Vec<String>])?;
    for (key, index) in [
        (objects::sound_index(draft.version), index),
        (objects::playlist_index(draft.version), nothing),
    ] {
        bucket.put(&key, index, "application/octet-stream").await?;
    }
    let published = store.publish(draft, u32::try_from(sounds.len())?).await?;
    ensure!(matches!(published, Publishing::Done(_)), "nobody else imports");
    println!("rows: written in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

fn tags(sounds: &[StoredSound]) -> Vec<TagCount> {
    let mut counts: BTreeMap<String, (&Label, u32)> = BTreeMap::new();
    for tag in sounds.iter().flat_map(|sound| &sound.tags) {
        counts.entry(tag.key()).or_insert((tag, 0)).1 += 1;
    }
    let mut tags: Vec<_> = counts
        .into_values()
        .map(|(name, count)| TagCount {
            name: name.clone(),
            count,
        })
        .collect();
    tags.sort_by_key(|tag| std::cmp::Reverse(tag.count));
    tags
}

async fn configuration(local: &Local, endpoint: &str) -> aws_config::SdkConfig {
    let credentials = local.credentials();
    let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
    shared::aws::config()
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(id, secret, None, None, "this bench"))
        .load()
        .await
}

#[expect(clippy::cast_precision_loss, reason = "objects are not that large")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
