//! An event source mapping: delivers the records of the table's stream to a function.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::body::Bytes;
use serde_json::json;
use tokio::sync::watch;

use super::batch::{self, Outcome, Target, batches};
use super::position::PositionFile;
use crate::database::stream::{Position, Record, Source};
use crate::faults::{Disturbance, Faults};
use crate::files;
use crate::logs::Logger;
use crate::runtime::{FunctionError, Runtime};
use crate::template::{StartingPosition, StreamMapping};

/// How often an idle stream is looked at. A look costs microseconds.
const POLL_PERIOD: Duration = Duration::from_millis(20);

/// The pause after the stream could not be read.
const ERROR_PAUSE: Duration = Duration::from_secs(1);

/// An event source mapping at work.
pub(crate) struct Mapping {
    function: String,
    settings: StreamMapping,
    source: Source,
    runtime: Arc<Runtime>,
    logger: Logger,
    faults: Option<Faults>,
    position: watch::Sender<Position>,
    position_file: Option<PositionFile>,
    failed_records: Option<PathBuf>,
}

impl Mapping {
    /// Opens the table's stream, at the kept position when there is a data directory.
    pub(crate) async fn open(
        function: &str,
        settings: &StreamMapping,
        (database, table_name): (dynoxide::Database, &str),
        data: Option<PathBuf>,
        runtime: Arc<Runtime>,
        logger: Logger,
        faults: Option<Faults>,
    ) -> Result<Self> {
        let source = Source::open(database, table_name).await?;
        let name = format!("{function}-{}", settings.name);
        let position_file = data
            .as_ref()
            .map(|data| PositionFile::new(data, &name, &source.stream_arn));
        let kept = position_file
            .as_ref()
            .map(PositionFile::load)
            .transpose()?
            .flatten();
        let position = match (kept, settings.starting_position) {
            (Some(position), _) => position,
            (None, StartingPosition::TrimHorizon) => 0,
            (None, StartingPosition::Latest) => source.end().await?,
        };
        Ok(Self {
            function: function.to_owned(),
            settings: settings.clone(),
            source,
            runtime,
            logger,
            faults,
            position: watch::Sender::new(position),
            position_file,
            failed_records: data.map(|data| data.join("failed-records")),
        })
    }

    /// The position up to which everything is delivered.
    pub(crate) fn position(&self) -> Position {
        *self.position.borrow()
    }

    /// Delivers records as they come, for ever.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            match self.deliver_next().await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(POLL_PERIOD).await,
                Err(error) => {
                    self.logger
                        .notice(&self.function, &format!("the stream can't be read: {error:#}"));
                    tokio::time::sleep(ERROR_PAUSE).await;
                }
            }
        }
    }

    /// Delivers the next records, with all retries. Returns whether there were any.
    async fn deliver_next(&self) -> Result<bool> {
        let records = self.collect().await?;
        if records.is_empty() {
            return Ok(false);
        }
        for batch in batches(records, &self.settings) {
            if !batch.records.is_empty() {
                batch::deliver(batch.records, &self.settings, self).await;
            }
            self.advance(batch.end).await;
        }
        Ok(true)
    }

    /// The next records: until there are enough for a batch, or the batching window is over.
    async fn collect(&self) -> Result<Vec<Record>> {
        let after = self.position();
        let mut records = self.source.read(after).await?;
        let since = Instant::now();
        while !records.is_empty() && since.elapsed() < self.settings.batching_window {
            let wanted: usize = batches(records.clone(), &self.settings)
                .iter()
                .map(|batch| batch.records.len())
                .sum();
            if wanted == 0 || wanted >= self.settings.batch_size {
                break;
            }
            tokio::time::sleep(POLL_PERIOD).await;
            records = self.source.read(after).await?;
        }
        Ok(records)
    }

    /// Delivers everything that is in the stream now, each batch once. Stops at the first failure, and starts with the
    /// failed record the next time. Returns the number of records.
    pub(crate) async fn deliver_pending(&self) -> Result<usize> {
        let end = self.source.end().await?;
        let mut delivered = 0;
        while self.position() < end {
            let after = self.position();
            let records = until(self.source.read(after).await?, end);
            if records.is_empty() {
                break;
            }
            for batch in batches(records, &self.settings) {
                delivered += self.deliver_once(&batch.records).await?;
                self.advance(batch.end).await;
            }
        }
        Ok(delivered)
    }

    /// Delivers every record again, from the first one to the last one that has been delivered.
    pub(crate) async fn deliver_again(&self) -> Result<usize> {
        let end = self.position();
        let mut after = 0;
        let mut delivered = 0;
        while after < end {
            let records = until(self.source.read(after).await?, end);
            if records.is_empty() {
                break;
            }
            for batch in batches(records, &self.settings) {
                delivered += self.deliver_once(&batch.records).await?;
                after = batch.end;
            }
        }
        Ok(delivered)
    }

    async fn deliver_once(&self, records: &[Record]) -> Result<usize> {
        if records.is_empty() {
            return Ok(0);
        }
        match self.attempt(records).await {
            Outcome::Delivered => Ok(records.len()),
            Outcome::DeliveredUntil(index) => {
                let last = records[..index].last().map_or(0, |record| record.sequence_number);
                self.advance(last).await;
                Err(FunctionError::from_mapping("the function reported a record as failed").into())
            }
            Outcome::Failed(error) => Err(error.into()),
        }
    }

    /// Waits until everything is delivered that is in the stream now.
    pub(crate) async fn settle(&self) -> Result<()> {
        let end = self.source.end().await?;
        self.position
            .subscribe()
            .wait_for(|position| *position >= end)
            .await
            .context("the mapping has stopped")?;
        Ok(())
    }
}

impl Mapping {
    /// Injects the faults of a delivery.
    async fn disturb(&self, event: &Bytes) {
        let faults = self.faults.as_ref();
        let Disturbance { delay, is_doubled } = faults
            .map(|faults| faults.disturb(&self.function))
            .unwrap_or_default();
        if !delay.is_zero() {
            let text = format!("injected fault: records come {} ms late", delay.as_millis());
            self.logger.notice(&self.function, &text);
            tokio::time::sleep(delay).await;
        }
        if is_doubled {
            self.logger
                .notice(&self.function, "injected fault: records come twice");
            // As if its answer were lost. A failure is in the log, and the second delivery counts.
            let _ = self.runtime.invoke(&self.function, event.clone()).await;
        }
    }
}

impl Target for Mapping {
    async fn attempt(&self, records: &[Record]) -> Outcome {
        let records_json: Vec<_> = records.iter().map(|record| &record.json).collect();
        let event = Bytes::from(json!({ "Records": records_json }).to_string());
        self.disturb(&event).await;
        match self.runtime.invoke(&self.function, event).await {
            Ok(answer) => match answer.outcome {
                Ok(body) => batch::outcome(records, &body, self.settings.reports_item_failures),
                Err(error) => Outcome::Failed(error),
            },
            Err(error) => Outcome::Failed(error.into()),
        }
    }

    async fn advance(&self, position: Position) {
        // A retried part never moves the position back.
        let moved = self.position.send_if_modified(|current| {
            let forward = position > *current;
            *current = position.max(*current);
            forward
        });
        if let Some(file) = self.position_file.as_ref().filter(|_| moved)
            && let Err(error) = file.save(position)
        {
            self.logger.notice(
                &self.function,
                &format!("the position in the stream is not saved: {error:#}"),
            );
        }
    }

    async fn give_up(&self, records: &[Record], error: &FunctionError) {
        let kept = match &self.failed_records {
            Some(directory) => match keep(directory, &self.function, records, error) {
                Ok(path) => format!("they are in {}", path.display()),
                Err(error) => format!("and they could not be kept: {error:#}"),
            },
            None => "they are gone, since nothing is kept in memory mode".to_owned(),
        };
        let count = records.len();
        self.logger.notice(
            &self.function,
            &format!("GAVE UP {count} records of the stream; {kept}. The cause: {error}"),
        );
    }
}

fn until(mut records: Vec<Record>, end: Position) -> Vec<Record> {
    records.truncate(records.partition_point(|record| record.sequence_number <= end));
    records
}

/// Writes records that were given up, which Lambda would send to the on-failure destination.
fn keep(directory: &Path, function: &str, records: &[Record], error: &FunctionError) -> Result<PathBuf> {
    std::fs::create_dir_all(directory)?;
    let first = records.first().map_or(0, |record| record.sequence_number);
    let path = directory.join(format!("{function}-{first}.json"));
    let records: Vec<_> = records.iter().map(|record| &record.json).collect();
    let content = json!({"function": function, "error": error.to_string(), "Records": records});
    files::write_private(&path, &serde_json::to_vec_pretty(&content)?)?;
    Ok(path)
}
