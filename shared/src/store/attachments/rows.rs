//! Rows of attachments and uploads.

use serde::{Deserialize, Serialize};

use super::keys::{UPLOADS_DUE, attachments_of};
use crate::model::{
    AttachmentId, ConversationId, Id, MessageId, Millis, PersonId, StoredAttachment, StoredObject, Timestamp,
};
use crate::store::table::Row;

/// An attachment. This row decides whether it is sent. Once it is, the message's row has a copy of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AttachmentRow {
    pub(crate) file: StoredAttachment,
    /// Who has uploaded or forwarded it.
    pub(crate) owner_id: PersonId,
    /// The message in which it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message_id: Option<MessageId>,
    /// Rises with every change.
    pub(crate) revision: u64,
    /// Once it is sent: the partition of the `inbox` index, that of the conversation's attachments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inbox: Option<String>,
    /// The place in that partition: the own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rank: Option<AttachmentId>,
}

impl Row for AttachmentRow {
    const KIND: &'static str = "attachment";
}

impl AttachmentRow {
    /// An attachment that is not sent.
    pub(crate) fn new(owner: PersonId, file: StoredAttachment) -> Self {
        Self {
            file,
            owner_id: owner,
            message_id: None,
            revision: 0,
            inbox: None,
            rank: None,
        }
    }

    /// The attachment as a part of a message.
    pub(crate) fn sent(self, conversation: ConversationId, message: MessageId) -> Self {
        Self {
            message_id: Some(message),
            inbox: Some(attachments_of(conversation)),
            rank: Some(self.file.attachment_id),
            ..self
        }
    }

    /// Whether it was uploaded, and not forwarded or taken from the catalogue.
    pub(crate) fn is_upload(&self) -> bool {
        self.file.object == StoredObject::Upload(self.file.attachment_id)
    }
}

/// The object of an upload. It stays as long as there are references to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ObjectRow {
    pub(crate) upload_id: AttachmentId,
    pub(crate) owner_id: PersonId,
    pub(crate) file_size: u64,
    /// Rises with every reference that is added.
    pub(crate) revision: u64,
    /// Until when something may be written: the end of the address for the upload, or of the request that uploads.
    pub(crate) written_until: Timestamp,
    /// When it was decided that the object goes. Nothing can refer to it from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) doomed_at: Option<Timestamp>,
}

impl Row for ObjectRow {
    const KIND: &'static str = "object";
}

/// The note of an upload that is not sent, or that was deleted while something could still be written to its address.
/// It counts in its owner's quota.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UploadRow {
    pub(crate) upload_id: AttachmentId,
    pub(crate) owner_id: PersonId,
    pub(crate) file_size: u64,
    /// Whether its object was deleted.
    pub(crate) is_deleted: bool,
    /// The partition of the `inbox` index.
    inbox: String,
    /// The place in the index: when the upload is due to be removed, as an id.
    pub(crate) rank: AttachmentId,
}

impl Row for UploadRow {
    const KIND: &'static str = "upload";
}

impl UploadRow {
    /// The note of an upload that is due at this time.
    pub(crate) fn new(object: &ObjectRow, is_deleted: bool, due: Timestamp) -> Self {
        Self {
            upload_id: object.upload_id,
            owner_id: object.owner_id,
            file_size: object.file_size,
            is_deleted,
            inbox: UPLOADS_DUE.to_owned(),
            rank: due_at(due, object.upload_id.parts().1),
        }
    }
}

/// A place in the order of what is due. `low` tells uploads apart that are due at the same time.
pub(crate) fn due_at(time: Timestamp, low: u64) -> AttachmentId {
    let seconds = u64::try_from(time.0).unwrap_or_default();
    Id::from_parts(Millis(seconds.saturating_mul(1000)), low)
}

/// The work of releasing attachments that a message has lost, or that were deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseWork {
    /// The change by which the attachments were lost. Part of the row's key.
    pub(crate) lost_by: String,
    pub(crate) attachments: Vec<Released>,
    /// When the work was left.
    pub(crate) waiting_since: Timestamp,
}

/// An attachment to release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Released {
    pub(crate) attachment_id: AttachmentId,
    pub(crate) object: StoredObject,
}

impl Row for ReleaseWork {
    const KIND: &'static str = "release";
}

impl From<StoredAttachment> for Released {
    fn from(file: StoredAttachment) -> Self {
        Self {
            attachment_id: file.attachment_id,
            object: file.object,
        }
    }
}
