//! People, their usernames and their tokens.

pub(crate) mod keys;
pub(crate) mod person;
pub(crate) mod retirement;
pub(crate) mod tokens;
