//! Requests that the storage refuses.

use std::borrow::Cow;
use std::path::{Component, Path};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use s3s::access::{S3Access, S3AccessContext};
use s3s::dto::{CopyObjectInput, CopySource, DeleteObjectsInput, PostObjectInput, UploadPartCopyInput};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Result};

/// Refuses requests that are not signed with all of S3's own headers, and keys that are a path out of their bucket, in
/// every part of a request. For S3 such a key is a name like others; here it would be the path of a file.
pub(super) struct Access;

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return Err(S3ErrorCode::AccessDenied.into());
        }
        ensure_signed(context.headers(), context.uri().query().unwrap_or_default())?;
        context.s3_path().get_object_key().map_or(Ok(()), ensure_inside)
    }

    async fn copy_object(&self, request: &mut S3Request<CopyObjectInput>) -> S3Result<()> {
        ensure_source_inside(&request.input.copy_source)
    }

    async fn upload_part_copy(&self, request: &mut S3Request<UploadPartCopyInput>) -> S3Result<()> {
        ensure_source_inside(&request.input.copy_source)
    }

    async fn delete_objects(&self, request: &mut S3Request<DeleteObjectsInput>) -> S3Result<()> {
        let mut objects = request.input.delete.objects.iter();
        objects.try_for_each(|object| ensure_inside(&object.key))
    }

    async fn post_object(&self, request: &mut S3Request<PostObjectInput>) -> S3Result<()> {
        ensure_inside(&request.input.key)
    }
}

/// S3 takes headers of its own only if the signature covers them: who got a link to do one thing can't make another of
/// it. s3s has checked those that are covered.
fn ensure_signed(headers: &HeaderMap, query: &str) -> S3Result<()> {
    let in_query = form_urlencoded::parse(query.as_bytes())
        .find_map(|(name, value)| (name == "X-Amz-SignedHeaders").then_some(value));
    let in_header = || {
        let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (_, list) = authorization.split_once("SignedHeaders=")?;
        list.split([',', ' ']).next().map(Cow::Borrowed)
    };
    // The old signature covers them all.
    let Some(signed) = in_query.or_else(in_header) else {
        return Ok(());
    };
    let is_signed = |name: &str| !name.starts_with("x-amz-") || signed.split(';').any(|one| one == name);
    if headers.keys().all(|name| is_signed(name.as_str())) {
        Ok(())
    } else {
        Err(S3Error::with_message(
            S3ErrorCode::AccessDenied,
            "There were headers present in the request which were not signed",
        ))
    }
}

fn ensure_source_inside(source: &CopySource) -> S3Result<()> {
    match source {
        CopySource::Bucket { key, .. } => ensure_inside(key),
        _ => Err(S3ErrorCode::NotImplemented.into()),
    }
}

fn ensure_inside(key: &str) -> S3Result<()> {
    let is_inside = Path::new(key)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if is_inside {
        Ok(())
    } else {
        Err(S3Error::with_message(
            S3ErrorCode::InvalidArgument,
            "On this machine a key can't be a path out of its bucket.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_in_its_bucket() {
        for key in ["a", "a/b.wav", "a..b/..c/d..", "%2e%2e/a", "a/", "..."] {
            assert!(ensure_inside(key).is_ok(), "{key}");
        }
        for key in ["..", "../a", "a/../../b", "a/..", "/etc/passwd", "./a"] {
            let error = ensure_inside(key).unwrap_err();
            assert_eq!(*error.code(), S3ErrorCode::InvalidArgument, "{key}");
        }
    }
}
