//! Address books.

pub(crate) mod attempts;
pub(crate) mod contact;
