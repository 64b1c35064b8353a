//! Contacts: the caller's address book.

use serde::{Deserialize, Serialize};

use super::id::{ConversationId, PersonId};
use super::name::DisplayName;
use super::patch::Patch;
use super::person::Person;
use super::text::{AvatarUrl, PhoneNumber, Username};
use super::timestamp::Timestamp;

/// An entry of the caller's address book, with the person's data.
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
    /// The caller's name for the person.
    pub display_name: Option<DisplayName>,
    /// The pair's conversation, while there is one.
    pub conversation_id: Option<ConversationId>,
    /// When the person last sent a message.
    pub last_active_at: Option<Timestamp>,
    /// When the person was created: the same value as in messages.
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

/// A contact to add to the address book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// The username of an existing person, or for a new one.
    pub username: Username,
    /// Must match the phone number of an existing person.
    pub phone_number: PhoneNumber,
    /// The picture of a new person. No effect on an existing one.
    pub avatar_url: Option<AvatarUrl>,
    /// The caller's name for the person.
    pub display_name: Option<DisplayName>,
}

/// Changes to a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactPatch {
    /// A new `display_name`.
    #[serde(default)]
    pub display_name: Patch<DisplayName>,
}
