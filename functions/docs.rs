//! `GET /docs`, `GET /docs/{file}`, `GET /openapi.json` and `GET /openapi.yaml`: the reference page, what it is made of,
//! and the contract. They need no token.

use lambda_http::{Request, RequestExt};
use shared::api::{self, ApiError, Reply};

fn get(request: &Request) -> api::Result<Reply> {
    let query = request.query_string_parameters_ref();
    let version = query.and_then(|query| query.first("v"));
    let file = reference::answer(request.raw_http_path(), version, request.headers());
    Ok(file.ok_or_else(ApiError::route_missing)?.into())
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    api::serve_public(get).await
}
