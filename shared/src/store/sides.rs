//! The rows of a conversation: what its participants share, and each one's side of it.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::Store;
use super::error::Result;
use super::keys::{self, Key};
use super::rows::{Row, Rows};
use crate::model::{Conversation, Group, Id, Message, Person, Timestamp};

/// What a conversation's participants share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ConversationRow {
    pub(super) conversation_id: Id<Conversation>,
    /// The group whose conversation it is. When it is deleted, the row keeps the partition for the group's next one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group_id: Option<Id<Group>>,
    pub(super) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pinned_message_id: Option<Id<Message>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_message_id: Option<Id<Message>>,
    /// How many messages were ever sent.
    pub(super) sent_total: u64,
    /// How many of them each participant sent. It stands here, not with the participant, so that it always fits to
    /// the total, and that whoever reads the row knows who takes part.
    pub(super) sent_by: HashMap<Id<Person>, u64>,
    /// Rises with every delete of a message and every change of who takes part: whatever rests on who has read what
    /// demands that it is unchanged.
    pub(super) epoch: u64,
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
    /// The person, where it is a group's: the partition of the index of memberships.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) member_id: Option<Id<Person>>,
    pub(super) is_pinned: bool,
    pub(super) is_muted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) archived_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_opened_at: Option<Timestamp>,
    /// Up to which message this person has marked it read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read_up_to: Option<Id<Message>>,
    /// The newest message when this person joined, until they have opened the conversation: it counts as read by them,
    /// but they have not read it for others yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) history: Option<Id<Message>>,
    /// How many messages the others had sent up to the one that was marked read.
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
    fn new(conversation: &ConversationRow, person: Id<Person>) -> Self {
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
            inbox: keys::inbox(person, false),
            rank: conversation.rank(),
        }
    }

    /// One person's side of a new conversation with another.
    pub(super) fn with_contact(
        conversation: &ConversationRow,
        person: Id<Person>,
        contact: Id<Person>,
    ) -> Self {
        Self {
            contact_id: Some(contact),
            ..Self::new(conversation, person)
        }
    }

    /// The side of somebody who joins a group's conversation: what was sent before counts as read.
    pub(super) fn in_group(conversation: &ConversationRow, person: Id<Person>) -> Self {
        Self {
            group_id: conversation.group_id,
            member_id: Some(person),
            ..Self::new(conversation, person)
        }
    }
}

impl Store {
    /// That person's side of the conversation, if they take part in it.
    pub(super) async fn side(
        &self,
        person: Id<Person>,
        id: Id<Conversation>,
    ) -> Result<Option<ParticipantRow>> {
        let key = Key::participant(id, person);
        self.rows([key]).await?.take_side(id, person)
    }
}

impl Rows {
    /// That person's side of the conversation, if they take part in it. Where a group has another conversation by now,
    /// or none, their row is there but is no side of this one.
    pub(super) fn take_side(
        &mut self,
        id: Id<Conversation>,
        person: Id<Person>,
    ) -> Result<Option<ParticipantRow>> {
        let row = self.take_if::<ParticipantRow>(&Key::participant(id, person))?;
        Ok(row.filter(|row| row.conversation_id == id))
    }
}

impl ConversationRow {
    /// A conversation in which nothing has been sent.
    pub(super) fn new(
        id: Id<Conversation>,
        participants: impl IntoIterator<Item = Id<Person>>,
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
    pub(super) fn is_alive(&self, id: Id<Conversation>) -> bool {
        self.conversation_id == id && self.deleted_at.is_none()
    }

    /// The conversation's place in every inbox, once the index has caught up.
    pub(super) fn rank(&self) -> Id<Conversation> {
        self.last_message_id.map_or(self.conversation_id, Id::cast)
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

    /// Whether opening it marks something as read: there are unread messages, or some that were sent before this
    /// participant joined.
    pub(super) fn has_news_for(&self, participant: &ParticipantRow) -> bool {
        participant.history.is_some() || self.unread_by(participant) > 0
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
                ..ConversationRow::new(id, [me], Timestamp(1))
            };
            let participant = ParticipantRow {
                read_others,
                read_up_to: read_up_to.map(message),
                unread_deleted: deleted.iter().copied().map(message).collect(),
                ..ParticipantRow::new(&conversation, me)
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
