//! `POST /v1/messages`: sends a message.

use shared::api::{self, Reply, Write};
use shared::model::NewMessage;

async fn create(call: Write<NewMessage>) -> api::Result<Reply> {
    let key = call.idempotency("messages-create");
    let created = call
        .store
        .send_message(call.caller, &call.body, key.as_ref())
        .await?;
    Ok(Reply::created(&created, "/v1/messages", created.resource.id))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(create).await
}
