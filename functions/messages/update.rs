//! `PUT /v1/messages/{id}`: changes a message's text and attachments, or the caller's reactions to it.

use shared::api::{self, Reply, Write};
use shared::model::MessagePatch;
use shared::store::bucket::Bucket;

async fn update(call: Write<MessagePatch>, bucket: Bucket) -> api::Result<Reply> {
    let id = call.id("message")?;
    let message = call
        .store
        .update_message(call.caller, id, &call.body, &bucket)
        .await?;
    Ok(Reply::ok(&bucket.message(message).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| update(call, bucket.clone())).await
}
