//! Links to attachments, followed as by a browser.

use percent_encoding::percent_decode_str;
use shared::model::{
    AttachmentId, FileName, Id, MediaType, Millis, StoredAttachment, StoredObject, Timestamp,
};
use shared::store::system_clock;

use crate::files::{Files, follow};

/// The type of what is not shown.
const UNKNOWN: &str = "application/octet-stream";

/// A file of this name and announced type, whose bytes were looked at.
fn file(name: &str, announced: &str, content: &[u8]) -> StoredAttachment {
    let id: AttachmentId = Id::generate(Millis(1_800_000_000_000));
    let stored = StoredAttachment {
        attachment_id: id,
        object: StoredObject::Upload(id),
        filename: FileName::try_from(name.to_owned()).unwrap(),
        file_type: MediaType::try_from(announced.to_owned()).unwrap(),
        is_shown: false,
        file_size: content.len() as u64,
        dimensions: None,
    };
    stored.looked_at(content)
}

#[tokio::test]
async fn files_come_as_downloads_of_the_type_that_their_bytes_show() {
    let files = Files::start().await;
    for (name, announced, content, served, inline) in [
        (
            "a.png",
            "image/png",
            &b"\x89PNG\r\n\x1a\n\0"[..],
            "image/png",
            true,
        ),
        ("a.png", "text/html", b"GIF89a\x01\0", "image/gif", true),
        ("a.mp3", "audio/mpeg", b"ID3\x04\0\0\0", "audio/mpeg", true),
        (
            "a.zip",
            "application/zip",
            b"PK\x03\x04\x14\0",
            "application/zip",
            false,
        ),
        (
            "a.html",
            "text/html",
            b"<!doctype html><script>alert(1)</script>",
            UNKNOWN,
            false,
        ),
        (
            "a.png",
            "image/png",
            b"<!doctype html><script>alert(1)</script>",
            UNKNOWN,
            false,
        ),
        (
            "a.png",
            "image/png",
            b"hello <script>alert(1)</script>",
            UNKNOWN,
            false,
        ),
        (
            "a.svg",
            "image/svg+xml",
            b"<svg onload='alert(1)'/>",
            UNKNOWN,
            false,
        ),
        ("a.xml", "text/xml", b"<?xml version='1.0'?><a/>", UNKNOWN, false),
        ("a.pdf", "application/pdf", b"%PDF-1.7", UNKNOWN, false),
        ("a.sh", "image/png", b"#!/bin/sh\n", UNKNOWN, false),
        ("a.txt", "text/plain", b"hello", UNKNOWN, false),
    ] {
        let stored = file(name, announced, content);
        let announced = MediaType::try_from(announced.to_owned()).unwrap();
        let put = files
            .bucket
            .put_upload(stored.attachment_id, content.into(), &announced);
        put.await.unwrap();
        let shown = files.bucket.attachment(stored, None).await.unwrap();
        let answer = follow(shown.file_url.as_str()).await;
        assert_eq!(answer.headers()["content-type"], served, "{name} {announced:?}");
        let disposition = answer.headers()["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename="), "{disposition}");
        assert_eq!(answer.bytes().await.unwrap(), content);
        assert_eq!(shown.preview_url.is_some(), inline, "{name} {announced:?}");
        if let Some(preview) = &shown.preview_url {
            let answer = follow(preview.as_str()).await;
            assert_eq!(answer.headers()["content-type"], served);
            assert_eq!(answer.headers()["content-disposition"], "inline");
        }
    }
}

#[tokio::test]
async fn names_in_any_script_come_back() {
    let files = Files::start().await;
    let longest = format!("{}.txt", "文".repeat(83));
    for name in [
        "say \"hi\".txt",
        "文档 🎄.txt",
        "ملف.pdf",
        "a;b=c%41.txt",
        &longest,
    ] {
        let stored = file(name, "text/plain", b"hello");
        let put = files.bucket.put_upload(
            stored.attachment_id,
            b"hello".as_slice().into(),
            &stored.file_type,
        );
        put.await.unwrap();
        let shown = files.bucket.attachment(stored, None).await.unwrap();
        let answer = follow(shown.file_url.as_str()).await;
        let disposition = answer.headers()["content-disposition"].to_str().unwrap();
        let (_, given) = disposition.split_once("UTF-8''").unwrap();
        let given = percent_decode_str(given).decode_utf8().unwrap();
        assert_eq!(given, name.replace('"', "'"), "{disposition}");
    }
}

#[tokio::test]
async fn a_link_is_the_same_for_some_minutes_and_then_a_new_one() {
    let files = Files::start().await;
    let stored = file("a.txt", "text/plain", b"hello");
    let put = files.bucket.put_upload(
        stored.attachment_id,
        b"hello".as_slice().into(),
        &stored.file_type,
    );
    put.await.unwrap();
    let link = async |ago| {
        files.sign_as_before(ago);
        files.bucket.attachment(stored.clone(), None).await.unwrap()
    };
    // To the beginning of the five minutes that the present time is in, and a minute before that.
    let into = u64::try_from(Timestamp::from(system_clock()).0 % 300).unwrap();
    let (now, first, earlier) = (link(0).await, link(into).await, link(into + 60).await);
    if Timestamp::from(system_clock()).0 % 300 >= i64::try_from(into).unwrap() {
        assert_eq!(now, first);
    }
    assert_ne!(first.file_url, earlier.file_url);
    assert_eq!(first.expires_at, earlier.expires_at.plus(300));
    // An old link ends, and the same attachment has a new one.
    let old = link(3901 + 300).await;
    assert!(old.expires_at < Timestamp::from(system_clock()));
    assert_eq!(follow(old.file_url.as_str()).await.status(), 403);
    assert_eq!(follow(link(0).await.file_url.as_str()).await.status(), 200);
}
