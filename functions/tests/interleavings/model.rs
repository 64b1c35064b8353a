//! The model: what the contract says, in memory.

#[derive(Clone, Debug)]
pub(crate) struct Model;
