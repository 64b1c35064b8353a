//! `GET /v1/attachments`: the attachments of a conversation, or the caller's own uploads, newest first.

use shared::api::{self, Paged, Read, Reply};
use shared::model::AttachmentFilter;
use shared::store::bucket::Bucket;

async fn list(call: Read<Paged<AttachmentFilter>>, bucket: Bucket) -> api::Result<Reply> {
    let Paged { page, filter } = call.query;
    let attachments = call.store.attachments(call.caller, &filter, page).await?;
    Ok(Reply::ok(&bucket.attachments(attachments).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| list(call, bucket.clone())).await
}
