//! The reference page and the contract, as they are served.

use std::collections::BTreeSet;

use conformance::Request;

use crate::http::{Answer, send_bytes, to_bytes};
use crate::routes::PAGES;
use crate::world::world;

fn get(path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = Request::new("GET", path);
    let headers = headers.iter();
    world().send(&headers.fold(request, |request, (name, value)| request.header(name, value)))
}

/// What the page names of its own.
fn parts(page: &str) -> BTreeSet<&str> {
    let quoted = page.split('"').filter(|text| text.starts_with("/docs/"));
    quoted.collect()
}

#[test]
fn the_page_and_its_parts_come_compressed_and_may_be_kept() {
    let page = get("/docs", &[]);
    assert_eq!(page.status, 200);
    let html = String::from_utf8(page.body.clone()).unwrap();
    let parts = parts(&html);
    assert_eq!(parts.len(), 3, "{parts:?}");
    let whole = PAGES
        .map(|(_, path)| path)
        .into_iter()
        .filter(|path| !path.contains('{'));
    let mut bytes = 0;
    for path in whole.chain(parts) {
        let gzip = ("accept-encoding", "gzip, deflate, br, zstd");
        let answer = get(path, &[gzip]);
        assert_eq!(
            (answer.status, answer.header("content-encoding")),
            (200, Some("gzip")),
            "{path}"
        );
        assert_eq!(answer.header("vary"), Some("accept-encoding"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let lasts = if path.contains("?v=") {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=300"
        };
        assert_eq!(answer.header("cache-control"), Some(lasts), "{path}");
        bytes += answer.body.len();
        let etag = answer.header("etag").unwrap();
        for known in [etag, &format!("W/{etag}"), &format!("\"x\", {etag}"), "*"] {
            let again = get(path, &[gzip, ("if-none-match", known)]);
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
            assert_eq!(again.header("etag"), Some(etag), "{path}");
            assert_eq!(again.header("cache-control"), Some(lasts), "{path}");
            assert_eq!(again.header("content-type"), None, "{path}");
        }
        // Another encoding is another representation.
        let plain = get(path, &[("if-none-match", etag)]);
        if path.starts_with("/docs/scalar.js") {
            assert_eq!(
                (plain.status, plain.header("content-encoding")),
                (304, None),
                "{path}"
            );
        } else {
            assert_eq!(
                (plain.status, plain.header("content-encoding")),
                (200, None),
                "{path}"
            );
            assert_ne!(plain.header("etag"), Some(etag), "{path}");
        }
    }
    assert!(bytes <= 1_500_000, "{bytes} bytes go over the wire");
}

#[test]
fn gzip_is_for_those_who_take_it() {
    let encoding = |accepted: &str| {
        let answer = get("/openapi.yaml", &[("accept-encoding", accepted)]);
        answer.header("content-encoding").map(str::to_owned)
    };
    for accepted in [
        "gzip",
        "GZIP",
        "br;q=1.0, gzip;q=0.8",
        "*",
        "identity;q=0, *;q=0.1",
    ] {
        assert_eq!(encoding(accepted).as_deref(), Some("gzip"), "{accepted}");
    }
    for accepted in [
        "",
        "identity",
        "br",
        "gzip;q=0",
        "*, gzip;q=0",
        "*;q=0",
        "gzip;q=x",
    ] {
        assert_eq!(encoding(accepted), None, "{accepted}");
    }
}

/// What another version of the page asks for is not kept as if it were that version's.
#[test]
fn only_what_was_asked_for_may_be_kept_for_long() {
    for path in [
        "/docs/page.js",
        "/docs/page.js?v=0123456789abcdef",
        "/docs/page.js?v=",
        "/docs?v=x",
    ] {
        let answer = get(path, &[]);
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (200, Some("public, max-age=300")),
            "{path}"
        );
    }
}

/// The page may load and call nothing but what comes from here.
#[test]
fn the_page_has_a_policy() {
    let page = get("/docs", &[]);
    let policy = page.header("content-security-policy").unwrap();
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(
            policy.split("; ").any(|own| own == directive),
            "{directive}: {policy}"
        );
    }
    assert!(
        !policy.contains("unsafe-eval") && !policy.contains("http") && !policy.contains('*'),
        "{policy}"
    );
    let html = String::from_utf8(page.body.clone()).unwrap();
    assert!(!html.contains("<script>") && !html.contains("//"), "{html}");
}

#[test]
fn the_contract_describes_the_deployment_that_serves_it() {
    let json = get("/openapi.json", &[]);
    assert_eq!(json.header("content-type"), Some("application/json"));
    let servers = &json.json()["servers"];
    assert_eq!(
        (servers.as_array().unwrap().len(), &servers[0]["url"]),
        (1, &"/".into())
    );
    let yaml = get("/openapi.yaml", &[]);
    assert_eq!(yaml.header("content-type"), Some("application/yaml"));
    let text = String::from_utf8(yaml.body.clone()).unwrap();
    let (_, servers) = text.split_once("\nservers:\n").unwrap();
    assert!(
        servers.starts_with("  - url: /\n    description: This deployment.\n\nsecurity:\n"),
        "{}",
        &servers[..200]
    );
}

/// Nobody's business but the page's own.
#[test]
fn there_is_no_other_file() {
    for path in [
        "/docs/x",
        "/docs/..",
        "/docs/index.html",
        "/docs/%2e%2e%2fopenapi.yaml",
        "/docs/scalar.js.gz",
    ] {
        get(path, &[]).refused(404, "route_missing", None);
    }
}

/// What an error links to is on the page that the same deployment serves.
#[test]
fn an_error_leads_to_this_deployment() {
    let machine = world();
    let url = machine.send(&Request::new("GET", "/v1/me")).json()["documentation_url"].clone();
    assert_eq!(url, format!("http://{}/docs#token_missing", machine.address));
    let asked = b"GET /v1/me HTTP/1.1\r\nhost: api.example.com\r\nconnection: close\r\n\r\n";
    let url = send_bytes(machine.address, asked).json()["documentation_url"].clone();
    assert_eq!(url, "http://api.example.com/docs#token_missing");
    let page = send_bytes(
        machine.address,
        &to_bytes(&Request::new("GET", "/docs"), machine.address),
    );
    assert_eq!(page.status, 200);
}
