//! `GET /v1/sounds/{id}/similar`: the sounds most similar to a sound, most similar first.

use shared::api::{self, CatalogPaged, Read, Reply};
use shared::model::SimilarSound;
use shared::store::bucket::Bucket;

async fn similar(call: Read<CatalogPaged>, bucket: Bucket) -> api::Result<Reply> {
    let id = call.id("sound")?;
    let (found, similarities) = call.store.similar(id, call.query.page).await?;
    let sounds = bucket.sounds(found).await?;
    Ok(Reply::ok(&SimilarSound::page(sounds, similarities)))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| similar(call, bucket.clone())).await
}
