//! Checks of attachments, uploads, and the references that keep objects.

use super::look::Look;
use crate::model::{AttachmentId, StoredObject};
use crate::store::attachments::rows::{AttachmentRow, ObjectRow, ReleaseWork, UploadRow};
use crate::store::catalog::audio::ReferenceRow;
use crate::store::conversations::purge::PurgeWork;
use crate::store::conversations::rows::MessageRow;
use crate::store::error::Result;
use crate::store::table::{Item, Key, Range, Store, is_kind};
use crate::store::work::work_partition;

impl Store {
    pub(crate) async fn look_at_attachment(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(attachment) = look.read::<AttachmentRow>(key, item) else {
            return Ok(());
        };
        let id = attachment.file.attachment_id;
        let at_home = *key == Key::attachment(id);
        look.check(
            at_home,
            key,
            "An attachment stands at the key of its id.",
            "Delete this row.",
        );
        let object = match &attachment.file.object {
            StoredObject::Upload(upload) => Key::object(*upload),
            StoredObject::Sound(_, audio) => Key::audio(audio),
        };
        let reference = Key::reference(&attachment.file.object, id);
        let mut rows = self.rows([object.clone(), reference.clone()]).await?;
        let mut remains = rows.has(&reference) && rows.has(&object);
        if let Some(object) = rows.take_if::<ObjectRow>(&object)? {
            remains &= object.doomed_at.is_none();
        }
        let fits = match attachment.message_id {
            Some(message) => {
                let message: Option<MessageRow> = self.related(Key::message(message)).await?;
                message.is_some_and(|message| message.attachment(id) == Some(&attachment.file))
            }
            None => self.related::<UploadRow>(Key::upload(id)).await?.is_some(),
        };
        if remains && fits {
            return Ok(());
        }
        let is_leaving = self.is_leaving(&attachment).await?;
        look.check(
            remains || is_leaving,
            key,
            "An attachment has an object that remains, and a reference to it.",
            "Its file is lost: let its owner delete it.",
        );
        look.check(
            fits || is_leaving,
            key,
            "An attachment is in the message that it names, as it is there, or its upload is noted as not sent.",
            "Put a RELEASE row in the partition WORK, with this attachment and its object.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_object(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        if is_kind::<ReferenceRow>(&item) {
            return self.look_at_reference(look, key, item).await;
        }
        let Some(object) = look.read::<ObjectRow>(key, item) else {
            return Ok(());
        };
        let (_, references) = self.references_to(object.upload_id).await?;
        let upload: Option<UploadRow> = self.related(Key::upload(object.upload_id)).await?;
        let is_kept = !references.is_empty() || upload.is_some();
        look.check(
            is_kept || self.leaves_by_work(object.upload_id).await?,
            key,
            "An object has a reference, or the note that its upload is not sent.",
            "Put a RELEASE row in the partition WORK, with this upload.",
        );
        Ok(())
    }

    async fn look_at_reference(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(reference) = look.read::<ReferenceRow>(key, item) else {
            return Ok(());
        };
        let id = reference.attachment_id;
        let attachment: Option<AttachmentRow> = self.related(Key::attachment(id)).await?;
        let fits = match attachment {
            Some(attachment) => Key::reference(&attachment.file.object, id) == *key,
            None => {
                self.leaves_by_work(id).await? || self.related::<UploadRow>(Key::upload(id)).await?.is_some()
            }
        };
        look.check(
            fits,
            key,
            "A reference is of an attachment that has this object.",
            "Put a RELEASE row in the partition WORK, with this attachment and object.",
        );
        Ok(())
    }

    pub(crate) async fn look_at_upload(&self, look: &mut Look, key: &Key, item: Item) -> Result<()> {
        let Some(upload) = look.read::<UploadRow>(key, item) else {
            return Ok(());
        };
        let attachment: Option<AttachmentRow> = self.related(Key::attachment(upload.upload_id)).await?;
        let fits = *key == Key::upload(upload.upload_id) && !(upload.is_deleted && attachment.is_some());
        look.check(
            fits,
            key,
            "The note of an upload stands at its id, and a deleted one has no attachment.",
            "Delete this row.",
        );
        Ok(())
    }

    /// Whether work waits that releases the attachment.
    async fn is_leaving(&self, attachment: &AttachmentRow) -> Result<bool> {
        if self.leaves_by_work(attachment.file.attachment_id).await? {
            return Ok(true);
        }
        let Some(message) = attachment.message_id else {
            return Ok(false);
        };
        let message: Option<MessageRow> = self.related(Key::message(message)).await?;
        let Some(message) = message else {
            return Ok(false);
        };
        let purge: Option<PurgeWork> = self.related(Key::purge(message.conversation_id)).await?;
        Ok(purge.is_some())
    }

    async fn leaves_by_work(&self, id: AttachmentId) -> Result<bool> {
        let waiting: Vec<ReleaseWork> = self.rows_in(Range::new(work_partition(), "RELEASE#")).await?;
        let mut waiting = waiting.iter().flat_map(|work| &work.attachments);
        Ok(waiting.any(|released| released.attachment_id == id))
    }
}
