//! People.

use serde::{Deserialize, Serialize};

use super::id::PersonId;
use super::patch::Patch;
use super::text::{AvatarUrl, PhoneNumber, Username};
use super::timestamp::Timestamp;

/// A person in this deployment. Messages and groups embed the same six attributes as a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Unique. The id of every contact entry for this person too.
    pub id: PersonId,
    /// Unique regardless of case. Never changes.
    pub username: Username,
    /// The phone number; null if an operator created the person without one.
    pub phone_number: Option<PhoneNumber>,
    /// The person's picture.
    pub avatar_url: Option<AvatarUrl>,
    /// When the person last sent a message.
    pub last_active_at: Option<Timestamp>,
    /// When the person was created.
    pub created_at: Timestamp,
}

/// Changes to the caller's own person.
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
