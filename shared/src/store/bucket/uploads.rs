//! Objects of uploads: written once, looked at when they are sent, and deleted for good.

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::types::ObjectIdentifier;
use bytes::Bytes;

use super::error::{Result, StorageError};
use super::{Bucket, objects, read_error};
use crate::aws;
use crate::model::{AttachmentId, LOOKED_AT, Looked, MediaType, Timestamp, Upload, UploadHeaders};

impl Bucket {
    /// The address for the one upload of a file, valid until `expires_at` or the end of the credentials. Its signature
    /// holds for a file of this size and type, and only where there is no object yet.
    pub async fn upload_address(
        &self,
        id: AttachmentId,
        file_type: &MediaType,
        file_size: u64,
        expires_at: Timestamp,
    ) -> Result<Upload> {
        let headers = UploadHeaders {
            content_length: file_size.to_string(),
            content_type: file_type.clone(),
            if_none_match: "*",
        };
        let signer = self.signer().await?.until(expires_at);
        let url = signer.upload(&objects::upload(id), &headers)?;
        Ok(Upload {
            method: "PUT",
            url,
            headers,
            expires_at: signer.expires_at(),
        })
    }

    /// Stores a new upload. One that is there stays as it is.
    pub async fn put_upload(&self, id: AttachmentId, content: Bytes, file_type: &MediaType) -> Result<()> {
        let request = self
            .client
            .put_object()
            .bucket(&*self.name)
            .key(objects::upload(id))
            .content_type(file_type.as_str())
            .if_none_match("*")
            .body(content.into());
        match request.send().await {
            Ok(_) => Ok(()),
            // Of two that come at once S3 may refuse one with a conflict:
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            Err(error) if error.code().is_some_and(is_written) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Looks at an upload with one ranged read. `None` if there is none, or an empty one.
    pub async fn look_at(&self, id: AttachmentId) -> Result<Option<Looked>> {
        let key = objects::upload(id);
        let request = self
            .client
            .get_object()
            .bucket(&*self.name)
            .key(&key)
            .range(format!("bytes=0-{}", LOOKED_AT - 1));
        let object = match request.send().await {
            Ok(object) => object,
            Err(error) if matches!(error.as_service_error(), Some(GetObjectError::NoSuchKey(_))) => {
                return Ok(None);
            }
            // The range of an empty object is none.
            Err(error) if error.code() == Some("InvalidRange") => return Ok(None),
            Err(error) => return Err(read_error(error, &key)),
        };
        // As in `bytes 0-65535/1000000`.
        let size = object
            .content_range()
            .and_then(|range| range.rsplit('/').next()?.parse().ok());
        let size = size.ok_or_else(|| StorageError::Internal(format!("{key} has no Content-Range")))?;
        let head = object.body.collect().await;
        let head = head.map_err(|error| StorageError::Unavailable(aws::chain(&error)))?;
        let head = head.to_vec();
        Ok(Some(Looked { size, head }))
    }

    /// Deletes an upload with all its versions. Only those that are there now: what is written meanwhile stays.
    pub async fn delete_upload(&self, id: AttachmentId) -> Result<()> {
        let key = objects::upload(id);
        let mut marker = None;
        loop {
            let request = self
                .client
                .list_object_versions()
                .bucket(&*self.name)
                .prefix(&key)
                .set_key_marker(marker);
            let found = request.send().await?;
            let next = found.next_key_marker().map(ToOwned::to_owned);
            let versions = versions_of(&key, found)?;
            if !versions.is_empty() {
                self.delete_all(versions).await?;
            }
            marker = next;
            if marker.is_none() {
                return Ok(());
            }
        }
    }
}

fn is_written(code: &str) -> bool {
    matches!(code, "PreconditionFailed" | "ConditionalRequestConflict")
}

/// The versions and delete markers of an object.
fn versions_of(key: &str, found: ListObjectVersionsOutput) -> Result<Vec<ObjectIdentifier>> {
    let versions = found.versions.unwrap_or_default().into_iter();
    let versions = versions.map(|version| (version.key, version.version_id));
    let markers = found.delete_markers.unwrap_or_default().into_iter();
    let markers = markers.map(|marker| (marker.key, marker.version_id));
    let own = versions
        .chain(markers)
        .filter(|(of, _)| of.as_deref() == Some(key));
    own.map(|(_, version)| {
        let object = ObjectIdentifier::builder().key(key).set_version_id(version);
        object.build().map_err(StorageError::internal)
    })
    .collect()
}
