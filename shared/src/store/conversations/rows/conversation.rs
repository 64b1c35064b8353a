//! The row that a conversation's participants share.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, GroupId, Id, MessageId, PersonId, Timestamp};
use crate::store::error::Result;
use crate::store::table::{Condition, Row};

/// What a conversation's participants share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConversationRow {
    pub(crate) conversation_id: ConversationId,
    /// The group whose conversation it is. When it is deleted, the row keeps the partition for the group's next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group_id: Option<GroupId>,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pinned_message_id: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_message_id: Option<MessageId>,
    /// How many messages were ever sent.
    pub(crate) sent_total: u64,
    /// How many of them each participant sent. It stands here, not with the participant, so that it always fits to
    /// the total, and so that the row tells who takes part.
    pub(crate) sent_by: HashMap<PersonId, u64>,
    /// Rises with every delete of a message and every change of who takes part: whatever rests on who has read what
    /// demands that it is unchanged.
    pub(crate) epoch: u64,
    /// Set by a delete: from then on the row only waits for its purge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Timestamp>,
}

impl Row for ConversationRow {
    const KIND: &'static str = "conversation";
}

impl ConversationRow {
    /// A conversation in which nothing has been sent.
    pub(crate) fn new(
        id: ConversationId,
        participants: impl IntoIterator<Item = PersonId>,
        now: Timestamp,
    ) -> Self {
        Self {
            conversation_id: id,
            group_id: None,
            created_at: now,
            pinned_message_id: None,
            last_message_id: None,
            sent_total: 0,
            sent_by: participants.into_iter().map(|person| (person, 0)).collect(),
            epoch: 0,
            deleted_at: None,
        }
    }

    /// Whether this is the conversation of that id, and not deleted. Another one may stand in the partition of an
    /// id that never existed.
    pub(crate) fn is_alive(&self, id: ConversationId) -> bool {
        self.conversation_id == id && self.deleted_at.is_none()
    }

    /// The conversation's place in every inbox, once the index has caught up.
    pub(crate) fn rank(&self) -> ConversationId {
        self.last_message_id.map_or(self.conversation_id, Id::cast)
    }

    /// How many messages others than this person ever sent.
    pub(crate) fn sent_by_others(&self, person: PersonId) -> u64 {
        let own = self.sent_by.get(&person).copied().unwrap_or_default();
        self.sent_total.saturating_sub(own)
    }
}

/// The row belongs to this conversation.
pub(crate) fn of(id: ConversationId) -> Result<Condition> {
    Condition::new("conversation_id = :id").with(":id", id)
}

/// The row is this conversation, and it is not deleted.
pub(crate) fn alive(id: ConversationId) -> Result<Condition> {
    Condition::new("conversation_id = :id AND attribute_not_exists(deleted_at)").with(":id", id)
}
