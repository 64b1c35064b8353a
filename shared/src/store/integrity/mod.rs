//! Whether every row fits to the others: what an operator asks after an incident or a restore.

pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod conversations;
pub(crate) mod heads;
pub(crate) mod look;
pub(crate) mod people;
pub(crate) mod report;
