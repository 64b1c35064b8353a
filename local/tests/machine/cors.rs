//! What web pages of other origins may do at the HTTP API and at S3, with `--cors` and without.

use reqwest::header::{ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY};
use reqwest::{Method, Response};

use crate::common::{Fixture, client};

const APP: &str = "http://127.0.0.1:5173";
const OTHER_APP: &str = "https://app.example";

/// The fixture, to which pages of these two origins may talk.
async fn fixture() -> Fixture {
    let cors = [APP, OTHER_APP].map(|origin| origin.parse().unwrap());
    Fixture::start(|options| options.cors = cors.to_vec()).await
}

async fn ask(method: Method, url: String, origin: &str) -> Response {
    client()
        .request(method, url)
        .header(ORIGIN, origin)
        .send()
        .await
        .unwrap()
}

/// Asks as a browser does, before it sends the request of a page.
async fn preflight(url: String, origin: &str, method: &str, headers: &str) -> Response {
    let mut request = client()
        .request(Method::OPTIONS, url)
        .header(ORIGIN, origin)
        .header(ACCESS_CONTROL_REQUEST_METHOD, method);
    if !headers.is_empty() {
        request = request.header(ACCESS_CONTROL_REQUEST_HEADERS, headers);
    }
    request.send().await.unwrap()
}

/// The headers of CORS in an answer, without what all have in front.
fn told(answer: &Response) -> Vec<String> {
    let headers = answer.headers().iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("access-control-")?;
        Some(format!("{name}: {}", value.to_str().unwrap()))
    });
    let mut headers: Vec<_> = headers.collect();
    headers.sort_unstable();
    headers
}

#[tokio::test]
async fn the_gateway_answers_preflights_by_itself() {
    let fixture = fixture().await;
    let url = || format!("{}/things/1?do=log", fixture.local.url());
    for origin in [APP, OTHER_APP] {
        let answer = preflight(url(), origin, "DELETE", "authorization,x-one").await;
        assert_eq!(answer.status(), 204);
        assert!(answer.headers().contains_key("apigw-requestid"));
        assert_eq!(
            told(&answer),
            [
                "allow-headers: authorization,x-one".to_owned(),
                "allow-methods: GET,DELETE".to_owned(),
                format!("allow-origin: {origin}"),
                "max-age: 60".to_owned(),
            ]
        );
        assert_eq!(answer.text().await.unwrap(), "");
    }
    for origin in ["http://127.0.0.1:5174", "https://app.example.evil", "null"] {
        let answer = preflight(url(), origin, "DELETE", "").await;
        assert_eq!(
            (answer.status().as_u16(), told(&answer).len()),
            (204, 0),
            "{origin}"
        );
    }
    assert_eq!(fixture.logged("echo: to the output").len(), 0);
    // What no browser has asked is a request as others.
    for asked in [
        client().request(Method::OPTIONS, url()).send().await.unwrap(),
        ask(Method::OPTIONS, url(), APP).await,
    ] {
        assert_eq!(asked.text().await.unwrap(), "logged");
    }
    assert_eq!(fixture.logged("echo: to the output").len(), 2);
}

#[tokio::test]
async fn pages_of_these_origins_may_read_every_answer() {
    let fixture = fixture().await;
    let expected = [
        format!("allow-origin: {APP}"),
        "expose-headers: x-two,location".to_owned(),
    ];
    for (path, status) in [
        ("/things/1", 200),
        ("/things/1?do=cors", 200),
        ("/?do=error", 500),
        ("/?do=exit", 502),
        ("/broken", 500),
    ] {
        let url = || format!("{}{path}", fixture.local.url());
        let answer = ask(Method::GET, url(), APP).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(told(&answer), expected, "{path}");
        for origin in ["https://evil.example", "null"] {
            assert_eq!(
                told(&ask(Method::GET, url(), origin).await).len(),
                0,
                "{path}: {origin}"
            );
        }
        let program = client().get(url()).send().await.unwrap();
        assert_eq!(told(&program).len(), 0, "{path}");
    }
    let large = client().post(fixture.local.url()).header(ORIGIN, APP);
    let answer = large.body("x".repeat(7_000_000)).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), told(&answer)),
        (413, expected.to_vec())
    );
}

#[tokio::test]
async fn nothing_is_added_if_nothing_is_asked_for() {
    let fixture = Fixture::start(|_| {}).await;
    let url = |path: &str| format!("{}{path}", fixture.local.url());
    assert_eq!(told(&ask(Method::GET, url("/things/1"), APP).await).len(), 0);
    let asked = preflight(url("/things/1?do=log"), APP, "GET", "").await;
    assert_eq!((asked.status().as_u16(), told(&asked).len()), (200, 0));
    assert_eq!(fixture.logged("echo: to the output").len(), 1);
    let own = ask(Method::GET, url("/things/1?do=cors"), APP).await;
    assert_eq!(told(&own), ["allow-credentials: true", "allow-origin: *"]);
    let storage = fixture.local.storage_url().to_owned();
    assert_eq!(preflight(storage, APP, "GET", "").await.status(), 403);
}

#[tokio::test]
async fn s3_says_what_a_page_may_send_by_the_rules_of_the_bucket() {
    let fixture = fixture().await;
    let url = || format!("{}/media/a", fixture.local.storage_url());
    let answer = preflight(url(), APP, "GET", "range").await;
    assert_eq!(answer.status(), 200);
    let told_to_pages = [
        "allow-credentials: true".to_owned(),
        "allow-headers: range".to_owned(),
        "allow-methods: GET".to_owned(),
        format!("allow-origin: {APP}"),
        "expose-headers: etag".to_owned(),
        "max-age: 30".to_owned(),
    ];
    assert_eq!(told(&answer), told_to_pages);
    let vary = answer.headers()[VARY].to_str().unwrap();
    assert!(vary.starts_with("Origin, "), "{vary}");
    // Each rule is for its own methods and headers.
    let answer = preflight(url(), OTHER_APP, "PUT", "content-type,if-none-match").await;
    assert_eq!(answer.status(), 200);
    let told_to_uploads = [
        "allow-credentials: true".to_owned(),
        "allow-headers: content-type, if-none-match".to_owned(),
        "allow-methods: PUT".to_owned(),
        format!("allow-origin: {OTHER_APP}"),
        "max-age: 40".to_owned(),
    ];
    assert_eq!(told(&answer), told_to_uploads);
    for (origin, method, headers, code) in [
        (APP, "DELETE", "", "AccessForbidden"),
        (APP, "GET", "range,x-one", "AccessForbidden"),
        (APP, "GET", "content-type", "AccessForbidden"),
        (APP, "PUT", "range", "AccessForbidden"),
        ("https://evil.example", "GET", "", "AccessDenied"),
        ("https://evil.example", "PUT", "content-type", "AccessDenied"),
    ] {
        let answer = preflight(url(), origin, method, headers).await;
        assert_eq!((answer.status().as_u16(), told(&answer).len()), (403, 0));
        let said = answer.text().await.unwrap();
        assert!(said.contains(code), "{origin} {method} {headers}: {said}");
    }
    // Also where S3 refuses: there is no signature.
    for method in [Method::GET, Method::PUT] {
        let refused = ask(method, url(), APP).await;
        assert_eq!(refused.status(), 403);
        assert_eq!(told(&refused)[2], format!("allow-origin: {APP}"));
    }
    let stranger = ask(Method::PUT, url(), "https://evil.example").await;
    assert_eq!((stranger.status().as_u16(), told(&stranger).len()), (403, 0));
}
