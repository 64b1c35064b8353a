//! `PUT /v1/messages/{id}/reactions/{name}`: adds the caller's reaction to a message.

use shared::api::{self, Reply, Write};
use shared::store::bucket::Bucket;

async fn add(call: Write, bucket: Bucket) -> api::Result<Reply> {
    let (id, name) = (call.id("message")?, call.name()?);
    let message = call.store.add_reaction(call.caller, id, &name).await?;
    Ok(Reply::ok(&bucket.message(message).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| add(call, bucket.clone())).await
}
