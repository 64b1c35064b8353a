//! `DELETE /v1/messages/{id}/reactions/{name}`: removes the caller's reaction to a message.

use shared::api::{self, Reply, Write};

async fn remove(call: Write) -> api::Result<Reply> {
    let (id, name) = (call.id("message")?, call.name()?);
    call.store.remove_reaction(call.caller, id, &name).await?;
    Ok(Reply::no_content())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(remove).await
}
