//! Tests of the store over the real DynamoDB protocol, with an embedded database and, where needed, a proxy that
//! counts, delays and breaks calls.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod attachments;
mod attempts;
mod budget;
mod budget_messages;
mod catalog;
mod catalog_imports;
mod catalog_labels;
mod catalog_world;
mod changing;
mod faults;
mod group_ends;
mod groups;
mod idempotency;
mod integrity;
mod lists;
mod marking;
mod newer_code;
mod proxy;
mod purge;
mod races;
mod reading;
mod reading_model;
mod retirement;
mod search;
mod search_bounds;
mod sending;
mod table;
mod walks;
