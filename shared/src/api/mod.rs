//! The HTTP edge: authentication, parsing, rendering, errors, logs.
//!
//! A function's `main` names its handler; a handler is *parse → store → render* and gets a [`Call`] whose token holds
//! and whose parameters are parsed.

mod background;
mod call;
mod error;
mod form;
mod log;
mod metric;
mod node;
mod operator;
mod param_error;
mod params;
mod reply;
mod serve;

pub use background::background;
pub use call::Call;
pub use error::{ApiError, Result};
pub use metric::count;
pub use operator::{OperatorError, operate};
pub use params::{CatalogPaged, NoParams, Paged, Params};
pub use reply::Reply;
pub use serve::{answer, serve, serve_with};
