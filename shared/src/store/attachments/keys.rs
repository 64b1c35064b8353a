//! Keys of attachments and uploads. One partition, that of the owner's tag, holds all files of a person.

use std::fmt::Display;

use crate::model::{AttachmentId, ConversationId, PersonId, StoredObject};
use crate::store::table::Key;

/// Sort key prefix of attachments; the id follows.
pub(crate) const ATTACHMENTS: &str = "ATTACHMENT#";
/// Sort key prefix of uploads that are not sent; the id follows.
pub(crate) const UPLOADS: &str = "UPLOAD#";
/// The partition of the `inbox` index that contains all uploads that are not sent, in the order in which they are due.
pub(crate) const UPLOADS_DUE: &str = "UPLOADS";

impl Key {
    /// An attachment.
    pub(crate) fn attachment(id: AttachmentId) -> Self {
        Self::new(files_partition(id), format_args!("{ATTACHMENTS}{id}"))
    }

    /// The object of an upload. The references to it sort right after it.
    pub(crate) fn object(upload: AttachmentId) -> Self {
        Self::new(files_partition(upload), format_args!("OBJECT#{upload}"))
    }

    /// An attachment's reference to its object.
    pub(crate) fn reference(object: &StoredObject, attachment: AttachmentId) -> Self {
        match object {
            StoredObject::Upload(id) => {
                Self::new(files_partition(*id), format_args!("OBJECT#{id}#{attachment}"))
            }
            StoredObject::Sound(_, audio) => {
                Self::new(Self::audio(audio).pk, format_args!("REFERENCE#{attachment}"))
            }
        }
    }

    /// The note of an upload that is not sent.
    pub(crate) fn upload(id: AttachmentId) -> Self {
        Self::new(files_partition(id), format_args!("{UPLOADS}{id}"))
    }

    /// The work of releasing attachments.
    pub(crate) fn release(what: impl Display) -> Self {
        Self::work("RELEASE", what)
    }
}

/// The partition of the files of a person, by the id of one of them.
pub(crate) fn files_partition(id: AttachmentId) -> String {
    format!("FILES#{}", id.tag())
}

/// The partition of a person's files.
pub(crate) fn files_of(person: PersonId) -> String {
    files_partition(person.cast())
}

/// The partition of the `inbox` index that contains the attachments of a conversation.
pub(crate) fn attachments_of(conversation: ConversationId) -> String {
    format!("FILES#{conversation}")
}
