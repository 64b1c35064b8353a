//! A storage that is unreachable, slow or breaks the connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use shared::store::bucket::{Bucket, StorageError};
use shared::store::system_clock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::files::{Files, config, sound};

/// A bucket whose server answers every request with these bytes, and then closes the connection or keeps it open.
async fn behind(answer: &'static str, closes: bool) -> Bucket {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while stream.read(&mut request).await.is_ok_and(|length| length > 0) {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    if closes {
                        return;
                    }
                }
            });
        }
    });
    let config = config(&url, "id", "secret").await;
    Bucket::new(&config, "files", Arc::new(system_clock))
}

fn assert_unavailable(error: &StorageError) {
    assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_storage_that_is_gone_is_unavailable() {
    let files = Files::start().await;
    let bucket = files.bucket.clone();
    files.storage.stop().await;
    assert_unavailable(&bucket.get("indexes/a/sounds").await.unwrap_err());
    assert_unavailable(
        &bucket
            .put("sounds/a/original", b"a".to_vec(), "audio/wav")
            .await
            .unwrap_err(),
    );
    assert_unavailable(
        &bucket
            .delete(&["sounds/a/original".to_owned()])
            .await
            .unwrap_err(),
    );
    // A link needs no connection.
    bucket.download(&sound("Small bell")).await.unwrap();
}

#[tokio::test]
async fn a_storage_that_throttles_is_unavailable() {
    let throttled = "HTTP/1.1 503 Slow Down\r\ncontent-type: application/xml\r\ncontent-length: 77\r\n\r\n\
                     <Error><Code>SlowDown</Code><Message>Please reduce your rate</Message></Error>";
    let error = behind(throttled, false)
        .await
        .get("indexes/a/sounds")
        .await
        .unwrap_err();
    assert_unavailable(&error);
    assert!(error.to_string().contains("SlowDown"), "{error}");
}

#[tokio::test]
async fn what_comes_in_part_is_no_object() {
    let part = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this";
    assert_unavailable(
        &behind(part, true)
            .await
            .get("indexes/a/sounds")
            .await
            .unwrap_err(),
    );
}

#[tokio::test]
async fn nobody_waits_for_long() {
    let (silent, stuck) = tokio::join!(
        behind("", false),
        behind("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this", false)
    );
    let start = Instant::now();
    let (silent, stuck) = tokio::join!(silent.get("indexes/a/sounds"), stuck.get("indexes/a/sounds"));
    assert_unavailable(&silent.unwrap_err());
    assert_unavailable(&stuck.unwrap_err());
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn without_credentials_or_region_there_are_no_links() {
    let bare = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .build();
    let regional = bare.to_builder().region(Region::new("us-east-1")).build();
    for config in [bare, regional] {
        let bucket = Bucket::new(&config, "files", Arc::new(system_clock));
        let error = bucket.download(&sound("Small bell")).await.unwrap_err();
        assert!(matches!(error, StorageError::Internal(_)), "{error:?}");
    }
}
