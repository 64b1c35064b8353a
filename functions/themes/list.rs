//! `GET /v1/themes`: the themes of the catalogue, newest first.

use shared::api::{self, CatalogPaged, Read, Reply};

async fn list(call: Read<CatalogPaged>) -> api::Result<Reply> {
    Ok(Reply::ok(&call.store.themes(call.query.page).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(list).await
}
