//! The row of a message.

use serde::{Deserialize, Serialize};

use crate::model::{
    AttachmentId, ConversationId, Message, MessageId, MessageText, Person, PersonId, Reactions,
    StoredAttachment, Timestamp,
};
use crate::store::table::Row;

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MessageRow {
    pub(crate) conversation_id: ConversationId,
    pub(crate) message_id: MessageId,
    pub(crate) sender_id: PersonId,
    /// The text. None only with an attachment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<MessageText>,
    #[serde(default, skip_serializing_if = "Reactions::is_empty")]
    pub(crate) reactions: Reactions,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<StoredAttachment>,
    /// Rises with every change. A change is written only if the revision is still the one that was read.
    pub(crate) revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) updated_at: Option<Timestamp>,
}

impl Row for MessageRow {
    const KIND: &'static str = "message";
}

impl MessageRow {
    /// The attachment with this id, if the message has it.
    pub(crate) fn attachment(&self, id: AttachmentId) -> Option<&StoredAttachment> {
        self.attachments.iter().find(|file| file.attachment_id == id)
    }

    /// Whether nothing is in the message.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_none() && self.attachments.is_empty()
    }

    /// The public form of the message, with its sender and the time when it was read.
    pub(crate) fn render(self, contact: Person, read_at: Option<Timestamp>) -> Message {
        Message {
            id: self.message_id,
            conversation_id: self.conversation_id,
            contact,
            message: self.text,
            reactions: self.reactions,
            attachments: self.attachments,
            read_at,
            created_at: self.message_id.created_at(),
            updated_at: self.updated_at,
        }
    }
}
