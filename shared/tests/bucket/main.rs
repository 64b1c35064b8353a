//! Tests of the bucket over the real S3 protocol, with an embedded storage and links followed over HTTP.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod failures;
mod files;
mod links;
mod objects;
mod signing;
mod strangers;
