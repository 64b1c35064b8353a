//! `GET /v1/contacts`: the caller's contacts, newest person first.

use shared::api::{self, Paged, Read, Reply};

async fn list(call: Read<Paged>) -> api::Result<Reply> {
    Ok(Reply::ok(
        &call.store.contacts(call.caller, call.query.page).await?,
    ))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(list).await
}
