//! `PUT /v1/groups/{id}`: changes a group and its members. Only for its owner.

use shared::api::{self, Reply, Write};
use shared::model::GroupPatch;

async fn update(call: Write<GroupPatch>) -> api::Result<Reply> {
    let id = call.id("group")?;
    Ok(Reply::ok(
        &call.store.update_group(call.caller, id, &call.body).await?,
    ))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(update).await
}
