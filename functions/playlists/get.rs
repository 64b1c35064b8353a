//! `GET /v1/playlists/{id}`: one playlist with a page of its sounds, newest first.

use shared::api::{self, CatalogPaged, Read, Reply};
use shared::model::PlaylistPage;
use shared::store::bucket::Bucket;

async fn get(call: Read<CatalogPaged>, bucket: Bucket) -> api::Result<Reply> {
    let id = call.id("playlist")?;
    let (playlist, sounds) = call.store.playlist(id, call.query.page).await?;
    let sounds = bucket.sounds(sounds).await?;
    Ok(Reply::ok(&PlaylistPage { playlist, sounds }))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| get(call, bucket.clone())).await
}
