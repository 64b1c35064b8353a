//! `PUT /v1/messages/{id}`: changes a message's text, or the caller's reactions to it.

use shared::api::{self, Reply, Write};
use shared::model::MessagePatch;

async fn update(call: Write<MessagePatch>) -> api::Result<Reply> {
    let id = call.id("message")?;
    Ok(Reply::ok(
        &call.store.update_message(call.caller, id, &call.body).await?,
    ))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(update).await
}
