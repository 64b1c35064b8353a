//! The machine as its users see it: functions behind the API, CORS, the Invoke API, the ports, the stream, and what is
//! kept.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, its helpers too"
)]

#[path = "../common/mod.rs"]
mod common;
mod cors;
mod functions;
mod invoke_api;
mod kept;
mod ports;
mod stream;
