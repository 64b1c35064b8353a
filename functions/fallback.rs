//! The default route: 404 for unknown paths, 405 for other methods, with the methods that the path allows; and 204 for
//! the preflights of browsers.

mod routes;

use std::collections::BTreeMap;

use lambda_http::http::{Method, header};
use lambda_http::{Request, RequestExt};
use matchit::{InsertError, Router};
use shared::api::{self, ApiError, Reply};

use routes::{PAGES, ROUTES};

/// The `Allow` header value for each path. Leaked: lives as long as the process.
fn allowed() -> Result<Router<&'static str>, InsertError> {
    let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (method, path) in ROUTES.into_iter().chain(PAGES) {
        paths.entry(path).or_default().push(method);
    }
    let mut router = Router::new();
    for (path, methods) in paths {
        router.insert(path, &*methods.join(", ").leak())?;
    }
    Ok(router)
}

/// Whether a browser asks if a page may send another request. The gateway says so, in headers that it adds where CORS is
/// on. But the answer may be left to this route, since it takes all methods, and only a success counts for browsers:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>.
fn is_preflight(request: &Request) -> bool {
    let has = |name| request.headers().contains_key(name);
    request.method() == Method::OPTIONS && has(header::ORIGIN) && has(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn answer(routes: &Router<&'static str>, request: &Request) -> api::Result<Reply> {
    if is_preflight(request) {
        return Ok(Reply::no_content());
    }
    // The raw path, like the gateway's routing: the URI's path has `..` resolved.
    Err(match routes.at(request.raw_http_path()) {
        Ok(route) => ApiError::method_not_allowed(route.value),
        Err(_) => ApiError::route_missing(),
    })
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let routes = allowed()?;
    api::serve_public(move |request| answer(&routes, request)).await
}
