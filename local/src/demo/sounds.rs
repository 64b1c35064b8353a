//! The demo sounds. `local/demo` holds the rows and the objects that an import of `synth`'s sounds has written, so no
//! start has to decode and measure anything. `catalog/tests/import/demo.rs` makes them again and compares.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use walkdir::WalkDir;

use crate::database::Database;
use crate::storage::Storage;

/// The directory of the rows and the objects.
const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/demo");

/// The folder of the MP3 files. The other objects are indexes.
const SOUNDS: &str = "sounds";

/// Adds the demo sounds where nothing has been published yet, and there is a bucket.
pub async fn add_demo_sounds(database: &Database, storage: &Storage) -> Result<()> {
    let Some(bucket) = storage.bucket_name() else {
        return Ok(());
    };
    let path = Path::new(DIRECTORY).join("rows.jsonl");
    let text = std::fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
    let mut lines = text.lines();
    // The last row says which version callers see: nobody sees the other rows before it is written.
    let pointer = lines.next_back().context("there are no demo sounds")?;
    let pointer: Value = serde_json::from_str(pointer)?;
    if !is_missing(database, &pointer).await? {
        return Ok(());
    }
    let objects = Path::new(DIRECTORY).join("objects");
    for file in WalkDir::new(&objects) {
        let file = file?;
        if file.file_type().is_dir() {
            continue;
        }
        let key = file.path().strip_prefix(&objects)?;
        let media_type = if key.starts_with(SOUNDS) {
            "audio/mpeg"
        } else {
            "application/octet-stream"
        };
        let key = key.to_str().context("a key is no text")?;
        storage
            .put(bucket, key, media_type, std::fs::read(file.path())?)
            .await?;
    }
    let mut rows: Vec<Value> = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
    rows.push(pointer);
    let (handle, table) = (database.handle().clone(), database.table_name().to_owned());
    spawn_blocking(move || {
        for row in rows {
            let request = json!({"TableName": table, "Item": row});
            handle.put_item(serde_json::from_value(request)?)?;
        }
        Ok(())
    })
    .await?
}

/// Whether the table has no row with the key of this one.
async fn is_missing(database: &Database, row: &Value) -> Result<bool> {
    let request = json!({
        "TableName": database.table_name(),
        "Key": {"pk": row["pk"], "sk": row["sk"]},
    });
    let (handle, request) = (database.handle().clone(), serde_json::from_value(request)?);
    let found = spawn_blocking(move || handle.get_item(request)).await??;
    Ok(found.item.is_none())
}
