//! Contacts: the caller's address book.

use serde::{Deserialize, Serialize};

use super::id::{ConversationId, PersonId};
use super::patch::Patch;
use super::person::Person;
use super::text::{AvatarUrl, DisplayName, PhoneNumber, Username};
use super::timestamp::Timestamp;

/// A person as an entry of the caller's address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The id of the person.
    pub id: PersonId,
    /// The person's username.
    pub username: Username,
    /// The person's phone number.
    pub phone_number: Option<PhoneNumber>,
    /// The person's picture.
    pub avatar_url: Option<AvatarUrl>,
    /// What the caller calls the person.
    pub display_name: Option<DisplayName>,
    /// The one-to-one conversation of the two, while there is one.
    pub conversation_id: Option<ConversationId>,
    /// When the person last sent a message.
    pub last_active_at: Option<Timestamp>,
    /// When the person was created, in the address book as in messages.
    pub created_at: Timestamp,
}

impl Contact {
    /// The entry for `person`.
    #[must_use]
    pub fn new(
        person: Person,
        display_name: Option<DisplayName>,
        conversation_id: Option<ConversationId>,
    ) -> Self {
        let Person {
            id,
            username,
            phone_number,
            avatar_url,
            last_active_at,
            created_at,
        } = person;
        Self {
            id,
            username,
            phone_number,
            avatar_url,
            display_name,
            conversation_id,
            last_active_at,
            created_at,
        }
    }
}

/// Who to add to the address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// Finds the person, or names a new one.
    pub username: Username,
    /// Must be the person's, where the person exists.
    pub phone_number: PhoneNumber,
    /// The picture of a new person; without effect on one that exists.
    pub avatar_url: Option<AvatarUrl>,
    /// What the caller calls the person.
    pub display_name: Option<DisplayName>,
}

/// What the caller may change about a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPatch {
    /// A new name for the person.
    #[serde(default)]
    pub display_name: Patch<DisplayName>,
}
