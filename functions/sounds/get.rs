//! `GET /v1/sounds/{id}`: one sound.

use shared::api::{self, Read, Reply};
use shared::store::bucket::Bucket;

async fn get(call: Read, bucket: Bucket) -> api::Result<Reply> {
    let sound = call.store.sound(call.id("sound")?).await?;
    Ok(Reply::ok(&bucket.sound(sound).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| get(call, bucket.clone())).await
}
