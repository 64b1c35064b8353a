//! Groups.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::id::{ConversationId, GroupId, PersonId};
use super::name::GroupName;
use super::patch::{Patch, present};
use super::person::Person;
use super::text::{AvatarUrl, GroupDescription};
use super::timestamp::Timestamp;

/// The most members of a group, its owner included. Every change of the membership, with the rows of the conversation
/// and the group, must fit into one transaction of at most 100 rows:
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>.
pub const MOST_MEMBERS: usize = 90;

/// A group as its members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Unique.
    pub id: GroupId,
    /// The group's name.
    pub name: GroupName,
    /// The group's description.
    pub description: Option<GroupDescription>,
    /// The group's picture.
    pub avatar_url: Option<AvatarUrl>,
    /// The group's conversation, while there is one.
    pub conversation_id: Option<ConversationId>,
    /// The members: the owner, then the others in the order of joining.
    pub contacts: Vec<Person>,
    /// When the group was created.
    pub created_at: Timestamp,
    /// When the owner archived the group.
    pub archived_at: Option<Timestamp>,
}

/// The members of a group beside its owner, without duplicates, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContactRefs(Vec<PersonId>);

impl ContactRefs {
    /// The people, each with the index of their first mention in the request.
    pub fn iter(&self) -> impl Iterator<Item = (usize, PersonId)> {
        let is_first = |(at, person): &(usize, PersonId)| !self.0[..*at].contains(person);
        self.0.iter().copied().enumerate().filter(is_first)
    }
}

impl<'de> Deserialize<'de> for ContactRefs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list: Vec<ContactRef> = Vec::deserialize(deserializer)?;
        if list.len() > MOST_MEMBERS {
            return Err(de::Error::custom("must be at most 90 contacts"));
        }
        Ok(Self(list.into_iter().map(|contact| contact.0).collect()))
    }
}

/// An id, or a contact as the API returns it. Only the id counts.
struct ContactRef(PersonId);

impl<'de> Deserialize<'de> for ContactRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RefVisitor)
    }
}

struct RefVisitor;

impl<'de> Visitor<'de> for RefVisitor {
    type Value = ContactRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of a contact, or an object with id")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ContactRef, E> {
        text.parse().map(ContactRef).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ContactRef, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "named so that a contact can be sent back as it came")]
        struct Given {
            id: PersonId,
            username: Option<IgnoredAny>,
            phone_number: Option<IgnoredAny>,
            avatar_url: Option<IgnoredAny>,
            display_name: Option<IgnoredAny>,
            conversation_id: Option<IgnoredAny>,
            last_active_at: Option<IgnoredAny>,
            created_at: Option<IgnoredAny>,
        }
        Given::deserialize(MapAccessDeserializer::new(map)).map(|given| ContactRef(given.id))
    }
}

/// A group to create. The caller is its owner and a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewGroup {
    /// The group's name.
    pub name: GroupName,
    /// The group's description.
    pub description: Option<GroupDescription>,
    /// The group's picture.
    pub avatar_url: Option<AvatarUrl>,
    /// The members beside the owner. They must be contacts of the owner.
    pub contacts: Option<ContactRefs>,
}

/// Changes to a group by its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupPatch {
    /// A new name.
    #[serde(default, deserialize_with = "present")]
    pub name: Option<GroupName>,
    /// A new description.
    #[serde(default)]
    pub description: Patch<GroupDescription>,
    /// A new picture.
    #[serde(default)]
    pub avatar_url: Patch<AvatarUrl>,
    /// The new members beside the owner: contacts of the owner, or existing members. Null: none.
    #[serde(default)]
    pub contacts: Patch<ContactRefs>,
    /// When the owner archived the group; null takes it out of the archive.
    #[serde(default)]
    pub archived_at: Patch<Timestamp>,
}

/// A filter of groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupFilter {
    /// Archived groups. `true`: only those; `false`: only the others; absent: all.
    #[serde(default, deserialize_with = "present")]
    pub archived: Option<bool>,
}
