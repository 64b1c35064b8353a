//! Processes the table's stream. Moves conversations with new messages up in the inboxes. Does the work that requests
//! left: purges deleted conversations, releases attachments, removes retired people. The event filter passes only new
//! messages, changed attachments and work rows. Delivery twice, late or out of order does no harm.

use std::slice;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use shared::api;
use shared::store::bucket::Bucket;
use shared::store::{Result, Store, StreamRecord, Work};
use tokio::time::Instant;

/// Processes the batch and reports failed records. Lambda retries from the first of them.
pub(crate) async fn follow(
    store: Store,
    event: Event,
    until: Instant,
    bucket: Bucket,
) -> Result<DynamoDbEventResponse> {
    let (mut messages, mut attachments, mut work) = (Vec::new(), Vec::new(), Vec::new());
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
    for record in &event.records {
        match StreamRecord::from_image(record.change.new_image.clone()) {
            Ok(StreamRecord::Message(message)) => messages.push((record, message)),
            Ok(StreamRecord::Attachment(attachment)) => attachments.push((record, attachment)),
            Ok(StreamRecord::Work(left)) => work.push((record, left)),
            Err(error) => report(record, Err(error)),
        }
    }
    let sent: Vec<_> = messages.iter().map(|(_, message)| *message).collect();
    if let Err(error) = store.on_messages_sent(&sent).await {
        // One at a time, so that a failing record does not block the others.
        let mut left = messages.iter();
        for (record, message) in left.by_ref() {
            report(record, store.on_messages_sent(slice::from_ref(message)).await);
            if Instant::now() >= until {
                break;
            }
        }
        // Lambda takes records as processed unless an earlier one is reported.
        if let Some((record, _)) = left.next() {
            report(record, Err(error));
        }
    }
    for (record, attachment) in attachments {
        report(record, store.on_attachment_changed(attachment).await);
    }
    for (record, work) in &work {
        report(record, finish(&store, work, &bucket, until).await);
    }
    Ok(response)
}

async fn finish(store: &Store, work: &Work, bucket: &Bucket, until: Instant) -> Result<()> {
    let outcome = store.work(work, bucket, until).await?;
    tracing::info!(?outcome, "worked");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_runtime::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve_event(move |store, event, until| follow(store, event, until, bucket.clone())).await
}
