//! The keys of conversations, groups and messages: all of a conversation stands in the partition of its tag.

use std::fmt::Display;

use crate::model::{ConversationId, GroupId, MessageId, PersonId};
use crate::store::table::Key;

/// How the partitions of conversations begin; the tag follows.
const CONVERSATION: &str = "CONVERSATION#";
/// How the sort keys of messages begin, and those of the rows that come after the newest one.
pub(crate) const MESSAGES: &str = "MESSAGE";
/// How the sort keys of participants begin.
pub(crate) const PARTICIPANTS: &str = "PARTICIPANT#";

impl Key {
    /// The claim of two people on their one conversation, the same for both.
    pub(crate) fn pair(one: PersonId, other: PersonId) -> Self {
        Self::new(format_args!("PAIR#{}#{}", one.min(other), one.max(other)), "PAIR")
    }

    /// A conversation, in the partition of its tag. It sorts right after its newest message, so that the query for
    /// the newest page of messages reads it too.
    pub(crate) fn conversation(id: ConversationId) -> Self {
        Self::new(conversation_partition(id), "MESSAGES")
    }

    /// How far a group has read its conversation. It sorts right after the conversation, and is read with it.
    pub(crate) fn first_reads(id: ConversationId) -> Self {
        Self::new(conversation_partition(id), "MESSAGES#READ")
    }

    /// A group, in the partition of its tag, which its conversations share.
    pub(crate) fn group(id: GroupId) -> Self {
        Self::new(conversation_partition(id.cast()), "GROUP")
    }

    /// One person's participant row. It is their membership of the group too, where it is a group's.
    pub(crate) fn participant(id: ConversationId, person: PersonId) -> Self {
        Self::new(conversation_partition(id), format_args!("{PARTICIPANTS}{person}"))
    }

    /// A message, in the partition of its conversation.
    pub(crate) fn message(id: MessageId) -> Self {
        Self::new(conversation_partition(id.cast()), format_args!("MESSAGE#{id}"))
    }

    /// That a message, and all before it, had been read at some time, in one series of read receipts.
    pub(crate) fn read_receipt(series: impl Display, up_to: MessageId) -> Self {
        Self::new(
            conversation_partition(up_to.cast()),
            format_args!("{}{up_to}", read_receipts(series)),
        )
    }

    /// A conversation that waits for its purge.
    pub(crate) fn purge(id: ConversationId) -> Self {
        Self::work("PURGE", id)
    }

    /// Whether it stands in the partition of a conversation or group.
    pub(crate) fn is_of_conversation(&self) -> bool {
        self.pk.starts_with(CONVERSATION)
    }
}

/// How the sort keys of one series of read receipts begin; the id of the message follows, up to which they count.
pub(crate) fn read_receipts(series: impl Display) -> String {
    format!("READ#{series}#")
}

/// The partition of everything in a conversation, and of the group that it belongs to.
pub(crate) fn conversation_partition(id: ConversationId) -> String {
    format!("{CONVERSATION}{}", id.tag())
}

/// The partition of the `inbox` index in which a participant row stands.
pub(crate) fn inbox(person: PersonId, archived: bool) -> String {
    format!("{}#{person}", if archived { "ARCHIVE" } else { "INBOX" })
}
