//! The row of one participant of a conversation.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::conversation::ConversationRow;
use crate::model::{Conversation, ConversationId, GroupId, Id, MessageId, PersonId, Timestamp};
use crate::store::conversations::keys::inbox;
use crate::store::table::Row;

/// One person's part in a conversation. The `inbox` index contains it too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ParticipantRow {
    pub(crate) conversation_id: ConversationId,
    pub(crate) person_id: PersonId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact_id: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group_id: Option<GroupId>,
    /// The person, if it is a group's conversation: the partition of the index of memberships.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member_id: Option<PersonId>,
    pub(crate) is_pinned: bool,
    pub(crate) is_muted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archived_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_opened_at: Option<Timestamp>,
    /// The last message that this person has marked as read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_up_to: Option<MessageId>,
    /// The newest message when this person joined, until they open the conversation. It counts as read in their unread
    /// count, but not yet in `read_at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) history: Option<MessageId>,
    /// The number of messages that the others had sent up to `read_up_to`, and of those sent later up to
    /// `counted_up_to` that were deleted unread.
    pub(crate) read_others: u64,
    /// Messages of others that were deleted before this person had read them, and that `read_others` does not count.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) unread_deleted: BTreeSet<MessageId>,
    /// The newest message that was deleted unread and that `read_others` counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) counted_up_to: Option<MessageId>,
    /// The partition of the `inbox` index.
    pub(crate) inbox: String,
    /// The place in the index: the newest message's id, or the conversation's own.
    pub(crate) rank: ConversationId,
}

impl Row for ParticipantRow {
    const KIND: &'static str = "participant";
}

impl ParticipantRow {
    pub(crate) fn new(conversation: &ConversationRow, person: PersonId) -> Self {
        Self {
            conversation_id: conversation.conversation_id,
            person_id: person,
            contact_id: None,
            group_id: None,
            member_id: None,
            is_pinned: false,
            is_muted: false,
            archived_at: None,
            last_opened_at: None,
            read_up_to: conversation.last_message_id,
            history: conversation.last_message_id,
            read_others: conversation.sent_total,
            unread_deleted: BTreeSet::new(),
            counted_up_to: None,
            inbox: inbox(person, false),
            rank: conversation.rank(),
        }
    }

    /// The row of one of two people in their new conversation.
    pub(crate) fn with_contact(conversation: &ConversationRow, person: PersonId, contact: PersonId) -> Self {
        Self {
            contact_id: Some(contact),
            ..Self::new(conversation, person)
        }
    }

    /// The row of a person who joins a group's conversation. Earlier messages count as read.
    pub(crate) fn in_group(conversation: &ConversationRow, person: PersonId) -> Self {
        Self {
            group_id: conversation.group_id,
            member_id: Some(person),
            ..Self::new(conversation, person)
        }
    }

    /// Whether this row counts messages that are not in the conversation's totals yet: the conversation was read before
    /// them, and has to be read again. A row from the index is older than the conversation's, and never ahead.
    pub(crate) fn is_ahead_of(&self, conversation: &ConversationRow) -> bool {
        self.counted_up_to > conversation.last_message_id
    }

    /// The number of unread messages of others that still exist.
    pub(crate) fn unread_in(&self, conversation: &ConversationRow) -> u64 {
        let unread_deleted = self
            .unread_deleted
            .iter()
            // The rows are read one after the other. Messages sent after the conversation was read are not in its
            // totals.
            .filter(|id| self.read_up_to < Some(**id) && Some(**id) <= conversation.last_message_id)
            .count();
        conversation
            .sent_by_others(self.person_id)
            .saturating_sub(self.read_others)
            .saturating_sub(unread_deleted as u64)
    }

    /// Whether opening the conversation marks a message as read: unread messages, or messages sent before this
    /// participant joined.
    pub(crate) fn has_news_in(&self, conversation: &ConversationRow) -> bool {
        self.history.is_some() || self.unread_in(conversation) > 0
    }

    /// The conversation as this participant sees it.
    pub(crate) fn view_of(&self, conversation: &ConversationRow) -> Conversation {
        Conversation {
            id: conversation.conversation_id,
            contact_id: self.contact_id,
            group_id: self.group_id,
            pinned_message_id: conversation.pinned_message_id,
            is_pinned: self.is_pinned,
            is_muted: self.is_muted,
            last_active_at: conversation.last_message_id.map(Id::created_at),
            last_opened_at: self.last_opened_at,
            created_at: conversation.created_at,
            archived_at: self.archived_at,
            unread_count: self.unread_in(conversation),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::model::Millis;

    #[test]
    fn unread_is_what_others_sent_since_it_was_read_and_still_exists() {
        let me = Id::generate(Millis(2));
        let message = |at| Id::from_parts(Millis(at), 0);
        let unread = |sent_total, own, read_others, read_up_to: Option<u64>, deleted: &[u64]| {
            let id = Id::generate(Millis(1));
            let conversation = ConversationRow {
                sent_total,
                sent_by: HashMap::from([(me, own)]),
                last_message_id: Some(message(9)),
                ..ConversationRow::new(id, [me], Timestamp(1))
            };
            let participant = ParticipantRow {
                read_others,
                read_up_to: read_up_to.map(message),
                unread_deleted: deleted.iter().copied().map(message).collect(),
                ..ParticipantRow::new(&conversation, me)
            };
            participant.view_of(&conversation).unread_count
        };
        assert_eq!(unread(0, 0, 0, None, &[]), 0);
        assert_eq!(unread(9, 2, 0, None, &[]), 7);
        assert_eq!(unread(9, 2, 0, None, &[3, 4]), 5);
        assert_eq!(unread(9, 2, 5, Some(6), &[]), 2);
        assert_eq!(
            unread(9, 2, 5, Some(6), &[5, 6, 8]),
            1,
            "what was read counts as read"
        );
        assert_eq!(unread(9, 2, 7, Some(9), &[]), 0);
        assert_eq!(
            unread(9, 2, 0, None, &[10]),
            7,
            "what was sent and deleted since then counts neither way"
        );
    }
}
