//! Tests of the bucket over the real S3 protocol, with an embedded storage and links followed over HTTP.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod attachments;
mod conditions;
mod failures;
mod files;
mod links;
mod objects;
mod reads;
mod signing;
mod strangers;
mod uploads;
mod versions;
mod world;
