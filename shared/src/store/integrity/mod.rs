//! The integrity check: whether the rows of the table match each other.

pub(crate) mod attachments;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod conversations;
pub(crate) mod heads;
pub(crate) mod look;
pub(crate) mod people;
pub(crate) mod report;
