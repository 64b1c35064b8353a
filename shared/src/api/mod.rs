//! The HTTP edge: authentication, parsing, rendering, errors, logs.
//!
//! A function's `main` names its handler. A handler is *parse → store → render*. It gets a [`Read`] or a [`Write`]: an
//! authenticated call with parsed parameters.

mod body;
mod call;
mod error;
mod event;
mod form;
mod log;
mod metric;
mod multipart;
mod node;
mod operator;
mod param_error;
mod params;
mod reply;
mod serve;

pub use call::{Call, Read, Write};
pub use error::{ApiError, Result};
pub use event::serve_event;
pub use metric::count;
pub use operator::{OperatorError, serve_operator};
pub use params::{CatalogPaged, NoParams, Paged, Params};
pub use reply::Reply;
pub use serve::{serve, serve_public, serve_with};
