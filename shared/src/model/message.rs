//! Messages.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::attachment::{AttachmentRefs, StoredAttachment};
use super::id::{ConversationId, MessageId};
use super::patch::{Patch, present};
use super::person::Person;
use super::reaction::{ReactionLists, Reactions};
use super::text::MessageText;
use super::timestamp::Timestamp;

/// A message. All participants see the same. Its attachments are of the type `A`: stored ones, until the bucket has
/// signed their links.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message<A = StoredAttachment> {
    /// Unique. Within a conversation, ids are in the order of commits.
    pub id: MessageId,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The sender, with their present data.
    pub contact: Person,
    /// The text. Empty only with an attachment.
    #[serde(serialize_with = "or_empty")]
    pub message: Option<MessageText>,
    /// The reactions, with the people who reacted.
    pub reactions: Reactions,
    /// The attachments, in the sender's order.
    pub attachments: Vec<A>,
    /// When somebody other than the sender first opened the conversation up to this message.
    pub read_at: Option<Timestamp>,
    /// When the message was sent: the time in its id.
    pub created_at: Timestamp,
    /// When the sender last changed the text or the attachments; none if never. Reactions do not count.
    pub updated_at: Option<Timestamp>,
}

impl<A> Message<A> {
    /// Converts every attachment; the conversion may fail.
    pub fn try_map<B, E>(self, turn: impl FnMut(A) -> Result<B, E>) -> Result<Message<B>, E> {
        Ok(Message {
            id: self.id,
            conversation_id: self.conversation_id,
            contact: self.contact,
            message: self.message,
            reactions: self.reactions,
            attachments: self.attachments.into_iter().map(turn).collect::<Result<_, _>>()?,
            read_at: self.read_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The text. None only with an attachment.
    #[serde(deserialize_with = "text_or_none")]
    pub message: Option<MessageText>,
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
    /// A new text. It may be removed if an attachment is left.
    #[serde(default, deserialize_with = "patched_text")]
    pub message: Patch<MessageText>,
    /// Reaction lists. The caller's own reactions are set as in these lists.
    #[serde(default)]
    pub reactions: Patch<ReactionLists>,
    /// The new attachments. Those that the message has and that are not among them are freed.
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

/// A text, or none: `null` or an empty string.
fn text_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MessageText>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty());
    text.map(MessageText::try_from)
        .transpose()
        .map_err(de::Error::custom)
}

fn patched_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patch<MessageText>, D::Error> {
    Ok(text_or_none(deserializer)?.map_or(Patch::Null, Patch::Value))
}

#[expect(clippy::ref_option, reason = "as serde passes it")]
fn or_empty<S: serde::Serializer>(text: &Option<MessageText>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.as_ref().map_or("", MessageText::as_str))
}
