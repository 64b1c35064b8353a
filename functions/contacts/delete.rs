//! `DELETE /v1/contacts/{id}`: removes a contact, and the conversation of the two for both.

use shared::api::{self, Reply, Write};

async fn delete(call: Write) -> api::Result<Reply> {
    let id = call.id("contact")?;
    call.store.delete_contact(call.caller, id).await?;
    Ok(Reply::no_content())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(delete).await
}
