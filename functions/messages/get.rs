//! `GET /v1/messages/{id}`: one message.

use shared::api::{self, Read, Reply};

async fn get(call: Read) -> api::Result<Reply> {
    let id = call.id("message")?;
    Ok(Reply::ok(&call.store.message(call.caller, id).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(get).await
}
