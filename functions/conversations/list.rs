//! `GET /v1/conversations`: the caller's conversations, most recently active first.

use shared::api::{self, Paged, Read, Reply};
use shared::model::ConversationFilter;

async fn list(call: Read<Paged<ConversationFilter>>) -> api::Result<Reply> {
    let Paged { page, filter } = call.query;
    Ok(Reply::ok(
        &call.store.conversations(call.caller, &filter, page).await?,
    ))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(list).await
}
