//! `GET /v1/attachments/{id}`: one attachment.

use shared::api::{self, Read, Reply};
use shared::store::bucket::Bucket;

async fn get(call: Read, bucket: Bucket) -> api::Result<Reply> {
    let id = call.id("attachment")?;
    let (attachment, message) = call.store.attachment(call.caller, id).await?;
    Ok(Reply::ok(&bucket.attachment(attachment, message).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| get(call, bucket.clone())).await
}
