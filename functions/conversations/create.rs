//! `POST /v1/conversations`: the conversation with a contact or of a group, new or existing.

use shared::api::{self, Reply, Write};
use shared::model::ConversationWith;

async fn create(call: Write<ConversationWith>) -> api::Result<Reply> {
    let key = call.idempotency("conversations-create");
    let created = call
        .store
        .create_conversation(call.caller, call.body, key.as_ref())
        .await?;
    Ok(Reply::created(&created, "/v1/conversations", created.resource.id))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(create).await
}
