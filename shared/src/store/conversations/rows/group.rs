//! The rows of a group and of its members.

use serde::{Deserialize, Serialize};

use super::conversation::ConversationRow;
use crate::model::{AvatarUrl, ConversationId, GroupDescription, GroupId, GroupName, PersonId, Timestamp};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Again, Condition, Key, Row, Setback};

/// A group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct GroupRow {
    pub(crate) group_id: GroupId,
    pub(crate) owner_id: PersonId,
    /// The members beside the owner, in the order of joining.
    pub(crate) others: Vec<PersonId>,
    pub(crate) name: GroupName,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<GroupDescription>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) avatar_url: Option<AvatarUrl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) conversation_id: Option<ConversationId>,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archived_at: Option<Timestamp>,
    /// Rises with every change. A change is written only if the revision is still the one that was read.
    pub(crate) revision: u64,
}

impl Row for GroupRow {
    const KIND: &'static str = "group";
}

/// A membership of a group that has no conversation. It has the key of the member's participant row.
#[derive(Serialize, Deserialize)]
pub(crate) struct MemberRow {
    pub(crate) group_id: GroupId,
    /// The member: the partition of the index of memberships.
    pub(crate) member_id: PersonId,
}

impl Row for MemberRow {
    const KIND: &'static str = "member";
}

/// A group and its conversation were read at different moments and do not match. The caller reads again.
#[derive(Debug)]
pub(crate) struct InconsistentRead;

impl From<InconsistentRead> for Setback {
    fn from(_: InconsistentRead) -> Self {
        Again::after("a change of the group's conversation").into()
    }
}

impl GroupRow {
    /// The members, the owner first.
    pub(crate) fn members(&self) -> impl Iterator<Item = PersonId> {
        std::iter::once(self.owner_id).chain(self.others.iter().copied())
    }

    /// Whether the person is a member.
    pub(crate) fn has(&self, person: PersonId) -> bool {
        self.members().any(|member| member == person)
    }

    /// Refuses a caller who is not the owner.
    pub(crate) fn require_owner(&self, caller: PersonId, refusal: &'static str) -> Result<()> {
        if self.owner_id == caller {
            Ok(())
        } else {
            Err(StoreError::NotAllowed(refusal))
        }
    }

    /// The group's conversation, if any, from the row at the conversation's key. After a delete, that row is a leftover
    /// of the previous conversation.
    pub(crate) fn conversation_in(
        &self,
        row: Option<ConversationRow>,
    ) -> Result<Option<ConversationRow>, InconsistentRead> {
        let current = row.filter(|row| Some(row.conversation_id) == self.conversation_id);
        if current.is_some() == self.conversation_id.is_some() {
            Ok(current)
        } else {
            Err(InconsistentRead)
        }
    }

    /// The key of a member's row.
    pub(crate) fn key_of(&self, member: PersonId) -> Key {
        Key::participant(self.group_id.cast(), member)
    }

    /// The group unchanged, with the next revision.
    pub(crate) fn next(&self) -> Self {
        Self {
            revision: self.revision + 1,
            ..self.clone()
        }
    }

    /// Condition: the row is still the one that was read.
    pub(crate) fn unchanged(&self) -> Result<Condition> {
        Condition::new("group_id = :group AND revision = :before")
            .with(":group", self.group_id)?
            .with(":before", self.revision)
    }
}

impl GroupRow {
    /// A new conversation of the group.
    pub(crate) fn conversation(&self, id: ConversationId, now: Timestamp) -> ConversationRow {
        ConversationRow {
            group_id: Some(self.group_id),
            ..ConversationRow::new(id, self.members(), now)
        }
    }
}

impl MemberRow {
    pub(crate) fn new(group: &GroupRow, member: PersonId) -> Self {
        Self {
            group_id: group.group_id,
            member_id: member,
        }
    }
}
