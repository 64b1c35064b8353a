//! The local machine runs `template.yaml` on one computer.
//!
//! It has an HTTP API that behaves as API Gateway does, Lambda with one process per environment, embedded DynamoDB and
//! S3, the table's stream and the schedules. It knows the template, HTTP and the protocols of AWS. It depends neither
//! on `shared` nor on `catalog`; only the demo data knows what the functions do.

mod aws;
mod compile;
mod credentials;
pub mod database;
mod demo;
mod directory;
mod environment_file;
mod faults;
mod files;
mod gateway;
mod guard;
mod invoke_api;
mod logs;
mod machine;
mod options;
mod origin;
mod runtime;
mod schedule;
mod server;
mod services;
pub mod storage;
mod stream;
pub mod template;

pub use compile::{Functions, workspace_root};
pub use credentials::Credentials;
pub use demo::{Person, add_demo_sounds};
pub use directory::Data;
pub use faults::{
    Call, Conjunct, Fault, FaultSpec, FaultSpecError, Faults, Gate, InProcess, Moment, Omission, Rule,
};
pub use files::write_private;
pub use logs::Logs;
pub use machine::Local;
pub use options::{DEFAULT_MAX_CONCURRENCY, Delivery, Options};
pub use origin::Origin;
pub use runtime::FunctionError;
pub use services::{Services, ServicesOptions};
