//! Deletes old records of a stream that is kept. DynamoDB drops them after a day; dynoxide never does, so its file
//! would grow with every write.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use rusqlite::{Connection, params};
use tokio::task::spawn_blocking;

use super::mapping::Mapping;
use crate::database::stream::Position;
use crate::logs::Logger;

/// The time between two runs.
const PERIOD: Duration = Duration::from_secs(5);

/// How many records are deleted at once. Nobody else can write meanwhile.
const BATCH: usize = 1000;

/// How long to wait for another write to end.
const BUSY_TIME: Duration = Duration::from_secs(5);

/// How much higher the sequence numbers that dynoxide shows are than those that it stores.
const SHOWN_ABOVE: Position = 100_000_000_000_000_000_000;

/// Deletes the records that every mapping has delivered from the database in this file, for ever. The last record
/// stays, since the number of the next one follows from it.
pub(crate) async fn run(file: PathBuf, table: String, mappings: Vec<Arc<Mapping>>, logger: Logger) {
    loop {
        tokio::time::sleep(PERIOD).await;
        let Some(delivered) = mappings.iter().map(|mapping| mapping.position()).min() else {
            return;
        };
        let (file, name) = (file.clone(), table.clone());
        let trimmed = spawn_blocking(move || trim(&file, &name, delivered)).await;
        if let Ok(Err(error)) = trimmed {
            logger.notice(
                &table,
                &format!("old records of the stream are not deleted: {error:#}"),
            );
        }
    }
}

fn trim(file: &Path, table: &str, delivered: Position) -> Result<()> {
    let database = Connection::open(file)?;
    database.busy_timeout(BUSY_TIME)?;
    let delivered = i64::try_from(delivered.saturating_sub(SHOWN_ABOVE))?;
    let mut delete = database.prepare(
        "DELETE FROM _stream_records WHERE id IN (
            SELECT id FROM _stream_records WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) < ?2 LIMIT ?3
        )",
    )?;
    while delete.execute(params![table, delivered, BATCH])? == BATCH {}
    Ok(())
}
