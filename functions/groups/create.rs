//! `POST /v1/groups`: creates a group of the caller and some of their contacts, with its conversation.

use shared::api::{self, Reply, Write};
use shared::model::NewGroup;

async fn create(call: Write<NewGroup>) -> api::Result<Reply> {
    let key = call.idempotency("groups-create");
    let created = call
        .store
        .create_group(call.caller, &call.body, key.as_ref())
        .await?;
    Ok(Reply::created(&created, "/v1/groups", created.resource.id))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(create).await
}
