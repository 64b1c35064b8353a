//! `PUT /v1/attachments/{id}`: renames a file of the caller's.

use shared::api::{self, Reply, Write};
use shared::model::AttachmentPatch;
use shared::store::bucket::Bucket;

async fn update(call: Write<AttachmentPatch>, bucket: Bucket) -> api::Result<Reply> {
    let id = call.id("attachment")?;
    let changed = call.store.update_attachment(call.caller, id, &call.body);
    let (attachment, message) = changed.await?;
    Ok(Reply::ok(&bucket.attachment(attachment, message).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| update(call, bucket.clone())).await
}
