//! `GET /v1/sounds`: the sounds of the catalogue, newest first.

use shared::api::{self, CatalogPaged, Read, Reply};
use shared::model::SoundFilter;
use shared::store::bucket::Bucket;

async fn list(call: Read<CatalogPaged<SoundFilter>>, bucket: Bucket) -> api::Result<Reply> {
    let CatalogPaged { page, filter } = call.query;
    let sounds = call.store.sounds(&filter, page).await?;
    Ok(Reply::ok(&bucket.sounds(sounds).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| list(call, bucket.clone())).await
}
