//! What every function shares.
//!
//! - [`model`]: what the API speaks, and its validation. Knows nothing of HTTP or DynamoDB.
//! - [`store`]: the table; one file per resource. Knows the model.
//! - [`api`]: the HTTP edge: authentication, parsing, rendering, errors. Knows both.

pub mod api;
pub mod model;
pub mod store;
