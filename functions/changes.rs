//! Follows the table's stream and does what deletes leave to be done: purges. The mapping's filter passes only work
//! rows. Delivery twice, late or out of order changes nothing.

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use shared::api;
use shared::store::{PurgeWork, Result, Store};
use tokio::time::Instant;

/// Works through the batch in order, and reports the record at which it has to begin again.
async fn follow(store: Store, event: Event, until: Instant) -> Result<DynamoDbEventResponse> {
    let mut response = DynamoDbEventResponse::default();
    for record in event.records {
        if let Err(error) = purge(&store, record.change.new_image, until).await {
            tracing::error!(%error, sequence_number = record.change.sequence_number, "a record failed");
            let mut failure = DynamoDbBatchItemFailure::default();
            failure.item_identifier = record.change.sequence_number;
            response.batch_item_failures.push(failure);
            break;
        }
    }
    Ok(response)
}

async fn purge(store: &Store, image: serde_dynamo::Item, until: Instant) -> Result<()> {
    let work = PurgeWork::from_image(image)?;
    let outcome = store.purge(&work, until).await?;
    tracing::info!(?outcome, "purged");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    api::background(follow).await
}
