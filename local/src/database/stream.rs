//! Reading the table's stream.

use anyhow::{Context, Result};
use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::get_records::{self, GetRecordsRequest};
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::list_streams::ListStreamsRequest;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

/// A sequence number, or 0 for the place before the first record.
pub(crate) type Position = u128;

/// One change of a row.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) sequence_number: Position,
    /// In seconds since 1970.
    pub(crate) created_at: f64,
    /// As Lambda gives it to a function.
    pub(crate) json: Value,
}

/// The only shard of the table's stream.
#[derive(Clone)]
pub(crate) struct Source {
    database: dynoxide::Database,
    pub(crate) stream_arn: String,
    shard_id: String,
}

impl Source {
    pub(crate) async fn open(database: dynoxide::Database, table_name: &str) -> Result<Self> {
        let request = ListStreamsRequest {
            table_name: Some(table_name.to_owned()),
            ..Default::default()
        };
        let table_name = table_name.to_owned();
        spawn_blocking(move || {
            let stream = database.list_streams(request)?.streams.into_iter().next();
            let stream_arn = stream
                .with_context(|| format!("the table {table_name} has no stream"))?
                .stream_arn;
            let request = DescribeStreamRequest {
                stream_arn: stream_arn.clone(),
                ..Default::default()
            };
            let shards = database.describe_stream(request)?.stream_description.shards;
            let shard_id = shards
                .into_iter()
                .next()
                .context("the stream has no shard")?
                .shard_id;
            Ok(Self {
                database,
                stream_arn,
                shard_id,
            })
        })
        .await?
    }

    /// The next records after a position.
    pub(crate) async fn read(&self, after: Position) -> Result<Vec<Record>> {
        let source = self.clone();
        spawn_blocking(move || source.read_blocking(after)).await?
    }

    /// The position of the newest record.
    pub(crate) async fn end(&self) -> Result<Position> {
        let (database, stream_arn) = (self.database.clone(), self.stream_arn.clone());
        spawn_blocking(move || {
            let request = DescribeStreamRequest {
                stream_arn,
                ..Default::default()
            };
            let shards = database.describe_stream(request)?.stream_description.shards;
            let last = shards
                .into_iter()
                .next()
                .and_then(|shard| shard.sequence_number_range.ending_sequence_number);
            Ok(last.map(|number| number.parse()).transpose()?.unwrap_or(0))
        })
        .await?
    }

    fn read_blocking(&self, after: Position) -> Result<Vec<Record>> {
        let (kind, sequence_number) = match after {
            0 => ("TRIM_HORIZON", None),
            position => ("AFTER_SEQUENCE_NUMBER", Some(position.to_string())),
        };
        let iterator = self.database.get_shard_iterator(GetShardIteratorRequest {
            stream_arn: self.stream_arn.clone(),
            shard_id: self.shard_id.clone(),
            shard_iterator_type: kind.to_owned(),
            sequence_number,
        })?;
        let shard_iterator = iterator
            .shard_iterator
            .context("the stream gave no shard iterator")?;
        let records = self
            .database
            .get_records(GetRecordsRequest {
                shard_iterator,
                limit: None,
            })?
            .records;
        records.into_iter().map(|record| self.record(record)).collect()
    }

    fn record(&self, record: get_records::Record) -> Result<Record> {
        let sequence_number = record.dynamodb.sequence_number.parse()?;
        let created_at = record.dynamodb.approximate_creation_date_time;
        let mut json = serde_json::to_value(record)?;
        json["eventSourceARN"] = json!(self.stream_arn);
        Ok(Record {
            sequence_number,
            created_at,
            json,
        })
    }
}
