//! `DELETE /v1/attachments/{id}`: deletes an attachment of the caller's with its file.

use shared::api::{self, Reply, Write};

async fn delete(call: Write) -> api::Result<Reply> {
    let id = call.id("attachment")?;
    call.store.delete_attachment(call.caller, id).await?;
    Ok(Reply::no_content())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(delete).await
}
