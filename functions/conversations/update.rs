//! `PUT /v1/conversations/{id}`: changes the caller's settings of a conversation, and the pin that all participants
//! share.

use shared::api::{self, Reply, Write};
use shared::model::ConversationPatch;

async fn update(call: Write<ConversationPatch>) -> api::Result<Reply> {
    let id = call.id("conversation")?;
    Ok(Reply::ok(
        &call
            .store
            .update_conversation(call.caller, id, &call.body)
            .await?,
    ))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(update).await
}
