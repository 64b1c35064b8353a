//! `GET /v1/contacts/{id}`: one of the caller's contacts.

use shared::api::{self, Read, Reply};

async fn get(call: Read) -> api::Result<Reply> {
    let id = call.id("contact")?;
    Ok(Reply::ok(&call.store.contact(call.caller, id).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(get).await
}
