//! `GET /v1/messages/{id}`: one message.

use shared::api::{self, Read, Reply};
use shared::store::bucket::Bucket;

async fn get(call: Read, bucket: Bucket) -> api::Result<Reply> {
    let message = call.store.message(call.caller, call.id("message")?).await?;
    Ok(Reply::ok(&bucket.message(message).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| get(call, bucket.clone())).await
}
