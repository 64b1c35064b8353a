//! Attachments. Not implemented yet: requests may name attachments, which are refused.

use std::fmt;

use serde::Serialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

use super::id::{AttachmentId, SoundId};

/// The most attachments of one message.
const MOST: usize = 30;

/// A file attached to a message. None exists yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Attachment {}

/// A reference to a file or sound to attach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum AttachmentRef {
    /// An uploaded file, by its id.
    Attachment(AttachmentId),
    /// A sound of the catalogue.
    Sound(SoundId),
}

/// The attachments of a new or changed message: at most 30.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AttachmentRefs(Vec<AttachmentRef>);

impl AttachmentRefs {
    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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

/// Accepts an id, or an object with either `id` or `sound_id`.
impl<'de> Deserialize<'de> for AttachmentRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RefVisitor)
    }
}

struct RefVisitor;

impl<'de> Visitor<'de> for RefVisitor {
    type Value = AttachmentRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of an attachment, or an object with id or sound_id")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AttachmentRef, E> {
        text.parse().map(AttachmentRef::Attachment).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AttachmentRef, A::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Given {
            id: Option<AttachmentId>,
            sound_id: Option<SoundId>,
        }
        match Given::deserialize(MapAccessDeserializer::new(map))? {
            Given {
                id: Some(id),
                sound_id: None,
            } => Ok(AttachmentRef::Attachment(id)),
            Given {
                id: None,
                sound_id: Some(id),
            } => Ok(AttachmentRef::Sound(id)),
            Given { .. } => Err(de::Error::custom("must have either id or sound_id")),
        }
    }
}
