//! Messages.

use serde::{Deserialize, Serialize};

use super::attachment::Attachment;
use super::attachment::AttachmentRefs;
use super::id::{ConversationId, MessageId};
use super::patch::{Patch, present};
use super::person::Person;
use super::reaction::{ReactionLists, Reactions};
use super::text::MessageText;
use super::timestamp::Timestamp;

/// A message. All participants see the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Unique. Within a conversation, ids are in the order of commits.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The sender, with their present data.
    pub contact: Person,
    /// The text.
    pub message: MessageText,
    /// The reactions, with the people who reacted.
    pub reactions: Reactions,
    /// Always empty: attachments are not implemented.
    pub attachments: Vec<Attachment>,
    /// When somebody other than the sender first opened the conversation up to this message.
    pub read_at: Option<Timestamp>,
    /// When the message was sent: the time in its id.
    pub created_at: Timestamp,
    /// When the sender last changed the text; none if never. Reactions do not count.
    pub updated_at: Option<Timestamp>,
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The text.
    pub message: MessageText,
    /// The attachments.
    #[serde(default)]
    pub attachments: Option<AttachmentRefs>,
}

/// A filter of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageFilter {
    /// Only messages of this conversation; absent: of all the caller's conversations.
    #[serde(default, deserialize_with = "present")]
    pub conversation_id: Option<ConversationId>,
    /// Whether listing the newest messages of a conversation opens it. Default: true.
    #[serde(default, deserialize_with = "present")]
    pub mark_read: Option<bool>,
}

/// Changes to a message. The sender may change text and attachments; every participant may change their own reactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessagePatch {
    /// A new text.
    #[serde(default, deserialize_with = "present")]
    pub message: Option<MessageText>,
    /// Reaction lists. The caller's own reactions are set as in these lists.
    #[serde(default)]
    pub reactions: Patch<ReactionLists>,
    /// The new attachments.
    #[serde(default)]
    pub attachments: Patch<AttachmentRefs>,
}

/// The place up to which to mark a conversation as read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadUpTo {
    /// One of the conversation's messages; absent: the newest.
    #[serde(default)]
    pub message_id: Option<MessageId>,
}
