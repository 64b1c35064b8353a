//! People.

use serde::{Deserialize, Serialize};

use super::id::PersonId;
use super::patch::Patch;
use super::text::{AvatarUrl, PhoneNumber, Username};
use super::timestamp::Timestamp;

/// Somebody in this deployment. The same six attributes are the *embedded contact* of messages and groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Unique, and the id of every contact entry for this person.
    pub id: PersonId,
    /// Unique without regard to case; never changes.
    pub username: Username,
    /// Null when an operator created the person without one.
    pub phone_number: Option<PhoneNumber>,
    /// A picture.
    pub avatar_url: Option<AvatarUrl>,
    /// When the person last sent a message.
    pub last_active_at: Option<Timestamp>,
    /// When the person was created.
    pub created_at: Timestamp,
}

/// What a caller may change about their own person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonPatch {
    /// A new phone number. Without a number the person can't be added as a contact.
    #[serde(default)]
    pub phone_number: Patch<PhoneNumber>,
    /// A new picture.
    #[serde(default)]
    pub avatar_url: Patch<AvatarUrl>,
}
