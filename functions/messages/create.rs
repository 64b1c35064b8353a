//! `POST /v1/messages`: sends a message.

use shared::api::{self, Reply, Write};
use shared::model::NewMessage;
use shared::store::bucket::Bucket;

async fn create(call: Write<NewMessage>, bucket: Bucket) -> api::Result<Reply> {
    let key = call.idempotency("messages-create");
    let sent = call
        .store
        .send_message(call.caller, &call.body, key.as_ref(), &bucket)
        .await?;
    let message = bucket.message(sent.resource.clone()).await?;
    let id = message.id;
    Ok(Reply::created(&sent.showing(message), "/v1/messages", id))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| create(call, bucket.clone())).await
}
