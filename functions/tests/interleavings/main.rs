//! Pairs of writes, one held before one of its database calls while the other runs.
#![allow(clippy::unwrap_used)]

#[path = "../../changes.rs"]
#[expect(dead_code, reason = "its main")]
mod changes;
mod connector;
mod machine;
mod model;
#[path = "../../reconcile.rs"]
#[expect(dead_code, reason = "its main and its check")]
mod reconcile;
mod rows;
mod scene;
mod serial;
mod view;
