//! Addresses to which somebody without credentials may upload one file.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;
use reqwest::{Method, RequestBuilder};
use tokio::io::AsyncWriteExt as _;

use crate::files::client;
use crate::world::{World, answer, begin, code, life};

const PAGE: &str = "https://app.example";

fn upload(link: &str) -> RequestBuilder {
    client()
        .put(link)
        .header("content-type", "image/png")
        .header("if-none-match", "*")
        .body("12345678")
}

/// The status and the code of the error.
async fn outcome(request: RequestBuilder) -> String {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    format!("{status} {}", code(&answer.text().await.unwrap()))
}

#[tokio::test]
async fn an_upload_address_is_good_for_one_file() {
    let world = World::start("").await;
    let link = world.upload_address("uploads/a", 8, life()).await;
    assert_eq!(outcome(upload(&link)).await, "200 ");
    assert_eq!(outcome(upload(&link)).await, "412 PreconditionFailed");
    let get = world.client.get_object().bucket(world.bucket()).key("uploads/a");
    let object = get.send().await.unwrap();
    assert_eq!(object.content_type(), Some("image/png"));
    assert_eq!(object.body.collect().await.unwrap().to_vec(), b"12345678");
}

#[tokio::test]
async fn an_upload_is_as_it_was_signed() {
    let world = World::start("").await;
    world.put("secret", "12345678").await;
    let link = world.upload_address("uploads/a", 8, life()).await;
    let bare = || client().put(&link).body("12345678");
    let typed = || bare().header("content-type", "image/png");
    let source = format!("{}/secret", world.bucket());
    for (what, request) in [
        ("less", upload(&link).body("1234567")),
        ("more", upload(&link).body("123456789")),
        ("nothing", upload(&link).body("")),
        ("no type", bare().header("if-none-match", "*")),
        (
            "another type",
            bare()
                .header("if-none-match", "*")
                .header("content-type", "text/html"),
        ),
        ("two types", upload(&link).header("content-type", "text/html")),
        ("no condition", typed()),
        ("another condition", typed().header("if-none-match", "\"a\"")),
        ("another key", upload(&link.replace("uploads/a", "uploads/b"))),
        (
            "another life",
            upload(&link.replace("X-Amz-Expires=60", "X-Amz-Expires=600")),
        ),
        (
            "fewer signed headers",
            upload(&link.replace("%3Bif-none-match&", "&")),
        ),
        ("another signature", {
            let (rest, signature) = link.split_once("X-Amz-Signature=").unwrap();
            let signature: String = signature.chars().rev().collect();
            upload(&format!("{rest}X-Amz-Signature={signature}"))
        }),
        ("another method", client().get(&link)),
        ("another host", {
            upload(&link.replace("127.0.0.1", "localhost"))
        }),
    ] {
        assert_eq!(outcome(request).await, "403 SignatureDoesNotMatch", "{what}");
    }
    // What S3 itself takes as an order has to be signed.
    for (name, value) in [
        ("x-amz-copy-source", source.as_str()),
        ("x-amz-meta-a", "b"),
        ("x-amz-tagging", "a=b"),
    ] {
        let request = upload(&link).header(name, value);
        assert_eq!(outcome(request).await, "403 AccessDenied", "{name}");
    }
    for length in ["", "content-length: 8\r\n"] {
        let headers =
            format!("{length}content-type: image/png\r\nif-none-match: *\r\ntransfer-encoding: chunked\r\n");
        let mut chunked = begin("PUT", &link, &headers).await;
        chunked.write_all(b"9\r\n123456789\r\n0\r\n\r\n").await.unwrap();
        assert_eq!(answer(chunked).await, "403 SignatureDoesNotMatch", "{headers}");
    }
    for key in ["uploads/a", "uploads/b"] {
        assert_eq!(world.get(key).await, "NoSuchKey");
    }
    assert_eq!(outcome(upload(&link)).await, "200 ");
}

#[tokio::test]
async fn an_upload_address_expires() {
    let world = World::start("").await;
    let signed = |seconds| {
        let life = PresigningConfig::builder().expires_in(Duration::from_mins(15));
        life.start_time(SystemTime::now() - Duration::from_secs(seconds))
            .build()
            .unwrap()
    };
    let link = world.upload_address("a", 8, signed(902)).await;
    assert_eq!(outcome(upload(&link)).await, "403 AccessDenied");
    let link = world.upload_address("a", 8, signed(870)).await;
    assert_eq!(outcome(upload(&link)).await, "200 ");
}

#[tokio::test]
async fn pages_of_the_deployments_origins_may_upload() {
    let world = World::start(PAGE).await;
    let link = world.upload_address("a", 8, life()).await;
    let preflight = |origin, method: &str, headers: &str| {
        client()
            .request(Method::OPTIONS, &link)
            .header("origin", origin)
            .header("sec-fetch-site", "cross-site")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers)
    };
    let answer = preflight(PAGE, "PUT", "content-type,if-none-match");
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let told = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(told("access-control-allow-origin"), PAGE);
    assert_eq!(told("access-control-allow-methods"), "PUT");
    assert_eq!(
        told("access-control-allow-headers"),
        "content-type, if-none-match"
    );
    assert_eq!(told("access-control-max-age"), "7200");
    for (origin, method, headers, refusal) in [
        (PAGE, "PUT", "content-type,x-amz-meta-a", "403 AccessForbidden"),
        (PAGE, "DELETE", "content-type", "403 AccessForbidden"),
        ("https://evil.example", "PUT", "content-type", "403 AccessDenied"),
    ] {
        assert_eq!(outcome(preflight(origin, method, headers)).await, refusal);
    }

    let from = |origin| {
        let upload = upload(&link).header("origin", origin);
        upload.header("sec-fetch-site", "cross-site")
    };
    for origin in ["https://evil.example", "null"] {
        assert_eq!(outcome(from(origin)).await, "403 AccessDenied", "{origin}");
    }
    let strange = upload(&link).header("sec-fetch-site", "cross-site");
    assert_eq!(outcome(strange).await, "403 AccessDenied");
    for status in [200, 412] {
        let answer = from(PAGE).send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["access-control-allow-origin"], PAGE);
    }
}
