//! The rows in the partition of a conversation.

mod conversation;
mod group;
mod message;
mod participant;
mod receipts;

pub(crate) use conversation::{ConversationRow, alive, of};
pub(crate) use group::{GroupRow, MemberRow};
pub(crate) use message::MessageRow;
pub(crate) use participant::ParticipantRow;
pub(crate) use receipts::{FirstReadsRow, ReadReceiptRow, Series};
