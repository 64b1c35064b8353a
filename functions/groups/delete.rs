//! `DELETE /v1/groups/{id}`: deletes a group with its conversation. Only for its owner.

use shared::api::{self, Reply, Write};

async fn delete(call: Write) -> api::Result<Reply> {
    let id = call.id("group")?;
    call.store.delete_group(call.caller, id).await?;
    Ok(Reply::no_content())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(delete).await
}
