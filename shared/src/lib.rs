//! What every function shares.
//!
//! - [`model`]: what the API speaks, and its validation. Knows nothing of HTTP or DynamoDB.
//! - [`store`]: the table, and the bucket with the links to what is in it. Knows the model.
//! - [`api`]: the HTTP edge: authentication, parsing, rendering, errors. Knows all of them.
//! - [`aws`]: what the clients of the table and of the bucket have in common.

pub mod api;
pub mod aws;
pub mod model;
pub mod store;
