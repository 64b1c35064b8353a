//! Code shared by all functions.
//!
//! - [`model`]: the types of the API and their validation. Independent of HTTP and DynamoDB.
//! - [`store`]: the table, the bucket, and signed links to its objects. Uses the model.
//! - [`api`]: the HTTP edge: authentication, parsing, rendering, errors. Uses all of them.
//! - [`aws`]: settings shared by the clients of the table and the bucket.

pub mod api;
pub mod aws;
pub mod model;
pub mod store;
