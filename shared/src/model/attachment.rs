//! Attachments: files in messages.

use std::fmt;

use bytes::Bytes;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::digest::sha256;
use super::file::{FileName, FileSize, MediaType};
use super::file_type::Shown;
use super::id::{AttachmentId, ConversationId, MessageId, SoundId};
use super::link::Link;
use super::patch::present;
use super::timestamp::Timestamp;

/// The most attachments of one message.
const MOST: usize = 30;

/// The public form of an attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Unique.
    pub id: AttachmentId,
    /// The message; null until it is sent.
    pub message_id: Option<MessageId>,
    /// The name of the file.
    pub filename: FileName,
    /// A link that downloads the file. Newly signed in every answer.
    pub file_url: Link,
    /// The type that the file's bytes show, else the announced one.
    pub file_type: MediaType,
    /// The size, in bytes.
    pub file_size: u64,
    /// The width of an image, in pixels.
    pub width: Option<u32>,
    /// The height of an image, in pixels.
    pub height: Option<u32>,
    /// A link with which a page may show the file inline; null for what is no image, audio or video.
    pub preview_url: Option<Link>,
    /// The sound of the catalogue, if it is one.
    pub sound_id: Option<SoundId>,
    /// When the links expire.
    pub expires_at: Timestamp,
    /// When the attachment was created: the time in its id.
    pub created_at: Timestamp,
}

/// The stored form of an attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAttachment {
    /// Unique.
    pub attachment_id: AttachmentId,
    /// What its links lead to.
    pub object: StoredObject,
    /// The name of the file.
    pub filename: FileName,
    /// The type that the file's bytes show, else the announced one.
    pub file_type: MediaType,
    /// Whether the bytes show the type.
    pub is_shown: bool,
    /// The size, in bytes.
    pub file_size: u64,
    /// Width and height of an image, in pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<(u32, u32)>,
}

/// The object behind an attachment. Several attachments may share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredObject {
    /// A file that somebody has uploaded, under the id of the first attachment with it.
    Upload(AttachmentId),
    /// A sound of the catalogue, with the SHA-256 of its original file.
    Sound(SoundId, String),
}

impl StoredAttachment {
    /// The attachment with what its first bytes show.
    #[must_use]
    pub fn looked_at(self, bytes: &[u8]) -> Self {
        let Shown {
            media_type,
            dimensions,
        } = Shown::by(bytes);
        Self {
            is_shown: media_type.is_some(),
            file_type: media_type.unwrap_or(self.file_type),
            dimensions,
            ..self
        }
    }
}

/// An attachment that was just created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewlyCreated {
    /// The attachment.
    #[serde(flatten)]
    pub attachment: Attachment,
    /// Where to upload the file; null if that is done.
    pub upload: Option<Upload>,
}

/// The address for the one direct upload of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Upload {
    /// The method of the request: `PUT`.
    pub method: &'static str,
    /// The address.
    pub url: Link,
    /// The headers that the request must have.
    pub headers: UploadHeaders,
    /// When the address expires.
    pub expires_at: Timestamp,
}

/// The headers of an upload. They are part of the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct UploadHeaders {
    /// The announced type.
    pub content_type: MediaType,
    /// The size of the file, in bytes. Browsers set it themselves.
    pub content_length: String,
    /// `*`: the file is written once.
    pub if_none_match: &'static str,
}

/// A new attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewAttachment {
    /// The file itself.
    File(NewFile),
    /// What will be uploaded directly.
    Announced(AnnouncedFile),
}

/// A file that came with the request.
#[derive(Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The name of the file.
    pub filename: FileName,
    /// The type that the sender gave.
    pub file_type: MediaType,
    /// The content. Not empty.
    pub content: Bytes,
}

/// A file that will be uploaded directly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnouncedFile {
    /// The name of the file.
    pub filename: FileName,
    /// The type. Absent: nothing is known.
    #[serde(default)]
    pub file_type: Option<MediaType>,
    /// The size, in bytes.
    pub file_size: FileSize,
}

impl NewAttachment {
    /// The stored form under this id.
    #[must_use]
    pub fn stored(&self, id: AttachmentId) -> StoredAttachment {
        let (filename, file_type, file_size) = match self {
            Self::File(file) => (&file.filename, file.file_type.clone(), file.content.len() as u64),
            Self::Announced(file) => {
                let file_type = file.file_type.clone().unwrap_or_default();
                (&file.filename, file_type, file.file_size.0)
            }
        };
        let stored = StoredAttachment {
            attachment_id: id,
            object: StoredObject::Upload(id),
            filename: filename.clone(),
            file_type,
            is_shown: false,
            file_size,
            dimensions: None,
        };
        match self {
            Self::File(file) => stored.looked_at(&file.content),
            Self::Announced(_) => stored,
        }
    }
}

// The content of a file is personal data, and large.
impl fmt::Debug for NewFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewFile(…)")
    }
}

/// The parameters that a repeated request must have, too. The content stands for itself by its digest.
impl Serialize for NewAttachment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(file) => {
                (&file.filename, &file.file_type, sha256(&file.content)).serialize(serializer)
            }
            Self::Announced(file) => file.serialize(serializer),
        }
    }
}

/// A filter of attachments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentFilter {
    /// Only attachments of this conversation's messages; absent: the caller's own uploads.
    #[serde(default, deserialize_with = "present")]
    pub conversation_id: Option<ConversationId>,
}

/// Changes to an attachment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentPatch {
    /// A new name.
    #[serde(default, deserialize_with = "present")]
    pub filename: Option<FileName>,
}

/// A reference to a file or sound to attach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum AttachmentRef {
    /// An uploaded file, by its id.
    Attachment(AttachmentId),
    /// Any attachment that the sender can see. The message gets one of its own, with the same file.
    Forward(AttachmentId),
    /// A sound of the catalogue.
    Sound(SoundId),
}

/// The attachments of a new or changed message: at most 30.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AttachmentRefs(Vec<AttachmentRef>);

impl AttachmentRefs {
    /// The references, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[AttachmentRef] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for AttachmentRefs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::deserialize(deserializer)?;
        if list.len() > MOST {
            return Err(de::Error::custom("must be at most 30 attachments"));
        }
        Ok(Self(list))
    }
}

/// Accepts an id, or an object with one of `id`, `forward_id` and `sound_id`.
impl<'de> Deserialize<'de> for AttachmentRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RefVisitor)
    }
}

struct RefVisitor;

impl<'de> Visitor<'de> for RefVisitor {
    type Value = AttachmentRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of an attachment, or an object with id, forward_id or sound_id")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AttachmentRef, E> {
        text.parse().map(AttachmentRef::Attachment).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AttachmentRef, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Given {
            id: Option<AttachmentId>,
            forward_id: Option<AttachmentId>,
            sound_id: Option<SoundId>,
        }
        let Given {
            id,
            forward_id,
            sound_id,
        } = Given::deserialize(MapAccessDeserializer::new(map))?;
        match (id, forward_id, sound_id) {
            (Some(id), None, None) => Ok(AttachmentRef::Attachment(id)),
            (None, Some(id), None) => Ok(AttachmentRef::Forward(id)),
            (None, None, Some(id)) => Ok(AttachmentRef::Sound(id)),
            _ => Err(de::Error::custom(
                "must have exactly one of id, forward_id and sound_id",
            )),
        }
    }
}
