//! `GET /v1/sounds/{id}/download`: a link to the original file of a sound, valid for an hour.

use shared::api::{self, Read, Reply};
use shared::store::bucket::Bucket;

async fn download(call: Read, bucket: Bucket) -> api::Result<Reply> {
    let sound = call.store.sound(call.id("sound")?).await?;
    Ok(Reply::ok(&bucket.download(&sound).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| download(call, bucket.clone())).await
}
