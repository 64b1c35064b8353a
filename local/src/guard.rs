//! Admits programs of this machine to a port, and no web page.
//!
//! A browser lets every page send requests to 127.0.0.1. So the guard refuses requests from pages of other origins, and
//! those to a name that somebody has pointed to 127.0.0.1, before anything else sees them. The HTTP API's own port has
//! no guard, since its callers need a token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

/// The message of a refusal. Each port has its own form for it.
pub(crate) const REFUSAL: &str = "Only programs of this machine may call.";

/// The relation of a page to the server that it calls: <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What pages of other origins may do.
pub(crate) enum Pages {
    /// Nothing.
    Refused,
    /// Follow links, which the service's own signatures protect. Only pages of these origins may do more.
    MayFollowLinks(Vec<String>),
}

struct Guard {
    /// The hosts that name this port.
    own: [String; 3],
    pages: Pages,
    refuse: fn() -> Response,
}

/// Puts the guard before everything that the service does. `address` is where it listens.
pub(crate) fn keep_strangers_out(
    service: Router,
    address: SocketAddr,
    pages: Pages,
    refuse: fn() -> Response,
) -> Router {
    let guard = Guard {
        own: ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{}", address.port())),
        pages,
        refuse,
    };
    service.layer(from_fn_with_state(Arc::new(guard), check))
}

async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if guard.admits(&request) {
        next.run(request).await
    } else {
        (guard.refuse)()
    }
}

impl Guard {
    fn admits(&self, request: &Request) -> bool {
        self.is_meant(request) && (self.is_link(request.method()) || self.is_no_stranger(request.headers()))
    }

    /// Whether the request is addressed to this port, and to nothing else.
    fn is_meant(&self, request: &Request) -> bool {
        let mut hosts = request.headers().get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        let authority = request.uri().authority().map(Authority::as_str);
        host.is_some_and(|host| self.is_own(host))
            && hosts.next().is_none()
            && authority.is_none_or(|authority| self.is_own(authority))
    }

    fn is_own(&self, host: &str) -> bool {
        self.own.iter().any(|own| own.eq_ignore_ascii_case(host))
    }

    fn is_link(&self, method: &Method) -> bool {
        matches!(self.pages, Pages::MayFollowLinks(_)) && (method == Method::GET || method == Method::HEAD)
    }

    fn is_no_stranger(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(ORIGIN).iter().peekable();
        let is_welcome = origins.peek().is_some() && origins.all(|origin| self.is_welcome(origin));
        is_welcome || is_program_or_own_page(headers)
    }

    fn is_welcome(&self, origin: &HeaderValue) -> bool {
        match &self.pages {
            Pages::Refused => false,
            Pages::MayFollowLinks(origins) => origins.iter().any(|welcome| origin == welcome),
        }
    }
}

fn is_program_or_own_page(headers: &HeaderMap) -> bool {
    // The page was loaded from the host that it calls.
    let is_own_page = |origin: &HeaderValue| {
        let origin = origin.as_bytes().strip_prefix(b"http://");
        origin
            .zip(headers.get(HOST))
            .is_some_and(|(page, host)| page.eq_ignore_ascii_case(host.as_bytes()))
    };
    headers.get_all(ORIGIN).iter().all(is_own_page)
        && headers
            .get_all(SEC_FETCH_SITE)
            .iter()
            .all(|site| site == "none" || site == "same-origin")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;

    use super::*;

    const APP: &str = "https://app.example";

    fn guard(pages: Pages) -> Guard {
        Guard {
            own: ["127.0.0.1:9", "localhost:9", "[::1]:9"].map(str::to_owned),
            pages,
            refuse: || StatusCode::FORBIDDEN.into_response(),
        }
    }

    /// Whether a request with these headers, divided by `|`, is admitted.
    fn admits(guard: &Guard, method: &str, target: &str, headers: &str) -> bool {
        let mut request = Request::builder().method(method).uri(target);
        for header in headers.split('|').filter(|header| !header.is_empty()) {
            let (name, value) = header.split_once(": ").unwrap();
            request = request.header(name, value);
        }
        guard.admits(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn programs_and_own_pages_only() {
        let guard = guard(Pages::Refused);
        for headers in [
            "host: 127.0.0.1:9",
            "host: LocalHost:9",
            "host: [::1]:9",
            "host: LocalHost:9|origin: http://localhost:9",
            "host: 127.0.0.1:9|sec-fetch-site: none",
            "host: 127.0.0.1:9|sec-fetch-site: same-origin|origin: http://127.0.0.1:9",
        ] {
            assert!(admits(&guard, "POST", "/", headers), "{headers}");
        }
        for headers in [
            "",
            "host: evil.test:9",
            "host: 127.0.0.1",
            "host: 127.0.0.1:90",
            "host: 127.0.0.1.evil.test:9",
            "host: 127.0.0.1:9|host: evil.test:9",
            "host: 127.0.0.1:9|origin: null",
            "host: 127.0.0.1:9|origin: http://localhost:9",
            "host: 127.0.0.1:9|origin: http://127.0.0.1:90",
            "host: 127.0.0.1:9|origin: https://127.0.0.1:9",
            "host: 127.0.0.1:9|origin: https://app.example",
            "host: 127.0.0.1:9|origin: http://127.0.0.1:9|origin: null",
            "host: 127.0.0.1:9|sec-fetch-site: cross-site",
            "host: 127.0.0.1:9|sec-fetch-site: same-site",
            "host: 127.0.0.1:9|sec-fetch-site: cross-site|origin: http://127.0.0.1:9",
        ] {
            for method in ["GET", "POST", "OPTIONS"] {
                assert!(!admits(&guard, method, "/", headers), "{method} {headers}");
            }
        }
        assert!(!admits(&guard, "GET", "http://evil.test:9/", "host: 127.0.0.1:9"));
    }

    #[test]
    fn a_link_may_be_followed_from_anywhere() {
        let guard = guard(Pages::MayFollowLinks(vec![APP.to_owned()]));
        for headers in [
            "sec-fetch-site: cross-site",
            "origin: null",
            "origin: https://other.example",
        ] {
            let (own, foreign) = (
                format!("host: 127.0.0.1:9|{headers}"),
                format!("host: evil.test:9|{headers}"),
            );
            for method in ["GET", "HEAD"] {
                assert!(admits(&guard, method, "/", &own), "{method} {own}");
                assert!(!admits(&guard, method, "/", &foreign), "{method} {foreign}");
            }
            for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
                assert!(!admits(&guard, method, "/", &own), "{method} {own}");
            }
        }
    }

    #[test]
    fn the_deployments_own_pages_may_do_more() {
        let guard = guard(Pages::MayFollowLinks(vec![APP.to_owned()]));
        let headers = format!("host: 127.0.0.1:9|sec-fetch-site: cross-site|origin: {APP}");
        assert!(admits(&guard, "PUT", "/", &headers));
        assert!(!admits(&guard, "PUT", "/", &format!("{headers}|origin: null")));
        assert!(!admits(
            &guard,
            "PUT",
            "/",
            &headers.replace("127.0.0.1", "evil.test")
        ));
    }
}
