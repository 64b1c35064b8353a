//! Conversations.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::id::{ConversationId, GroupId, MessageId, PersonId};
use super::patch::{Patch, present};
use super::timestamp::Timestamp;

/// A conversation as one of its participants sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Conversation {
    /// Unique.
    pub id: ConversationId,
    /// The other person of a conversation of two. Exactly one of `contact_id` and `group_id` is set.
    pub contact_id: Option<PersonId>,
    /// The group to which the conversation belongs.
    pub group_id: Option<GroupId>,
    /// The pinned message, the same for all participants.
    pub pinned_message_id: Option<MessageId>,
    /// Whether the caller pinned the conversation.
    pub is_pinned: bool,
    /// Whether the caller muted the conversation.
    pub is_muted: bool,
    /// When the newest message was sent, the same for all participants.
    pub last_active_at: Option<Timestamp>,
    /// When the caller last opened the conversation.
    pub last_opened_at: Option<Timestamp>,
    /// When the conversation was created, the same for all participants.
    pub created_at: Timestamp,
    /// When the caller archived the conversation.
    pub archived_at: Option<Timestamp>,
    /// The number of messages of others after the last one that the caller marked as read.
    pub unread_count: u64,
}

/// The partner of a new conversation: one of `contact_id` and `group_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ConversationWith {
    /// One of the caller's contacts.
    Contact(PersonId),
    /// A group of which the caller is a member.
    Group(GroupId),
}

impl<'de> Deserialize<'de> for ConversationWith {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Given {
            contact_id: Option<PersonId>,
            group_id: Option<GroupId>,
        }
        match Given::deserialize(deserializer)? {
            Given {
                contact_id: Some(id),
                group_id: None,
            } => Ok(Self::Contact(id)),
            Given {
                contact_id: None,
                group_id: Some(id),
            } => Ok(Self::Group(id)),
            Given {
                contact_id: None,
                group_id: None,
            } => Err(de::Error::missing_field("contact_id")),
            Given { .. } => Err(de::Error::custom(
                "must have either contact_id or group_id, not both",
            )),
        }
    }
}

/// A filter of conversations. `true`: only those; `false`: only the others; absent: all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationFilter {
    /// Muted by the caller.
    #[serde(default, deserialize_with = "present")]
    pub muted: Option<bool>,
    /// In the caller's archive.
    #[serde(default, deserialize_with = "present")]
    pub archived: Option<bool>,
    /// Pinned by the caller.
    #[serde(default, deserialize_with = "present")]
    pub pinned: Option<bool>,
    /// The conversation of this group.
    #[serde(default, deserialize_with = "present")]
    pub group_id: Option<GroupId>,
}

/// Changes to a conversation by a participant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationPatch {
    /// The pinned message, which must be in this conversation. Shared by all participants.
    #[serde(default)]
    pub pinned_message_id: Patch<MessageId>,
    /// Whether the caller pins the conversation.
    #[serde(default, deserialize_with = "present")]
    pub is_pinned: Option<bool>,
    /// Whether the caller mutes the conversation.
    #[serde(default, deserialize_with = "present")]
    pub is_muted: Option<bool>,
    /// When the caller archived the conversation; null takes it out of the archive.
    #[serde(default)]
    pub archived_at: Patch<Timestamp>,
}
