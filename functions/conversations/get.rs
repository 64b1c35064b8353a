//! `GET /v1/conversations/{id}`: one conversation, as the caller sees it.

use shared::api::{self, Read, Reply};

async fn get(call: Read) -> api::Result<Reply> {
    let id = call.id("conversation")?;
    Ok(Reply::ok(&call.store.conversation(call.caller, id).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(get).await
}
