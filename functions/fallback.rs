//! Every other path or method: 404, or 405 with the methods that the path takes.

use lambda_http::{Request, RequestExt};
use shared::api::{self, ApiError, Reply};

/// The paths of the API and their methods, as in `template.yaml`. A path stands before the one that takes it for an id.
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

fn refuse(request: &Request) -> api::Result<Reply> {
    // As it came: the URI's path has `..` resolved, which the gateway does not do when it looks for a route.
    let path = request.raw_http_path();
    let route = ROUTES.iter().find(|(route, _)| matches(route, path));
    Err(route.map_or_else(ApiError::route_missing, |(_, allow)| {
        ApiError::method_not_allowed(allow)
    }))
}

/// Whether `path` is one of the route's, in which `{…}` stands for any one segment.
fn matches(route: &str, path: &str) -> bool {
    let (mut expected, mut given) = (route.split('/'), path.split('/'));
    loop {
        match (expected.next(), given.next()) {
            (None, None) => return true,
            (Some(expected), Some(given)) if expected == given => {}
            (Some(expected), Some(given)) if expected.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    api::answer(refuse).await
}
