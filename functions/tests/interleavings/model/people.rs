//! People and their tokens, as the model knows them.

use super::Name;

/// Somebody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) username: String,
    pub(crate) phone: Option<String>,
    pub(crate) picture: Option<String>,
    /// Whether they have ever sent a message.
    pub(crate) is_active: bool,
    pub(crate) is_claimed: bool,
}

/// A token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) owner: Name,
    pub(crate) is_valid: bool,
}
