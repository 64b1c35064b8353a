//! Conversations, groups, and their participants.

pub(crate) mod conversation;
pub(crate) mod groups;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod members;
pub(crate) mod pairs;
pub(crate) mod participants;
pub(crate) mod purge;
pub(crate) mod retire;
pub(crate) mod rows;
