//! `PUT /v1/messages/{id}/reactions/{name}`: adds the caller's reaction to a message.

use shared::api::{self, Reply, Write};

async fn add(call: Write) -> api::Result<Reply> {
    let (id, name) = (call.id("message")?, call.name()?);
    Ok(Reply::ok(&call.store.add_reaction(call.caller, id, &name).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(add).await
}
