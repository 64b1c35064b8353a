//! Event source mappings, which deliver the table's stream to functions, and what keeps the stream short.

mod batch;
mod mapping;
mod position;
pub(crate) mod trim;

pub(crate) use mapping::Mapping;
