//! Issues a token. Creates or claims its person if needed. No route: only for operators.

use shared::api::{self, OperatorError};
use shared::model::IssuedToken;
use shared::store::{NewToken, Store};

async fn create(store: Store, new: NewToken) -> Result<IssuedToken, OperatorError> {
    Ok(store.create_token(&new).await?)
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve_operator(create).await
}
