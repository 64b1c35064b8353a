//! `GET /v1/messages/search`: the messages that contain every word of the query, in a conversation or in all the
//! caller's conversations, newest first. Marks nothing as read.

use shared::api::{self, Paged, Read, Reply};
use shared::model::MessageSearch;
use shared::store::SearchBounds;
use shared::store::bucket::Bucket;

async fn search(call: Read<Paged<MessageSearch>>, bucket: Bucket) -> api::Result<Reply> {
    let Paged { page, filter } = call.query;
    let found = call
        .store
        .search(call.caller, &filter, page, SearchBounds::CALL)
        .await?;
    Ok(Reply::ok(&bucket.messages(found).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let bucket = Bucket::from_env().await?;
    api::serve(move |call| search(call, bucket.clone())).await
}
