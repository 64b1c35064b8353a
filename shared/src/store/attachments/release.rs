//! Releasing attachments: their rows and references go, and an object goes with the last reference to it.
//!
//! References are rows and not a count, so releasing twice takes nothing twice. Between the look at the references and
//! the decision that the object goes, somebody may forward it: that raises the object's revision, and refuses the
//! decision.

use std::fmt::Display;

use futures_util::stream::{self, TryStreamExt as _};

use super::keys::files_partition;
use super::rows::{ObjectRow, ReleaseWork, Released, UploadRow};
use crate::model::{AttachmentId, StoredObject};
use crate::store::bucket::Bucket;
use crate::store::catalog::audio::ReferenceRow;
use crate::store::error::Result;
use crate::store::table::{
    Again, Attempt, Condition, Key, Range, Store, Transaction, UpdateExpression, decode, encode, is_kind,
};
use crate::store::work::Progress;

/// How long after the end of its address an upload may still arrive, in seconds.
const WRITING_MARGIN: i64 = 60 * 60;
/// Attachments released concurrently.
const AT_ONCE: usize = 8;

impl Transaction<'_> {
    /// Leaves the work of releasing attachments, if there are any. `lost_by` names the change, and no other.
    pub(crate) fn release(
        &mut self,
        lost_by: impl Display,
        attachments: impl IntoIterator<Item = impl Into<Released>>,
    ) -> Result<()> {
        let attachments: Vec<Released> = attachments.into_iter().map(Into::into).collect();
        if attachments.is_empty() {
            return Ok(());
        }
        let work = ReleaseWork {
            lost_by: lost_by.to_string(),
            attachments,
            waiting_since: self.store.now(),
        };
        self.put(&Key::release(&work.lost_by), &work, Condition::none())?;
        Ok(())
    }
}

impl Store {
    /// Releases the attachments of a work row, and removes the row. They are those of one message, so there is always
    /// time for all of them.
    pub(crate) async fn release_all(&self, work: &ReleaseWork, bucket: &Bucket) -> Result<Progress> {
        self.release(work.attachments.clone(), bucket).await?;
        self.remove(&Key::release(&work.lost_by), Condition::none())
            .await?;
        Ok(Progress::Done)
    }

    /// Releases attachments that no message has any more.
    pub(crate) async fn release(&self, attachments: Vec<Released>, bucket: &Bucket) -> Result<()> {
        stream::iter(attachments.into_iter().map(Ok))
            .try_for_each_concurrent(AT_ONCE, |released| async move {
                self.remove(&Key::attachment(released.attachment_id), Condition::none())
                    .await?;
                self.release_reference(&released, bucket).await
            })
            .await
    }

    /// Removes an attachment's reference, and the object if it was the last one. Audio of the catalogue is removed by
    /// the import.
    pub(crate) async fn release_reference(&self, released: &Released, bucket: &Bucket) -> Result<()> {
        let reference = Key::reference(&released.object, released.attachment_id);
        self.remove(&reference, Condition::none()).await?;
        let StoredObject::Upload(id) = released.object else {
            return Ok(());
        };
        let doomed = self.retry(|| async {
            // Read after the own reference has gone: of two that go at once, the later one sees none.
            let (object, references) = self.references_to(id).await?;
            match object {
                Some(object) if references.is_empty() => self.doom(object).await.map(Some),
                _ => Ok(None),
            }
        });
        match doomed.await? {
            Some(object) => self.remove_object(&object, bucket).await,
            // A forward has the object now.
            None if id == released.attachment_id => self.forget_upload(id).await,
            None => Ok(()),
        }
    }

    /// The object of an upload, if it remains, and then the references to it.
    pub(crate) async fn references_to(
        &self,
        id: AttachmentId,
    ) -> Result<(Option<ObjectRow>, Vec<ReferenceRow>)> {
        let (mut object, mut references) = (None, Vec::new());
        // Ascending, so that the object is read before its references.
        let ascending = Range::new(files_partition(id), Key::object(id).sk).ascending();
        for item in self.items_in(ascending).await? {
            if is_kind::<ObjectRow>(&item) {
                object = Some(decode(item)?);
            } else {
                references.push(decode(item)?);
            }
        }
        Ok((object, references))
    }

    /// Decides that the object goes, unless something has referred to it since it was read.
    async fn doom(&self, object: ObjectRow) -> Attempt<ObjectRow> {
        if object.doomed_at.is_some() {
            return Ok(object);
        }
        let doomed = UpdateExpression::default().set("doomed_at", self.now())?;
        let unchanged = Condition::new("revision = :before").with(":before", object.revision)?;
        let doomed = self
            .update_row(&Key::object(object.upload_id), &doomed, unchanged)
            .await?;
        doomed.ok_or_else(|| Again::after("a forward").into())
    }

    /// Deletes a doomed object. While something can still be written to its address, the note of the upload stays.
    async fn remove_object(&self, object: &ObjectRow, bucket: &Bucket) -> Result<()> {
        let id = object.upload_id;
        let note = Key::upload(id);
        let end = object.written_until.plus(WRITING_MARGIN);
        let may_be_written = end > self.now();
        if may_be_written {
            self.put_all([encode(&note, &UploadRow::new(object, true, end))])
                .await?;
        }
        bucket.delete_upload(id).await?;
        self.forget_object(id).await?;
        // Last: of an upload that is never sent, nothing else is left to find.
        if may_be_written {
            return Ok(());
        }
        self.remove(&note, Condition::none()).await
    }

    /// Removes the row of a doomed object.
    pub(crate) async fn forget_object(&self, id: AttachmentId) -> Result<()> {
        let doomed = Condition::new("attribute_exists(doomed_at)");
        self.remove(&Key::object(id), doomed).await
    }
}
