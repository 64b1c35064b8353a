//! The one version that an object has.

use std::collections::HashSet;

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::operation::list_object_versions::builders::ListObjectVersionsFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier};

use crate::world::World;

impl World {
    fn list(&self, prefix: &str) -> ListObjectVersionsFluentBuilder {
        let list = self.client.list_object_versions().bucket(self.bucket());
        list.prefix(prefix)
    }

    /// The version of an object that there is.
    async fn version(&self, key: &str) -> String {
        let list = self.list(key).send().await.unwrap();
        let [version] = list.versions() else {
            panic!("{list:?}");
        };
        assert_eq!((version.key(), version.is_latest()), (Some(key), Some(true)));
        version.version_id().unwrap().to_owned()
    }

    /// Deletes in both ways that S3 has.
    async fn delete(&self, key: &str, version: Option<&str>, at_once: bool) {
        if !at_once {
            let delete = self.client.delete_object().bucket(self.bucket()).key(key);
            delete
                .set_version_id(version.map(ToOwned::to_owned))
                .send()
                .await
                .unwrap();
            return;
        }
        let object = ObjectIdentifier::builder().key(key);
        let object = object.set_version_id(version.map(ToOwned::to_owned)).build();
        let delete = Delete::builder().objects(object.unwrap()).build().unwrap();
        let request = self.client.delete_objects().bucket(self.bucket());
        let answer = request.delete(delete).send().await.unwrap();
        assert!(answer.errors().is_empty());
        let [deleted] = answer.deleted() else {
            panic!("{answer:?}");
        };
        assert_eq!((deleted.key(), deleted.version_id()), (Some(key), version));
    }
}

fn keys(page: &ListObjectVersionsOutput) -> Vec<&str> {
    page.versions()
        .iter()
        .filter_map(|version| version.key())
        .collect()
}

#[tokio::test]
async fn a_stale_version_deletes_nothing() {
    let world = World::start("").await;
    for at_once in [false, true] {
        world.put("uploads/a", "old").await;
        let stale = world.version("uploads/a").await;
        world.put("uploads/a", "new").await;
        world.delete("uploads/a", Some(&stale), at_once).await;
        assert_eq!(world.get("uploads/a").await, "new");

        let present = world.version("uploads/a").await;
        assert_ne!(present, stale);
        world.delete("uploads/a", Some(&present), at_once).await;
        assert_eq!(world.get("uploads/a").await, "NoSuchKey");
        // What is not there can be deleted, too.
        world.delete("uploads/a", Some(&present), at_once).await;

        world.put("uploads/a", "again").await;
        world.delete("uploads/a", Some(&present), at_once).await;
        assert_eq!(world.get("uploads/a").await, "again");
        world.delete("uploads/a", None, at_once).await;
        assert_eq!(world.get("uploads/a").await, "NoSuchKey");
        assert!(world.list("").send().await.unwrap().versions().is_empty());
        assert_eq!(world.files().len(), 0, "{:?}", world.files());
    }
}

#[tokio::test]
async fn every_write_makes_another_version() {
    let world = World::start("").await;
    let mut versions = HashSet::new();
    let source = format!("{}/a", world.bucket());
    for round in 0..100 {
        if round % 5 == 4 {
            let copy = world.client.copy_object().bucket(world.bucket()).key("a");
            let copied = copy.copy_source(&source).send().await.unwrap();
            assert_eq!(
                copied.version_id(),
                Some(world.version("a").await.as_str()),
                "{round}"
            );
        } else {
            world.put("a", "same").await;
        }
        assert!(versions.insert(world.version("a").await), "{round}");
    }
    let present = world.version("a").await;
    let world = world.start_again().await;
    assert_eq!(world.version("a").await, present);
}

#[tokio::test]
async fn an_object_of_parts_has_a_version() {
    let world = World::start("").await;
    world.put("a", "old").await;
    let stale = world.version("a").await;
    let create = world.client.create_multipart_upload().bucket(world.bucket());
    let upload = create.key("a").send().await.unwrap();
    let upload = upload.upload_id().unwrap();
    let put = world.client.upload_part().bucket(world.bucket()).key("a");
    let put = put.upload_id(upload).part_number(1);
    let part = put.body(ByteStream::from_static(b"parts")).send().await.unwrap();
    let part = CompletedPart::builder()
        .part_number(1)
        .set_e_tag(part.e_tag)
        .build();
    let parts = CompletedMultipartUpload::builder().parts(part).build();
    assert_eq!(world.version("a").await, stale);
    let complete = world.client.complete_multipart_upload().bucket(world.bucket());
    let complete = complete.key("a").upload_id(upload).multipart_upload(parts);
    complete.send().await.unwrap();
    world.delete("a", Some(&stale), true).await;
    assert_eq!(world.get("a").await, "parts");
    world.delete("a", Some(&world.version("a").await), true).await;
    assert_eq!(world.files().len(), 0, "{:?}", world.files());
}

#[tokio::test]
async fn versions_are_listed_by_key_in_pages() {
    let world = World::start("").await;
    for key in ["a/2", "a/1", "a/10", "b/1", "a/3"] {
        world.put(key, "content").await;
    }
    let all = world.list("a/").send().await.unwrap();
    assert_eq!(keys(&all), ["a/1", "a/10", "a/2", "a/3"]);
    assert_eq!((all.is_truncated(), all.next_key_marker()), (Some(false), None));
    assert_eq!(all.versions()[0].size(), Some(7));
    assert_eq!(keys(&world.list("a/1").send().await.unwrap()), ["a/1", "a/10"]);
    assert!(world.list("c").send().await.unwrap().versions().is_empty());

    let first = world.list("a/").max_keys(2).send().await.unwrap();
    assert_eq!(keys(&first), ["a/1", "a/10"]);
    assert_eq!(
        (first.is_truncated(), first.next_key_marker()),
        (Some(true), Some("a/10"))
    );
    assert_eq!(
        first.next_version_id_marker(),
        Some(world.version("a/10").await.as_str())
    );
    let next = world.list("a/").max_keys(2);
    let next = next.set_key_marker(first.next_key_marker).send().await.unwrap();
    assert_eq!(keys(&next), ["a/2", "a/3"]);
    assert_eq!(next.is_truncated(), Some(false));

    let folders = world.list("").delimiter("/").send().await.unwrap();
    let folders: Vec<_> = folders
        .common_prefixes()
        .iter()
        .filter_map(|folder| folder.prefix())
        .collect();
    assert_eq!(folders, ["a/", "b/"]);
}

#[tokio::test]
async fn only_the_present_version_can_be_read() {
    let world = World::start("").await;
    world.put("a", "old").await;
    let stale = world.version("a").await;
    world.put("a", "new").await;
    let present = world.version("a").await;
    let get = |version: &str| {
        let get = world.client.get_object().bucket(world.bucket()).key("a");
        get.version_id(version).send()
    };
    assert_eq!(get(&stale).await.unwrap_err().code(), Some("NoSuchVersion"));
    let object = get(&present).await.unwrap();
    assert_eq!(object.version_id(), Some(present.as_str()));
    let head = world.client.head_object().bucket(world.bucket()).key("a");
    let head = head.send().await.unwrap();
    assert_eq!(head.version_id(), Some(present.as_str()));
}
