//! Batches: how records are put together, what an answer means, and what happens after a failure.
//!
//! The rules: <https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html> and
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html>.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::aws;
use crate::database::stream::{Position, Record};
use crate::runtime::FunctionError;
use crate::template::StreamMapping;

/// The pause after the first failure, and the longest.
const BACKOFF: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// The limit of the records in an event. The rest is room for what surrounds them.
const EVENT_LIMIT: usize = aws::PAYLOAD_LIMIT - 1024;

/// Records for one invocation, and how far the stream is read once they are delivered.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) records: Vec<Record>,
    pub(super) end: Position,
}

/// The outcome of an attempt to deliver records.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Delivered,
    /// The records before this one, of which there is at least one, are delivered.
    DeliveredUntil(usize),
    Failed(FunctionError),
}

/// The receiver of records.
pub(super) trait Target {
    fn attempt(&self, records: &[Record]) -> impl Future<Output = Outcome> + Send;
    /// Notes that everything up to this position is done.
    fn advance(&self, position: Position) -> impl Future<Output = ()> + Send;
    /// Gives these records up.
    fn give_up(&self, records: &[Record], error: &FunctionError) -> impl Future<Output = ()> + Send;
}

/// Cuts records into batches, without those that no filter lets through.
pub(super) fn batches(records: Vec<Record>, mapping: &StreamMapping) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut batch = Batch::default();
    let mut bytes = 0;
    for record in records {
        let wanted =
            mapping.filters.is_empty() || mapping.filters.iter().any(|filter| filter.matches(&record.json));
        if !wanted {
            batch.end = record.sequence_number;
            continue;
        }
        let size = record.json.to_string().len() + 1;
        let full = batch.records.len() == mapping.batch_size || bytes + size > EVENT_LIMIT;
        if full && !batch.records.is_empty() {
            batches.push(std::mem::take(&mut batch));
            bytes = 0;
        }
        bytes += size;
        batch.end = record.sequence_number;
        batch.records.push(record);
    }
    batches.push(batch);
    batches
}

/// What a function's answer says about the records that it was given.
pub(super) fn outcome(records: &[Record], answer: &[u8], reports_item_failures: bool) -> Outcome {
    if !reports_item_failures {
        return Outcome::Delivered;
    }
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let failures = match &answer["batchItemFailures"] {
        Value::Null => return Outcome::Delivered,
        Value::Array(failures) => failures,
        _ => return malformed(&answer),
    };
    let mut first_failed = None;
    for failure in failures {
        let identifier = failure["itemIdentifier"]
            .as_str()
            .and_then(|number| number.parse::<Position>().ok());
        let index =
            identifier.and_then(|number| records.iter().position(|record| record.sequence_number == number));
        let Some(index) = index else {
            return malformed(&answer);
        };
        first_failed = Some(first_failed.map_or(index, |first: usize| first.min(index)));
    }
    match first_failed {
        None => Outcome::Delivered,
        Some(0) => Outcome::Failed(FunctionError::from_mapping(
            "the function reported the first record as failed",
        )),
        Some(index) => Outcome::DeliveredUntil(index),
    }
}

fn malformed(answer: &Value) -> Outcome {
    Outcome::Failed(FunctionError::from_mapping(&format!(
        "the function's batchItemFailures can't be read: {answer}"
    )))
}

/// Delivers records in order: tries again after a failure, halves, and gives up, as the mapping says.
pub(super) async fn deliver(records: Vec<Record>, mapping: &StreamMapping, target: &(impl Target + Sync)) {
    let mut failures = 0;
    // A stack: the last part is delivered next.
    let mut parts = vec![records];
    while let Some(mut part) = parts.pop() {
        let error = match target.attempt(&part).await {
            Outcome::Delivered => {
                target.advance(last(&part)).await;
                failures = 0;
                continue;
            }
            Outcome::DeliveredUntil(index) => {
                let rest = part.split_off(index);
                target.advance(last(&part)).await;
                failures = 0;
                parts.push(rest);
                continue;
            }
            Outcome::Failed(error) => error,
        };
        let rest = give_up_old(part, &error, mapping, target).await;
        if rest.is_empty() {
            continue;
        }
        if mapping.bisect_on_error && rest.len() > 1 {
            // Halving does not count as a retry.
            let mut first = rest;
            let second = first.split_off(first.len() / 2);
            parts.push(second);
            parts.push(first);
            continue;
        }
        if mapping
            .maximum_retry_attempts
            .is_some_and(|most| failures >= most)
        {
            target.give_up(&rest, &error).await;
            target.advance(last(&rest)).await;
            failures = 0;
            continue;
        }
        tokio::time::sleep(backoff(failures)).await;
        failures += 1;
        parts.push(rest);
    }
}

/// Gives up the records that are too old. Only a failure asks for it: a machine that was switched off for a day has
/// old records and nothing wrong with them.
async fn give_up_old(
    mut records: Vec<Record>,
    error: &FunctionError,
    mapping: &StreamMapping,
    target: &(impl Target + Sync),
) -> Vec<Record> {
    let Some(maximum_age) = mapping.maximum_record_age else {
        return records;
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let oldest = now.saturating_sub(maximum_age).as_secs_f64();
    // Records are in the order of their creation.
    let young = records.split_off(records.partition_point(|record| record.created_at < oldest));
    if !records.is_empty() {
        target.give_up(&records, error).await;
        target.advance(last(&records)).await;
    }
    young
}

fn backoff(failures: u32) -> Duration {
    let [first, longest] = BACKOFF;
    first.saturating_mul(1 << failures.min(10)).min(longest)
}

fn last(records: &[Record]) -> Position {
    records.last().map_or(0, |record| record.sequence_number)
}

#[cfg(test)]
mod tests;
