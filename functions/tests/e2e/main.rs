//! End-to-end tests: the real binaries behind the local machine, spoken to over HTTP as a caller does.
//!
//! What a caller of any deployment can see is not here but in the contract suite, which `conformance` runs. Here is what
//! needs insight into the server or more than four people: rows, faults, logs, bytes that are no HTTP, long races.
//!
//! All tests share one machine (`world()`), and each makes people of its own, so they run side by side and never
//! see each other. A test that has to break something (the database, the stream) starts a machine of its own.
//! The code is synchronous on purpose: a request is a function call, and a race is a few threads.

// Unlike in a `#[test]`, clippy does not let helpers panic by itself. Here they are as much the test as their callers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod activity;
mod auth;
mod bad_bodies;
mod catalog;
mod conformance;
mod contacts;
mod contract;
mod cors;
mod coverage;
mod crowd;
mod curl;
mod delete;
mod demo;
mod encoding;
mod errors;
mod exhaustion;
mod failures;
mod fallback;
mod groups;
mod held;
mod http;
mod idempotency;
mod kills;
mod lists;
mod logs;
mod matrix;
mod message_deletes;
mod message_lists;
mod message_properties;
mod message_races;
mod message_texts;
mod model;
mod pages;
mod permissions;
mod pins;
mod playlists;
mod properties;
mod races;
mod reading;
mod routes;
mod runtime;
mod search;
mod search_judged;
mod shape;
mod sound_search;
mod sound_words;
mod sounds;
mod tokens;
mod versions;
mod world;
