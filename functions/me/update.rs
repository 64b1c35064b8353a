//! `PUT /v1/me`: changes the caller's own person.

use shared::api::{self, Reply, Write};
use shared::model::PersonPatch;

async fn update(call: Write<PersonPatch>) -> api::Result<Reply> {
    Ok(Reply::ok(
        &call.store.update_person(call.caller, &call.body).await?,
    ))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(update).await
}
