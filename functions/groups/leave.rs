//! `POST /v1/groups/{id}/leave`: removes the caller from a group that another person owns.

use shared::api::{self, Reply, Write};

async fn leave(call: Write) -> api::Result<Reply> {
    let id = call.id("group")?;
    let key = call.idempotency("groups-leave");
    let left = call.store.leave_group(call.caller, id, key.as_ref()).await?;
    Ok(Reply::done(&left))
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve(leave).await
}
