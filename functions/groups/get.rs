//! `GET /v1/groups/{id}`: one of the caller's groups.

use shared::api::{self, Read, Reply};

async fn get(call: Read) -> api::Result<Reply> {
    let id = call.id("group")?;
    Ok(Reply::ok(&call.store.group(call.caller, id).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(get).await
}
