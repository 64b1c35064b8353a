//! The demo people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Somebody with a token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub username: String,
    /// A token that acts as this person.
    pub token: String,
}

/// Shows everything but the token, so that none gets into a log.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}
