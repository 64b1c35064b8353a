//! The contract as a suite of cases that can be pointed at any deployment: the end-to-end tests that need no insight
//! into the server.
//!
//! A case states a rule of the contract, and shows by requests that it holds. It needs four people who have nothing
//! with anybody, which they get before each case through the API; it works with what it made itself, and waits for
//! what the contract promises only "within about a second". Besides, every exchange is held against `openapi.yaml`.

mod cases;
mod client;
mod contract;
mod encoding;
mod failure;
mod http;
mod people;
mod person;
pub mod probes;
mod report;
mod runner;
mod tester;

pub use contract::{Contract, Question, UNROUTED};
pub use encoding::{BOTH, Encoding};
pub use failure::{Failure, Outcome};
pub use http::{Answer, Exchange, Request};
pub use libtest_mimic::{Arguments, Conclusion};
pub use report::Report;
pub use runner::{Options, list, run};
