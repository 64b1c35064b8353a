//! `GET /v1/playlists/search`: the playlists that match, best match first.

use std::sync::Arc;

use search::{Current, PlaylistIndex};
use shared::api::{self, CatalogPaged, Read, Reply};
use shared::model::PlaylistSearch;
use shared::store::StoreError;
use shared::store::bucket::Bucket;

async fn find(
    call: Read<CatalogPaged<PlaylistSearch>>,
    current: Arc<Current<PlaylistIndex>>,
) -> api::Result<Reply> {
    let CatalogPaged { page, filter } = call.query;
    let playlists = match current.get(&call.store).await? {
        Some(loaded) => {
            let found = loaded.index.search(&filter, &page).map_err(StoreError::from)?;
            let playlists = call.store.playlists_of(loaded.published, &found.data).await?;
            loaded.show(found, playlists)?
        }
        None => search::nothing(&page).map_err(StoreError::from)?,
    };
    Ok(Reply::ok(&playlists))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    let prepare = async |store: &_| Current::load(store, bucket).await;
    api::serve_with(prepare, find).await
}
