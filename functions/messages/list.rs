//! `GET /v1/messages`: the messages of a conversation, or the feed of all the caller's conversations, newest first. A
//! page that includes the newest message of a conversation opens it.

use shared::api::{self, Call, NoParams, Paged, Reply};
use shared::model::MessageFilter;
use shared::store::Store;
use shared::store::bucket::Bucket;

/// A `Store`, because opening a conversation writes.
async fn list(call: Call<Paged<MessageFilter>, NoParams, Store>, bucket: Bucket) -> api::Result<Reply> {
    let Paged { page, filter } = call.query;
    let found = match filter.conversation_id {
        Some(id) if filter.mark_read == Some(false) => call.store.messages(call.caller, id, page).await?,
        Some(id) => call.store.open_messages(call.caller, id, page).await?,
        None => call.store.feed(call.caller, page).await?,
    };
    Ok(Reply::ok(&bucket.messages(found).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| list(call, bucket.clone())).await
}
