//! `cargo catalog import` as an operator runs it: the real binary, on a real table and a real bucket.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod audio_removal;
mod changes;
mod delimiters;
mod demo;
mod encodings;
mod failures;
mod first;
mod kills;
mod manifests;
mod names;
mod synonyms;
mod world;
