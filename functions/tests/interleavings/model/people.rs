//! People and their tokens, as the model knows them.

use super::{Facts, Model, Name};

/// Somebody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) username: String,
    pub(crate) phone: Option<String>,
    pub(crate) picture: Option<String>,
    /// Whether they have ever sent a message.
    pub(crate) is_active: bool,
    pub(crate) is_claimed: bool,
    pub(crate) made_at: u64,
}

/// A token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) owner: Name,
    pub(crate) is_valid: bool,
}

impl Model {
    pub(super) fn people_facts(&self, _: &mut Facts) {}

    /// How many rows of each kind people have.
    pub(super) fn people_rows(&self, add: &mut impl FnMut(&'static str, usize)) {
        add("person", self.people.len());
        add("username", self.people.len());
        add("person_token", self.tokens.len());
        add(
            "token",
            self.tokens.values().filter(|token| token.is_valid).count(),
        );
    }
}
