//! The two encodings of parameters, which mean the same.

pub(crate) use conformance::{BOTH, Encoding};
