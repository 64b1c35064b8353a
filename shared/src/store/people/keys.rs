//! Keys of people, usernames, tokens and contacts.

use crate::model::{PersonId, TokenHash, TokenId, Username};
use crate::store::table::Key;

/// Sort key prefix of contact entries; the person's id follows.
pub(crate) const CONTACTS: &str = "CONTACT#";
/// Sort key prefix of a person's tokens; the token's id follows.
pub(crate) const PERSON_TOKENS: &str = "TOKEN#";

impl Key {
    /// A person.
    pub(crate) fn person(id: PersonId) -> Self {
        Self::new(person_partition(id), "PERSON")
    }

    /// The claim on a username.
    pub(crate) fn username(username: &Username) -> Self {
        Self::new(format_args!("USERNAME#{}", username.folded()), "USERNAME")
    }

    /// A token by its hash, as `serve` looks it up.
    pub(crate) fn token(hash: &TokenHash) -> Self {
        Self::new(format_args!("TOKEN#{hash}"), "TOKEN")
    }

    /// The key of a token that never exists. Reading it opens the connection.
    pub(crate) fn warm_up() -> Self {
        Self::new("TOKEN#", "WARM-UP")
    }

    /// A token in its person's list.
    pub(crate) fn person_token(person: PersonId, id: TokenId) -> Self {
        Self::new(person_partition(person), format_args!("{PERSON_TOKENS}{id}"))
    }

    /// The entry for `person` in the address book of `owner`.
    pub(crate) fn contact(owner: PersonId, person: PersonId) -> Self {
        Self::new(person_partition(owner), format_args!("{CONTACTS}{person}"))
    }

    /// A caller's guesses of phone numbers.
    pub(crate) fn attempts(caller: PersonId) -> Self {
        Self::new(format_args!("ATTEMPTS#{caller}"), "PHONE_NUMBERS")
    }

    /// The work of removing a retired person from conversations and groups.
    pub(crate) fn retirement(person: PersonId) -> Self {
        Self::work("RETIREMENT", person)
    }
}

/// The partition of a person with their contacts and tokens.
pub(crate) fn person_partition(id: PersonId) -> String {
    format!("PERSON#{id}")
}
