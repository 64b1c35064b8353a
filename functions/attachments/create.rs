//! `POST /v1/attachments`: uploads a file, or gives an address for its direct upload.

use shared::api::{self, Reply, Write};
use shared::model::NewAttachment;
use shared::store::bucket::Bucket;

async fn create(call: Write<NewAttachment>, bucket: Bucket) -> api::Result<Reply> {
    let key = call.idempotency("attachments-create");
    let created = call
        .store
        .create_attachment(call.caller, &call.body, key.as_ref(), &bucket)
        .await?;
    let id = created.resource.attachment.id;
    Ok(Reply::created(&created, "/v1/attachments", id))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| create(call, bucket.clone())).await
}
