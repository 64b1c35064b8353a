//! Objects.

use std::sync::Arc;

use local::Data;
use shared::store::bucket::{Bucket, StorageError, objects};
use shared::store::system_clock;

use crate::files::{Files, client, config, follow, sound};

#[tokio::test]
async fn what_is_put_is_got_until_it_is_deleted() {
    let files = Files::start().await;
    let version = "L0E1G2M6uuh3y93T".parse().unwrap();
    let keys = [objects::sound_index(version), objects::playlist_index(version)];
    // As large as a search index, with no repeating content.
    let index: Vec<u8> = (0..30_000_000u32)
        .map(|byte| (byte * 7 + (byte >> 8)).to_be_bytes()[3])
        .collect();
    files
        .bucket
        .put(&keys[0], index.clone(), "application/octet-stream")
        .await
        .unwrap();
    files
        .bucket
        .put(&keys[1], b"old".to_vec(), "application/octet-stream")
        .await
        .unwrap();
    files
        .bucket
        .put(&keys[1], Vec::new(), "application/octet-stream")
        .await
        .unwrap();
    assert!(files.bucket.get(&keys[0]).await.unwrap() == index);
    assert_eq!(files.bucket.get(&keys[1]).await.unwrap(), b"");

    files.bucket.delete(&keys).await.unwrap();
    files.bucket.delete(&keys).await.unwrap();
    for key in keys {
        let error = files.bucket.get(&key).await.unwrap_err();
        assert!(
            matches!(&error, StorageError::Missing { key: missing } if *missing == key),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn many_are_deleted_at_once() {
    let files = Files::start().await;
    files
        .bucket
        .put("sounds/a/original", b"a".to_vec(), "audio/wav")
        .await
        .unwrap();
    let mut keys: Vec<_> = (0..1500)
        .map(|number| objects::original(&number.to_string()))
        .collect();
    keys.push(objects::original("a"));
    files.bucket.delete(&keys).await.unwrap();
    assert!(files.bucket.get("sounds/a/original").await.is_err());
}

#[tokio::test]
async fn a_kept_directory_holds_them_over_a_restart() {
    let directory = tempfile::TempDir::new().unwrap();
    let data = Data::Directory(directory.path().to_owned());
    let files = Files::start_on(&data).await;
    files.download("Small bell").await;
    files.storage.stop().await;

    let files = Files::start_on(&data).await;
    let link = files.bucket.download(&sound("Small bell")).await.unwrap();
    let answer = follow(link.url.as_str()).await;
    assert_eq!(answer.headers()["content-type"], "audio/wav");
    assert_eq!(answer.bytes().await.unwrap(), "RIFF");
}

#[tokio::test]
async fn nobody_else_gets_anything() {
    let files = Files::start().await;
    let link = files.download("Small bell").await;
    let (unsigned, _) = link.url.as_str().split_once('?').unwrap();
    for request in [
        client().get(unsigned),
        client().put(unsigned).body("x"),
        client().delete(unsigned),
        client().get(files.storage.url()),
    ] {
        assert_eq!(request.send().await.unwrap().status(), 403);
    }

    let name = files.storage.bucket_name().unwrap();
    let config = config(files.storage.url(), files.credentials.access_key_id(), "wrong").await;
    let stranger = Bucket::new(&config, name, Arc::new(system_clock));
    let error = stranger.get("sounds/a/original").await.unwrap_err();
    assert!(matches!(&error, StorageError::Internal(_)), "{error:?}");
    assert!(error.to_string().contains("SignatureDoesNotMatch"), "{error}");
    assert!(
        stranger
            .put("sounds/a/original", b"x".to_vec(), "audio/wav")
            .await
            .is_err()
    );
    assert!(stranger.delete(&["sounds/a/original".to_owned()]).await.is_err());
}
