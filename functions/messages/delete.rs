//! `DELETE /v1/messages/{id}`: deletes a message for all participants.

use shared::api::{self, Reply, Write};

async fn delete(call: Write) -> api::Result<Reply> {
    let id = call.id("message")?;
    call.store.delete_message(call.caller, id).await?;
    Ok(Reply::no_content())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(delete).await
}
