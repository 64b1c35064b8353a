//! A table and a bucket, people with conversations, and what they do with files.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use local::Data;
use local::storage::Storage;
use local::template::Template;
use serde_json::{Value, json};
use shared::model::{
    AnnouncedFile, AttachmentId, ConversationId, Message, MessageId, NewAttachment, NewFile, PersonId,
};
use shared::store::bucket::Bucket;
use shared::store::{Store, StoreError, StreamRecord, system_clock};
use tokio::time::Instant;

use crate::table::{Item, Table, left_work, text};

/// What is in every uploaded file.
pub(crate) const CONTENT: &[u8] = b"Merry Christmas";

/// A table and a bucket.
pub(crate) struct World {
    pub(crate) table: Table,
    pub(crate) bucket: Bucket,
    client: aws_sdk_s3::Client,
    name: String,
    _storage: Storage,
}

impl World {
    pub(crate) async fn start() -> Self {
        let template =
            Template::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml")).unwrap();
        let drawn = local::Credentials::draw();
        let storage = Storage::start(&template, &Data::Memory, &drawn).await.unwrap();
        let credentials = Credentials::new(
            drawn.access_key_id(),
            drawn.secret_access_key(),
            None,
            None,
            "test",
        );
        let config = shared::aws::config()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(storage.url())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .load()
            .await;
        let name = storage.bucket_name().unwrap().to_owned();
        // Signed by the real time: the storage looks at its own clock.
        let bucket = Bucket::new(&config, name.clone(), Arc::new(system_clock));
        let config = aws_sdk_s3::config::Builder::from(&config).force_path_style(true);
        Self {
            table: Table::start().await,
            bucket,
            client: aws_sdk_s3::Client::from_conf(config.build()),
            name,
            _storage: storage,
        }
    }

    /// The uploads in the bucket.
    pub(crate) async fn objects(&self) -> BTreeSet<String> {
        let listed = self
            .client
            .list_objects_v2()
            .bucket(&self.name)
            .prefix("uploads/");
        let listed = listed.send().await.unwrap();
        let keys = listed.contents().iter().filter_map(|object| object.key());
        keys.map(|key| key.replace("uploads/", "")).collect()
    }

    /// The uploads that attachments in the table refer to.
    pub(crate) async fn referred(&self) -> BTreeSet<String> {
        let rows = self.table.rows().await.into_iter();
        let files = rows.filter(|row| text(row, "kind") == "attachment");
        files
            .filter_map(|row| upload_of(row["file"].as_m().unwrap()))
            .collect()
    }

    /// Asserts that the object of every attachment in a message is there.
    pub(crate) async fn assert_nothing_is_lost(&self, when: &str) {
        let objects = self.objects().await;
        for row in self.table.rows().await {
            if text(&row, "kind") != "message" {
                continue;
            }
            let Some(files) = row.get("attachments") else {
                continue;
            };
            for file in files.as_l().unwrap() {
                if let Some(upload) = upload_of(file.as_m().unwrap()) {
                    assert!(
                        objects.contains(&upload),
                        "{when}: the file {upload} of a message is lost"
                    );
                }
            }
        }
    }

    /// Does what the stream brings: what was sent is forgotten as an upload, and work is done.
    pub(crate) async fn deliver(&self, store: &Store) -> Result<(), StoreError> {
        let rows = self.table.rows().await;
        for row in rows.iter().filter(|row| text(row, "kind") == "attachment") {
            if let StreamRecord::Attachment(changed) = StreamRecord::from_image(row.clone().into()).unwrap() {
                store.on_attachment_changed(changed).await?;
            }
        }
        for row in rows.into_iter().filter(|row| text(row, "pk") == "WORK") {
            store.work(&left_work(row), &self.bucket, later()).await?;
        }
        Ok(())
    }

    /// Does all work and removes all uploads that are not sent, however young they are.
    pub(crate) async fn reconcile(&self, store: &Store) -> Result<(), StoreError> {
        for work in store.waiting_work(true).await? {
            store.work(&work?, &self.bucket, later()).await?;
        }
        store.expire_uploads(true, &self.bucket, later()).await?;
        Ok(())
    }

    /// Asserts that all rows fit together.
    pub(crate) async fn assert_consistent(&self, when: &str) {
        let report = self.table.store.check_integrity(None, later()).await.unwrap();
        let problems = serde_json::to_string_pretty(&report.problems).unwrap();
        assert!(report.problems.is_empty(), "{when}: {problems}");
    }

    /// Uploads a file.
    pub(crate) async fn upload(&self, store: &Store, who: PersonId) -> Result<AttachmentId, StoreError> {
        let new = NewAttachment::File(NewFile {
            filename: "House.txt".to_owned().try_into().unwrap(),
            file_type: "text/plain".to_owned().try_into().unwrap(),
            content: CONTENT.into(),
        });
        let created = store.create_attachment(who, &new, None, &self.bucket).await?;
        Ok(created.resource.attachment.id)
    }

    /// Announces a file, and gives the address for its upload.
    pub(crate) async fn announce(
        &self,
        store: &Store,
        who: PersonId,
    ) -> Result<(AttachmentId, String), StoreError> {
        let new = json!({"filename": "House.txt", "file_type": "text/plain", "file_size": CONTENT.len()});
        let new = NewAttachment::Announced(serde_json::from_value::<AnnouncedFile>(new).unwrap());
        let created = store
            .create_attachment(who, &new, None, &self.bucket)
            .await?
            .resource;
        Ok((
            created.attachment.id,
            created.upload.unwrap().url.as_str().to_owned(),
        ))
    }

    /// Sends a message with attachments.
    pub(crate) async fn send(
        &self,
        store: &Store,
        who: PersonId,
        conversation: ConversationId,
        attachments: Value,
    ) -> Result<Message, StoreError> {
        let new = json!({"conversation_id": conversation, "message": "", "attachments": attachments});
        let new = serde_json::from_value(new).unwrap();
        Ok(store.send_message(who, &new, None, &self.bucket).await?.resource)
    }

    /// Gives a message these attachments.
    pub(crate) async fn attach(
        &self,
        store: &Store,
        who: PersonId,
        message: MessageId,
        attachments: Value,
    ) -> Result<Message, StoreError> {
        let patch = json!({"message": "changed", "attachments": attachments});
        let patch = serde_json::from_value(patch).unwrap();
        store.update_message(who, message, &patch, &self.bucket).await
    }

    /// The number of notes of uploads that are not sent.
    pub(crate) async fn noted(&self) -> usize {
        let rows = self.table.rows().await;
        rows.iter().filter(|row| text(row, "kind") == "upload").count()
    }
}

/// Sends a file to the address for its upload: the status.
pub(crate) async fn put(url: &str) -> u16 {
    let request = reqwest::Client::new().put(url).body(CONTENT);
    let request = request
        .header("content-type", "text/plain")
        .header("if-none-match", "*");
    request.send().await.unwrap().status().as_u16()
}

pub(crate) fn later() -> Instant {
    Instant::now() + Duration::from_mins(1)
}

/// The upload that a stored file leads to.
fn upload_of(file: &Item) -> Option<String> {
    let upload = file["object"].as_m().unwrap().get("upload")?;
    Some(upload.as_s().unwrap().clone())
}
