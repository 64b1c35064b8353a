//! `GET /v1/sounds/search`: the sounds that match, best match first.

use std::sync::Arc;

use search::{Current, SoundIndex};
use shared::api::{self, CatalogPaged, Read, Reply};
use shared::model::SoundSearch;
use shared::store::StoreError;
use shared::store::bucket::Bucket;

struct Search {
    current: Current<SoundIndex>,
    bucket: Bucket,
}

async fn find(call: Read<CatalogPaged<SoundSearch>>, with: Arc<Search>) -> api::Result<Reply> {
    let CatalogPaged { page, filter } = call.query;
    let invalid = |(param, message): (&'static str, _)| StoreError::invalid(param, message);
    filter.check().map_err(invalid)?;
    let sounds = match with.current.get(&call.store).await? {
        Some(loaded) => {
            let found = loaded.index.search(&filter, &page).map_err(StoreError::from)?;
            let sounds = call.store.sounds_of(loaded.published, &found.data).await?;
            loaded.show(found, sounds)?
        }
        None => search::nothing(&page).map_err(StoreError::from)?,
    };
    Ok(Reply::ok(&with.bucket.sounds(sounds).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    let prepare = async |store: &_| Search {
        current: Current::load(store, bucket.clone()).await,
        bucket,
    };
    api::serve_with(prepare, find).await
}
