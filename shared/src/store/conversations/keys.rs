//! Keys of conversations, groups and messages. One partition, that of the tag, holds all rows of a conversation.

use std::fmt::Display;

use crate::model::{ConversationId, GroupId, MessageId, PersonId};
use crate::store::table::Key;

/// Partition key prefix of conversations; the tag follows.
const CONVERSATION: &str = "CONVERSATION#";
/// Sort key prefix of messages, and of the rows that sort after the newest message.
pub(crate) const MESSAGES: &str = "MESSAGE";
/// Sort key prefix of participant rows.
pub(crate) const PARTICIPANTS: &str = "PARTICIPANT#";

impl Key {
    /// The claim of two people on their one conversation. Both people have the same key.
    pub(crate) fn pair(one: PersonId, other: PersonId) -> Self {
        Self::new(format_args!("PAIR#{}#{}", one.min(other), one.max(other)), "PAIR")
    }

    /// A conversation's own row. It sorts right after the newest message, so the query for the newest page reads it
    /// too.
    pub(crate) fn conversation(id: ConversationId) -> Self {
        Self::new(conversation_partition(id), "MESSAGES")
    }

    /// How far the members of a group have read its conversation. It sorts right after the conversation's row and is
    /// read with it.
    pub(crate) fn first_reads(id: ConversationId) -> Self {
        Self::new(conversation_partition(id), "MESSAGES#READ")
    }

    /// A group, in the partition of its tag. Its conversations share the partition.
    pub(crate) fn group(id: GroupId) -> Self {
        Self::new(conversation_partition(id.cast()), "GROUP")
    }

    /// One person's participant row. In a group it is their membership too.
    pub(crate) fn participant(id: ConversationId, person: PersonId) -> Self {
        Self::new(conversation_partition(id), format_args!("{PARTICIPANTS}{person}"))
    }

    /// A message, in the partition of its conversation.
    pub(crate) fn message(id: MessageId) -> Self {
        Self::new(conversation_partition(id.cast()), format_args!("MESSAGE#{id}"))
    }

    /// A read receipt in one series: the message `up_to` and all before it had been read at some time.
    pub(crate) fn read_receipt(series: impl Display, up_to: MessageId) -> Self {
        Self::new(
            conversation_partition(up_to.cast()),
            format_args!("{}{up_to}", read_receipts(series)),
        )
    }

    /// The work of purging a deleted conversation.
    pub(crate) fn purge(id: ConversationId) -> Self {
        Self::work("PURGE", id)
    }

    /// Whether the row is in the partition of a conversation or group.
    pub(crate) fn is_of_conversation(&self) -> bool {
        self.pk.starts_with(CONVERSATION)
    }
}

/// Sort key prefix of one series of read receipts; the id of the last message covered follows.
pub(crate) fn read_receipts(series: impl Display) -> String {
    format!("READ#{series}#")
}

/// The partition of a conversation, and of the group to which it belongs.
pub(crate) fn conversation_partition(id: ConversationId) -> String {
    format!("{CONVERSATION}{}", id.tag())
}

/// The partition of the `inbox` index that contains a participant row.
pub(crate) fn inbox(person: PersonId, archived: bool) -> String {
    format!("{}#{person}", if archived { "ARCHIVE" } else { "INBOX" })
}
