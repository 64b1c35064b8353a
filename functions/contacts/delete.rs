//! `DELETE /v1/contacts/{id}`: removes a contact, and the pair's conversation for both people.

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
