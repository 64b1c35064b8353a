//! `GET /v1/sounds/tags`: the tags of all sounds, most used first.

use shared::api::{self, CatalogPaged, Read, Reply};

async fn tags(call: Read<CatalogPaged>) -> api::Result<Reply> {
    Ok(Reply::ok(&call.store.tags(call.query.page).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(tags).await
}
