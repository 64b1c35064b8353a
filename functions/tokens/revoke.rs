//! Revokes a token at once, by its secret (after a leak) or by its id. No route: only for operators.

use shared::api::{self, OperatorError};
use shared::model::Token;
use shared::store::{Store, WhichToken};

async fn revoke(store: Store, token: WhichToken) -> Result<Token, OperatorError> {
    Ok(store.revoke_token(&token).await?)
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve_operator(revoke).await
}
