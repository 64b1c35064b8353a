//! The rows of a conversation: what its participants share, and each one's side of it.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::keys;
use super::rows::Row;
use crate::model::{Conversation, Group, Id, Message, Person, Timestamp};

/// What a conversation's participants share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ConversationRow {
    pub(super) conversation_id: Id<Conversation>,
    pub(super) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pinned_message_id: Option<Id<Message>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_message_id: Option<Id<Message>>,
    /// How many messages were ever sent.
    pub(super) sent_total: u64,
    /// How many of them each participant sent. It stands here, not with the participant, so that it always fits to
    /// the total.
    pub(super) sent_by: HashMap<Id<Person>, u64>,
    /// Set by a delete: from then on the row only waits for its purge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deleted_at: Option<Timestamp>,
}

impl Row for ConversationRow {
    const KIND: &'static str = "conversation";
}

/// One participant's side of a conversation; it stands in the `inbox` index too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ParticipantRow {
    pub(super) conversation_id: Id<Conversation>,
    pub(super) person_id: Id<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact_id: Option<Id<Person>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group_id: Option<Id<Group>>,
    pub(super) is_pinned: bool,
    pub(super) is_muted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) archived_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_opened_at: Option<Timestamp>,
    /// Up to which message this person has marked it read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read_up_to: Option<Id<Message>>,
    /// How many messages the others had sent up to that one.
    pub(super) read_others: u64,
    /// Messages of others that were deleted before this person had read them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) unread_deleted: BTreeSet<Id<Message>>,
    /// The partition of the index.
    pub(super) inbox: String,
    /// The place in it: the newest message's id, or the conversation's own.
    pub(super) rank: Id<Conversation>,
}

impl Row for ParticipantRow {
    const KIND: &'static str = "participant";
}

impl ParticipantRow {
    pub(super) fn new(id: Id<Conversation>, person: Id<Person>) -> Self {
        Self {
            conversation_id: id,
            person_id: person,
            contact_id: None,
            group_id: None,
            is_pinned: false,
            is_muted: false,
            archived_at: None,
            last_opened_at: None,
            read_up_to: None,
            read_others: 0,
            unread_deleted: BTreeSet::new(),
            inbox: keys::inbox(person, false),
            rank: id,
        }
    }
}

impl ConversationRow {
    pub(super) fn new(id: Id<Conversation>, now: Timestamp) -> Self {
        Self {
            conversation_id: id,
            created_at: now,
            pinned_message_id: None,
            last_message_id: None,
            sent_total: 0,
            sent_by: HashMap::new(),
            deleted_at: None,
        }
    }

    /// Whether this is the conversation of that id, and not deleted. Another one may stand in the partition of an
    /// id that never existed.
    pub(super) fn is_alive(&self, id: Id<Conversation>) -> bool {
        self.conversation_id == id && self.deleted_at.is_none()
    }

    /// How many messages others than this person ever sent.
    pub(super) fn sent_by_others(&self, person: Id<Person>) -> u64 {
        let own = self.sent_by.get(&person).copied().unwrap_or_default();
        self.sent_total.saturating_sub(own)
    }

    /// How many messages of others the participant has not read, of those that still exist.
    pub(super) fn unread_by(&self, participant: &ParticipantRow) -> u64 {
        let unread_deleted = participant
            .unread_deleted
            .iter()
            // The sides are read one after the other: what was sent since the conversation was is not in its totals.
            .filter(|id| participant.read_up_to < Some(**id) && Some(**id) <= self.last_message_id)
            .count();
        self.sent_by_others(participant.person_id)
            .saturating_sub(participant.read_others)
            .saturating_sub(unread_deleted as u64)
    }

    /// The conversation as that participant sees it.
    pub(super) fn seen_by(self, participant: &ParticipantRow) -> Conversation {
        Conversation {
            id: self.conversation_id,
            contact_id: participant.contact_id,
            group_id: participant.group_id,
            pinned_message_id: self.pinned_message_id,
            is_pinned: participant.is_pinned,
            is_muted: participant.is_muted,
            last_active_at: self.last_message_id.map(Id::created_at),
            last_opened_at: participant.last_opened_at,
            created_at: self.created_at,
            archived_at: participant.archived_at,
            unread_count: self.unread_by(participant),
        }
    }
}

#[cfg(test)]
mod tests {
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
                ..ConversationRow::new(id, Timestamp(1))
            };
            let participant = ParticipantRow {
                read_others,
                read_up_to: read_up_to.map(message),
                unread_deleted: deleted.iter().copied().map(message).collect(),
                ..ParticipantRow::new(id, me)
            };
            conversation.seen_by(&participant).unread_count
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
