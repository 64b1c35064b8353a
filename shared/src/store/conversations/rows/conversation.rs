//! The row that all participants of a conversation share.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, GroupId, Id, MessageId, PersonId, Timestamp};
use crate::store::error::Result;
use crate::store::table::{Condition, Row};

/// The shared state of a conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ConversationRow {
    pub(crate) conversation_id: ConversationId,
    /// The group of the conversation, if any. After a delete the row keeps the partition for the group's next
    /// conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group_id: Option<GroupId>,
    pub(crate) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pinned_message_id: Option<MessageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_message_id: Option<MessageId>,
    /// The number of messages ever sent.
    pub(crate) sent_total: u64,
    /// The number of messages that each participant ever sent. In this row it always matches the total, and its keys
    /// are the participants.
    pub(crate) sent_by: HashMap<PersonId, u64>,
    /// Rises with every deleted message and every change of participants. Writes that depend on who has read what check
    /// that it is unchanged.
    pub(crate) epoch: u64,
    /// When the conversation was deleted. The row then only waits for its purge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Timestamp>,
}

impl Row for ConversationRow {
    const KIND: &'static str = "conversation";
}

impl ConversationRow {
    /// A conversation without messages.
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

    /// Whether the row is the conversation with this id, and not deleted. The partition of an unknown id may hold
    /// another conversation.
    pub(crate) fn is_alive(&self, id: ConversationId) -> bool {
        self.conversation_id == id && self.deleted_at.is_none()
    }

    /// The conversation's rank in every inbox, once the index has caught up.
    pub(crate) fn rank(&self) -> ConversationId {
        self.last_message_id.map_or(self.conversation_id, Id::cast)
    }

    /// The number of messages ever sent by people other than `person`.
    pub(crate) fn sent_by_others(&self, person: PersonId) -> u64 {
        let own = self.sent_by.get(&person).copied().unwrap_or_default();
        self.sent_total.saturating_sub(own)
    }
}

/// Condition: the row belongs to this conversation.
pub(crate) fn of(id: ConversationId) -> Result<Condition> {
    Condition::new("conversation_id = :id").with(":id", id)
}

/// Condition: the row is this conversation, and it is not deleted.
pub(crate) fn alive(id: ConversationId) -> Result<Condition> {
    Condition::new("conversation_id = :id AND attribute_not_exists(deleted_at)").with(":id", id)
}
