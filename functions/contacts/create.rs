//! `POST /v1/contacts`: adds a person to the caller's contacts.

use shared::api::{self, Reply, Write};
use shared::model::NewContact;

async fn create(call: Write<NewContact>) -> api::Result<Reply> {
    let key = call.idempotency("contacts-create");
    let created = call
        .store
        .create_contact(call.caller, &call.body, key.as_ref())
        .await?;
    Ok(Reply::created(&created, "/v1/contacts", created.resource.id))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(create).await
}
