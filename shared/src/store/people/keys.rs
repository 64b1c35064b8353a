//! The keys of people, their names, tokens and contacts.

use crate::model::{PersonId, TokenHash, TokenId, Username};
use crate::store::table::Key;

/// How the sort keys of contact entries begin; the person's id follows.
pub(crate) const CONTACTS: &str = "CONTACT#";
/// How the sort keys of a person's tokens begin.
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

    /// A token as `serve` looks it up.
    pub(crate) fn token(hash: &TokenHash) -> Self {
        Self::new(format_args!("TOKEN#{hash}"), "TOKEN")
    }

    /// A key of a token that never exists: reading it opens the connection.
    pub(crate) fn warm_up() -> Self {
        Self::new("TOKEN#", "WARM-UP")
    }

    /// A token as its person's tokens are listed.
    pub(crate) fn person_token(person: PersonId, id: TokenId) -> Self {
        Self::new(person_partition(person), format_args!("{PERSON_TOKENS}{id}"))
    }

    /// The entry for `person` in the address book of `owner`.
    pub(crate) fn contact(owner: PersonId, person: PersonId) -> Self {
        Self::new(person_partition(owner), format_args!("{CONTACTS}{person}"))
    }

    /// The phone numbers that a caller has tried.
    pub(crate) fn attempts(caller: PersonId) -> Self {
        Self::new(format_args!("ATTEMPTS#{caller}"), "PHONE_NUMBERS")
    }

    /// A person that waits to be taken out of everything.
    pub(crate) fn retirement(person: PersonId) -> Self {
        Self::work("RETIREMENT", person)
    }
}

/// The partition of a person, their contacts and their tokens.
pub(crate) fn person_partition(id: PersonId) -> String {
    format!("PERSON#{id}")
}
