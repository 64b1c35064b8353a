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

/// A message as everybody in its conversation sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Unique. Within a conversation ids are in the order in which messages were committed.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Who sent it, as they are now.
    pub contact: Person,
    /// The text.
    pub message: MessageText,
    /// Who reacted to it, and how.
    pub reactions: Reactions,
    /// There are none yet.
    pub attachments: Vec<Attachment>,
    /// When somebody other than the sender first opened the conversation up to it.
    pub read_at: Option<Timestamp>,
    /// When it was sent: the time in its id.
    pub created_at: Timestamp,
    /// When the sender last changed its text; none if never. Reactions do not count.
    pub updated_at: Option<Timestamp>,
}

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// Where to.
    pub conversation_id: ConversationId,
    /// The text.
    pub message: MessageText,
    /// What goes with it.
    #[serde(default)]
    pub attachments: Option<AttachmentRefs>,
}

/// Which messages to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageFilter {
    /// Those of one conversation; absent: of all the caller's.
    #[serde(default, deserialize_with = "present")]
    pub conversation_id: Option<ConversationId>,
    /// Whether listing the newest messages of a conversation opens it. It does, unless this is `false`.
    #[serde(default, deserialize_with = "present")]
    pub mark_read: Option<bool>,
}

/// What may be changed in a message: text and attachments by the sender, reactions by everybody for themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessagePatch {
    /// A new text.
    #[serde(default, deserialize_with = "present")]
    pub message: Option<MessageText>,
    /// The reactions after which the caller's own are set.
    #[serde(default)]
    pub reactions: Patch<ReactionLists>,
    /// What goes with it.
    #[serde(default)]
    pub attachments: Patch<AttachmentRefs>,
}

/// Up to where to mark a conversation as read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadUpTo {
    /// One of its messages; absent: the newest.
    #[serde(default)]
    pub message_id: Option<MessageId>,
}
