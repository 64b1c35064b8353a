//! Lists the tokens of a person, without their secrets. No route: only for operators.

use serde::{Deserialize, Serialize};
use shared::api::{self, OperatorError};
use shared::model::{Token, Username};
use shared::store::ReadStore;

/// The person whose tokens to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Owner {
    username: Username,
}

#[derive(Serialize)]
struct Tokens {
    data: Vec<Token>,
}

async fn list(store: ReadStore, owner: Owner) -> Result<Tokens, OperatorError> {
    Ok(Tokens {
        data: store.tokens(&owner.username).await?,
    })
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve_operator(list).await
}
