//! `GET /v1/me`: the caller's own person.

use shared::api::{self, Read, Reply};

async fn get(call: Read) -> api::Result<Reply> {
    Ok(Reply::ok(&call.store.person(call.caller).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(get).await
}
