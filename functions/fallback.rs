//! Every other path or method: 404, or 405 with the methods that the path takes.

use lambda_http::{Request, RequestExt};
use matchit::Router;
use shared::api::{self, ApiError, Reply};

/// The paths of the API and their methods, as in `template.yaml`.
const ROUTES: &[(&str, &str)] = &[
    ("/v1/contacts", "GET, POST"),
    ("/v1/contacts/{id}", "GET, PUT, DELETE"),
    ("/v1/conversations", "GET, POST"),
    ("/v1/conversations/{id}", "GET, PUT, DELETE"),
    ("/v1/conversations/{id}/read", "POST"),
    ("/v1/groups", "GET, POST"),
    ("/v1/groups/{id}", "GET, PUT, DELETE"),
    ("/v1/groups/{id}/leave", "POST"),
    ("/v1/me", "GET, PUT"),
    ("/v1/messages", "GET, POST"),
    ("/v1/messages/search", "GET"),
    ("/v1/messages/{id}", "GET, PUT, DELETE"),
    ("/v1/messages/{id}/reactions/{name}", "PUT, DELETE"),
    ("/v1/playlists", "GET"),
    ("/v1/playlists/search", "GET"),
    ("/v1/playlists/{id}", "GET"),
    ("/v1/sounds", "GET"),
    ("/v1/sounds/search", "GET"),
    ("/v1/sounds/tags", "GET"),
    ("/v1/sounds/{id}", "GET"),
    ("/v1/sounds/{id}/download", "GET"),
    ("/v1/sounds/{id}/similar", "GET"),
    ("/v1/themes", "GET"),
];

fn refuse(routes: &Router<&'static str>, request: &Request) -> api::Result<Reply> {
    // As it came: the URI's path has `..` resolved, which the gateway does not do when it looks for a route.
    Err(match routes.at(request.raw_http_path()) {
        Ok(route) => ApiError::method_not_allowed(route.value),
        Err(_) => ApiError::route_missing(),
    })
}

#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), lambda_http::Error> {
    let mut routes = Router::new();
    for (path, allow) in ROUTES {
        routes.insert(*path, *allow)?;
    }
    api::answer(move |request| refuse(&routes, request)).await
}
