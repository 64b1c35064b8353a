//! What is stored only where nothing is, and only as a whole.

use std::time::{Duration, Instant};

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::primitives::ByteStream;
use tokio::io::AsyncWriteExt as _;
use tokio::time::sleep;

use crate::files::client;
use crate::world::{World, answer, begin, life};

/// The headers of an upload to an address for 8 bytes.
const HEADERS: &str = "content-length: 8\r\ncontent-type: image/png\r\nif-none-match: *\r\n";

impl World {
    /// Waits until the storage has so many files.
    async fn wait_for_files(&self, count: usize) {
        let since = Instant::now();
        while self.files().len() != count {
            assert!(since.elapsed() < Duration::from_secs(20), "{:?}", self.files());
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// The code of the error if an object can't be created.
    async fn create(&self, key: &str, content: &str) -> Option<String> {
        let put = self.client.put_object().bucket(self.bucket()).key(key);
        let body = ByteStream::from(content.as_bytes().to_vec());
        let created = put.if_none_match("*").body(body).send().await;
        created.err().map(|error| error.code().unwrap().to_owned())
    }
}

#[tokio::test]
async fn an_object_is_created_once_until_it_is_deleted() {
    let world = World::start("").await;
    assert_eq!(world.create("a", "first").await, None);
    assert_eq!(
        world.create("a", "second").await.as_deref(),
        Some("PreconditionFailed")
    );
    assert_eq!(world.get("a").await, "first");

    let delete = world.client.delete_object().bucket(world.bucket()).key("a");
    delete.send().await.unwrap();
    assert_eq!(world.create("a", "third").await, None);
    assert_eq!(world.get("a").await, "third");
    // A key that has others below it is no object.
    assert_eq!(world.create("b/c", "below").await, None);
    assert_eq!(world.get("b").await, "NoSuchKey");
}

#[tokio::test]
async fn the_first_that_is_whole_wins() {
    let world = World::start("").await;
    let link = world.upload_address("a", 8, life()).await;
    let mut slow = begin("PUT", &link, HEADERS).await;
    slow.write_all(b"slow").await.unwrap();
    sleep(Duration::from_millis(50)).await;
    assert_eq!(world.get("a").await, "NoSuchKey");

    let mut fast = begin("PUT", &link, HEADERS).await;
    fast.write_all(b"fast").await.unwrap();
    fast.write_all(b"fast").await.unwrap();
    assert_eq!(answer(fast).await, "200 ");

    slow.write_all(b"slow").await.unwrap();
    assert_eq!(answer(slow).await, "412 PreconditionFailed");
    assert_eq!(world.get("a").await, "fastfast");
    assert_eq!(world.files().len(), 3, "{:?}", world.files());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_wins() {
    let world = World::start("").await;
    for round in 0..10 {
        let key = format!("uploads/{round}");
        let link = world.upload_address(&key, 8, life()).await;
        let puts: Vec<_> = (0..8)
            .map(|number| {
                let put = client().put(&link).header("if-none-match", "*");
                let put = put.header("content-type", "image/png");
                tokio::spawn(put.body(format!("number {number}")).send())
            })
            .collect();
        let mut winners = Vec::new();
        for (number, put) in puts.into_iter().enumerate() {
            match put.await.unwrap().unwrap().status().as_u16() {
                200 => winners.push(format!("number {number}")),
                status => assert_eq!(status, 412),
            }
        }
        assert_eq!(winners, [world.get(&key).await]);
    }
    assert_eq!(world.files().len(), 30, "{:?}", world.files());
}

#[tokio::test]
async fn a_body_that_breaks_off_stores_nothing() {
    let world = World::start("").await;
    world.put("old", "old").await;
    let before = world.files();
    let old = world.link_to_put("old").await;
    let new = world.upload_address("new", 8, life()).await;
    for (link, headers) in [(&old, "content-length: 8\r\n"), (&new, HEADERS)] {
        let mut broken = begin("PUT", link, headers).await;
        broken.write_all(b"part").await.unwrap();
        world.wait_for_files(before.len() + 1).await;
        drop(broken);
        world.wait_for_files(before.len()).await;
    }
    assert_eq!(world.get("old").await, "old");
    assert_eq!(world.get("new").await, "NoSuchKey");
    assert_eq!(world.create("new", "whole").await, None);
}

#[tokio::test]
async fn content_with_another_checksum_is_not_stored() {
    let world = World::start("").await;
    world.put("a", "old").await;
    let put = world.client.put_object().bucket(world.bucket()).key("a");
    let put = put.content_md5("1B2M2Y8AsgTpgAmY7PhCfg==");
    let error = put
        .body(ByteStream::from_static(b"new"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("BadDigest"));
    assert_eq!(world.get("a").await, "old");
}

#[tokio::test]
async fn a_start_removes_what_was_never_finished() {
    let world = World::start("").await;
    world.put("a", "whole").await;
    let mut before = world.files();
    before.sort_unstable();
    // The beginning of the second name says `.unfinished`.
    for name in [
        ".unfinished/a",
        ".bucket-LnVuZmluaXNoZWQ.object-YQ.internal.json",
        ".tmp.7.internal.part",
    ] {
        std::fs::write(world.file("storage").join(name), "part").unwrap();
    }
    let world = world.start_again().await;
    let mut after = world.files();
    after.sort_unstable();
    assert_eq!(after, before);
    assert_eq!(world.get("a").await, "whole");
    let buckets = world.client.list_buckets().send().await.unwrap();
    assert_eq!(buckets.buckets().len(), 1);
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() {
    let world = World::start("").await;
    let put = || world.client.put_object().bucket(world.bucket()).key("a");
    for put in [put().if_none_match("\"a\""), put().if_match("*")] {
        let error = put.send().await.unwrap_err();
        assert_eq!(error.code(), Some("NotImplemented"));
    }
    let put = world.client.put_object().bucket("elsewhere").key("a");
    assert_eq!(put.send().await.unwrap_err().code(), Some("NoSuchBucket"));
    assert_eq!(world.files().len(), 0);
    assert!(!world.file("storage/elsewhere").exists());
}
