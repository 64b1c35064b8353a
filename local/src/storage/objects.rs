//! The objects: s3s-fs, and what S3 promises beyond it.
//!
//! s3s-fs checks a condition before it takes the body, and keeps an object in several files. Here each write goes to a
//! place of its own. When all of it is there, the condition is checked and the files are moved, under a lock.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Result, anyhow};
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CopyObjectInput, CopyObjectOutput, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput,
    DeleteObjectsOutput, DeletedObject, ETagCondition, GetBucketLocationInput, GetBucketLocationOutput,
    GetObjectInput, GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput,
    ListBucketsInput, ListBucketsOutput, ListObjectVersionsInput, ListObjectVersionsOutput, ListObjectsInput,
    ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output, ListPartsInput, ListPartsOutput,
    ObjectVersion, PutObjectInput, PutObjectOutput, Range, UploadPartCopyInput, UploadPartCopyOutput,
    UploadPartInput, UploadPartOutput,
};
use s3s::{S3, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};
use s3s_fs::FileSystem;
use tokio::sync::RwLock;

use super::object_files::{ObjectFiles, Present, Unfinished};

/// How many keys a list has at most.
const PAGE: i32 = 1000;

/// All objects of all buckets. Each has one version; none is kept of what was replaced or deleted.
#[derive(Clone)]
pub(super) struct Objects {
    root: Arc<Path>,
    files: Arc<FileSystem>,
    /// Whoever reads the files of an object holds it, and whoever changes them holds it alone. It has the time of the
    /// newest version.
    newest: Arc<RwLock<SystemTime>>,
}

impl Objects {
    pub(super) fn open(root: &Path) -> Result<Self> {
        Unfinished::prepare(root)?;
        let files = FileSystem::new(root);
        let files = files.map_err(|error| anyhow!("can't keep objects in {}: {error:?}", root.display()))?;
        Ok(Self {
            root: root.into(),
            files: Arc::new(files),
            newest: Arc::new(RwLock::new(SystemTime::UNIX_EPOCH)),
        })
    }

    /// The files of an object, in a bucket that there is.
    fn files_of(&self, bucket: &str, key: &str) -> S3Result<ObjectFiles> {
        if self.root.join(bucket).is_dir() {
            Ok(ObjectFiles::of(&self.root, bucket, key))
        } else {
            Err(S3ErrorCode::NoSuchBucket.into())
        }
    }

    /// Moves an object to its place, and returns its version. Once it has the lock it waits for nothing, so a client
    /// that goes away stops it before or after.
    async fn finish(&self, object: Unfinished, place: &ObjectFiles, is_new: bool) -> S3Result<String> {
        let mut newest = self.newest.write().await;
        let present = place.present().map_err(S3Error::internal_error)?;
        if is_new && present.is_some() {
            let message = "At least one of the pre-conditions you specified did not hold";
            return Err(S3Error::with_message(S3ErrorCode::PreconditionFailed, message));
        }
        object
            .files
            .make_newer_than(&mut newest)
            .and_then(|()| place.replace_by(&object.files))
            .and_then(|()| place.present())
            .map_err(S3Error::internal_error)?
            .map(|present| present.version)
            .ok_or_else(|| S3ErrorCode::InternalError.into())
    }

    /// Removes an object, if it has this version.
    fn remove(&self, bucket: &str, key: &str, version: Option<&str>) -> S3Result<()> {
        let files = self.files_of(bucket, key)?;
        match find(&files, version) {
            Ok(_) => files.remove().map_err(S3Error::internal_error),
            Err(error) if matches!(error.code(), S3ErrorCode::NoSuchKey | S3ErrorCode::NoSuchVersion) => {
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

#[async_trait::async_trait]
impl S3 for Objects {
    async fn put_object(
        &self,
        mut request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let input = &mut request.input;
        let is_new = match input.if_none_match.take() {
            None => false,
            Some(ETagCondition::Any) => true,
            Some(ETagCondition::ETag(_)) => return Err(not_here()),
        };
        if input.if_match.is_some() || input.key.ends_with('/') {
            return Err(not_here());
        }
        let place = self.files_of(&input.bucket, &input.key)?;
        let object = Unfinished::new(&self.root);
        object.bucket.clone_into(&mut input.bucket);
        input.key.clone_from(&object.key);
        let mut answer = self.files.put_object(request).await?;
        answer.output.version_id = Some(self.finish(object, &place, is_new).await?);
        Ok(answer)
    }

    async fn copy_object(
        &self,
        mut request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let input = &mut request.input;
        let place = self.files_of(&input.bucket, &input.key)?;
        let object = Unfinished::new(&self.root);
        object.bucket.clone_into(&mut input.bucket);
        input.key.clone_from(&object.key);
        let mut answer = {
            let _reading = self.newest.read().await;
            self.files.copy_object(request).await?
        };
        answer.output.version_id = Some(self.finish(object, &place, false).await?);
        Ok(answer)
    }

    async fn get_object(
        &self,
        mut request: S3Request<GetObjectInput>,
    ) -> S3Result<S3Response<GetObjectOutput>> {
        let _reading = self.newest.read().await;
        let input = &mut request.input;
        let files = self.files_of(&input.bucket, &input.key)?;
        let present = find(&files, input.version_id.as_deref())?;
        if let Some(Range::Suffix { length }) = input.range {
            // s3s-fs fails if the object has fewer bytes.
            let first = present.size.saturating_sub(length);
            input.range = Some(Range::Int { first, last: None });
        }
        let mut answer = self.files.get_object(request).await?;
        answer.output.version_id = Some(present.version);
        Ok(answer)
    }

    async fn head_object(
        &self,
        request: S3Request<HeadObjectInput>,
    ) -> S3Result<S3Response<HeadObjectOutput>> {
        let _reading = self.newest.read().await;
        let input = &request.input;
        let files = self.files_of(&input.bucket, &input.key)?;
        let present = find(&files, input.version_id.as_deref())?;
        let mut answer = self.files.head_object(request).await?;
        answer.output.version_id = Some(present.version);
        Ok(answer)
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let input = request.input;
        if input.if_match.is_some() {
            return Err(not_here());
        }
        let _writing = self.newest.write().await;
        self.remove(&input.bucket, &input.key, input.version_id.as_deref())?;
        let output = DeleteObjectOutput {
            version_id: input.version_id,
            ..Default::default()
        };
        Ok(S3Response::new(output))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let input = request.input;
        if input.delete.objects.iter().any(|object| object.e_tag.is_some()) {
            return Err(not_here());
        }
        let _writing = self.newest.write().await;
        let mut deleted = Vec::with_capacity(input.delete.objects.len());
        for object in input.delete.objects {
            self.remove(&input.bucket, &object.key, object.version_id.as_deref())?;
            deleted.push(DeletedObject {
                key: Some(object.key),
                version_id: object.version_id,
                ..Default::default()
            });
        }
        let is_quiet = input.delete.quiet.unwrap_or_default();
        let output = DeleteObjectsOutput {
            deleted: (!is_quiet).then_some(deleted),
            ..Default::default()
        };
        Ok(S3Response::new(output))
    }

    async fn list_object_versions(
        &self,
        request: S3Request<ListObjectVersionsInput>,
    ) -> S3Result<S3Response<ListObjectVersionsOutput>> {
        let _reading = self.newest.read().await;
        let asked = request.input.clone();
        let request = request.map_input(|input| ListObjectsV2Input {
            bucket: input.bucket,
            delimiter: input.delimiter,
            max_keys: Some(input.max_keys.unwrap_or(PAGE).min(PAGE)),
            prefix: input.prefix,
            // An object has one version, so the next one is of another key.
            start_after: input.key_marker,
            ..Default::default()
        });
        let page = self.files.list_objects_v2(request).await?.output;
        let mut versions = Vec::new();
        for object in page.contents.into_iter().flatten() {
            let key = object.key.unwrap_or_default();
            let files = self.files_of(&asked.bucket, &key)?;
            versions.push(ObjectVersion {
                version_id: Some(find(&files, None)?.version),
                key: Some(key),
                is_latest: Some(true),
                last_modified: object.last_modified,
                size: object.size,
                ..Default::default()
            });
        }
        let next = page.next_continuation_token;
        let last = versions
            .last()
            .filter(|version| next.is_some() && version.key == next);
        let output = ListObjectVersionsOutput {
            next_version_id_marker: last.and_then(|version| version.version_id.clone()),
            next_key_marker: next,
            common_prefixes: page.common_prefixes,
            delimiter: asked.delimiter,
            is_truncated: page.is_truncated,
            key_marker: asked.key_marker,
            max_keys: page.max_keys,
            name: Some(asked.bucket),
            prefix: asked.prefix,
            version_id_marker: asked.version_id_marker,
            versions: Some(versions),
            ..Default::default()
        };
        Ok(S3Response::new(output))
    }

    async fn list_objects(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> S3Result<S3Response<ListObjectsOutput>> {
        let _reading = self.newest.read().await;
        self.files.list_objects(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let _reading = self.newest.read().await;
        self.files.list_objects_v2(request).await
    }

    async fn list_buckets(
        &self,
        request: S3Request<ListBucketsInput>,
    ) -> S3Result<S3Response<ListBucketsOutput>> {
        self.files.list_buckets(request).await
    }

    async fn head_bucket(
        &self,
        request: S3Request<HeadBucketInput>,
    ) -> S3Result<S3Response<HeadBucketOutput>> {
        self.files.head_bucket(request).await
    }

    async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> S3Result<S3Response<GetBucketLocationOutput>> {
        self.files.get_bucket_location(request).await
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.files.create_multipart_upload(request).await
    }

    async fn upload_part(
        &self,
        request: S3Request<UploadPartInput>,
    ) -> S3Result<S3Response<UploadPartOutput>> {
        self.files.upload_part(request).await
    }

    async fn upload_part_copy(
        &self,
        request: S3Request<UploadPartCopyInput>,
    ) -> S3Result<S3Response<UploadPartCopyOutput>> {
        self.files.upload_part_copy(request).await
    }

    async fn list_parts(&self, request: S3Request<ListPartsInput>) -> S3Result<S3Response<ListPartsOutput>> {
        self.files.list_parts(request).await
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let place = self.files_of(&request.input.bucket, &request.input.key)?;
        let mut newest = self.newest.write().await;
        place.forget_checksums().map_err(S3Error::internal_error)?;
        let answer = self.files.complete_multipart_upload(request).await?;
        place
            .make_newer_than(&mut newest)
            .map_err(S3Error::internal_error)?;
        Ok(answer)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        self.files.abort_multipart_upload(request).await
    }
}

/// What there is of an object, if it has this version.
fn find(files: &ObjectFiles, version: Option<&str>) -> S3Result<Present> {
    match (files.present().map_err(S3Error::internal_error)?, version) {
        (Some(present), version) if version.is_none_or(|version| version == present.version) => Ok(present),
        (None, None) => Err(S3ErrorCode::NoSuchKey.into()),
        _ => Err(S3ErrorCode::NoSuchVersion.into()),
    }
}

/// S3 could do it. It is refused rather than done in another way.
fn not_here() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::NotImplemented,
        "The storage of this machine can't do that.",
    )
}
