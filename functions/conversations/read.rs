//! `POST /v1/conversations/{id}/read`: marks a conversation as read.

use shared::api::{self, Reply, Write};
use shared::model::ReadUpTo;

async fn read(call: Write<ReadUpTo>) -> api::Result<Reply> {
    let id = call.id("conversation")?;
    let key = call.idempotency("conversations-read");
    let read = call
        .store
        .mark_read(call.caller, id, call.body, key.as_ref())
        .await?;
    Ok(Reply::created(&read, "/v1/conversations", read.resource.id))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(read).await
}
