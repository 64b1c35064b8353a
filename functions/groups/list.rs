//! `GET /v1/groups`: the caller's groups, newest first.

use shared::api::{self, Paged, Read, Reply};
use shared::model::GroupFilter;

async fn list(call: Read<Paged<GroupFilter>>) -> api::Result<Reply> {
    let Paged { page, filter } = call.query;
    Ok(Reply::ok(&call.store.groups(call.caller, &filter, page).await?))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(list).await
}
