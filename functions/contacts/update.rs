//! `PUT /v1/contacts/{id}`: changes the display name of a contact.

use shared::api::{self, Reply, Write};
use shared::model::ContactPatch;

async fn update(call: Write<ContactPatch>) -> api::Result<Reply> {
    let id = call.id("contact")?;
    Ok(Reply::ok(
        &call.store.update_contact(call.caller, id, &call.body).await?,
    ))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(update).await
}
