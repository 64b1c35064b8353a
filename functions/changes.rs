//! Follows the table's stream: gives conversations in which something was sent their new places in inboxes, and does the
//! work that requests left: purges what was deleted, takes retired people out of everything. The mapping's filter passes
//! only new messages and work rows. Delivery twice, late or out of order changes nothing.

use std::slice;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use shared::api;
use shared::store::{Result, SentMessage, Store, Work};
use tokio::time::Instant;

/// Works through the batch, and reports what failed: Lambda begins again at the first of these records.
async fn follow(store: Store, event: Event, until: Instant) -> Result<DynamoDbEventResponse> {
    let (work, messages): (Vec<_>, Vec<_>) = event.records.into_iter().partition(is_work);
    let mut response = DynamoDbEventResponse::default();
    let mut report = |record: &EventRecord, outcome: Result<()>| {
        if let Err(error) = outcome {
            let sequence_number = record.change.sequence_number.clone();
            tracing::error!(%error, sequence_number, "a record failed");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = sequence_number;
            response.batch_item_failures.push(failure);
        }
    };
    if note(&store, &messages).await.is_err() {
        // Each by itself, so that one that cannot be done keeps no other waiting.
        for record in &messages {
            report(record, note(&store, slice::from_ref(record)).await);
            if Instant::now() >= until {
                break;
            }
        }
    }
    for record in &work {
        report(record, finish(&store, record, until).await);
    }
    Ok(response)
}

fn is_work(record: &EventRecord) -> bool {
    record
        .change
        .keys
        .get("pk")
        .is_some_and(|pk| *pk == serde_dynamo::AttributeValue::S("WORK".to_owned()))
}

async fn note(store: &Store, records: &[EventRecord]) -> Result<()> {
    let images = records.iter().map(|record| record.change.new_image.clone());
    let sent = images.map(SentMessage::from_image).collect::<Result<Vec<_>>>()?;
    store.on_messages_sent(&sent).await
}

async fn finish(store: &Store, record: &EventRecord, until: Instant) -> Result<()> {
    let work = Work::from_image(record.change.new_image.clone())?;
    let outcome = store.work(&work, until).await?;
    tracing::info!(?outcome, "worked");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_runtime::Error> {
    api::serve_event(follow).await
}
