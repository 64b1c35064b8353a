//! Uploads that are never sent: removed after a day. The `inbox` index lists the notes of uploads in the order in which
//! they are due. It may lag, so what it proposes is read again.

use tokio::time::Instant;

use super::keys::UPLOADS_DUE;
use super::rows::{AttachmentRow, Released, UploadRow, due_at};
use crate::model::{AttachmentId, Position, StoredObject, Timestamp};
use crate::store::bucket::Bucket;
use crate::store::error::Result;
use crate::store::table::{Condition, Key, Store};

/// Uploads looked up at a time.
const AT_A_TIME: usize = 100;

impl Store {
    /// Forgets that an upload is not sent, once it is. An upload whose object was deleted stays noted.
    pub(crate) async fn forget_upload(&self, id: AttachmentId) -> Result<()> {
        let not_deleted = Condition::new("is_deleted = :no").with(":no", false)?;
        self.remove(&Key::upload(id), not_deleted).await
    }

    /// Removes the uploads that are due, or all that are not sent, until the time is up. The note of a deleted one stays
    /// as long as something can be written to its address. Gives the number of uploads that were looked at. A failure
    /// does not hold up the others, and is reported in the end.
    pub async fn expire_uploads(&self, all: bool, bucket: &Bucket, until: Instant) -> Result<usize> {
        let now = self.now();
        let (mut count, mut failure, mut place) = (0, Ok(()), due_at(Timestamp(0), 0));
        loop {
            let noted = self.indexed(UPLOADS_DUE.to_owned(), Position::Before(place), AT_A_TIME);
            let mut noted: Vec<UploadRow> = noted.await?;
            noted.retain(|upload| all || upload.rank.created_at() <= now);
            let Some(last) = noted.last() else {
                return failure.map(|()| count);
            };
            place = last.rank;
            for upload in noted {
                failure = failure.and(self.expire_upload(upload.upload_id, bucket).await);
                count += 1;
                if Instant::now() >= until {
                    return failure.map(|()| count);
                }
            }
        }
    }

    /// Removes one upload that is due, unless it is sent. A send at this moment wins or loses as a whole.
    async fn expire_upload(&self, id: AttachmentId, bucket: &Bucket) -> Result<()> {
        let (note, own) = (Key::upload(id), Key::attachment(id));
        let mut rows = self.rows([note.clone(), own.clone()]).await?;
        let Some(upload) = rows.take::<UploadRow>(&note)? else {
            return Ok(());
        };
        if upload.is_deleted {
            // Something may have been written to its address since.
            bucket.delete_upload(id).await?;
            self.forget_object(id).await?;
            if upload.rank.created_at() > self.now() {
                return Ok(());
            }
            let deleted = Condition::new("is_deleted = :yes").with(":yes", true)?;
            return self.remove(&note, deleted).await;
        }
        let attachment: Option<AttachmentRow> = rows.take(&own)?;
        if attachment.is_some_and(|attachment| attachment.message_id.is_some()) {
            return self.forget_upload(id).await;
        }
        let unsent = Condition::new("attribute_exists(pk) AND attribute_not_exists(message_id)");
        self.remove(&own, unsent).await?;
        if self.row::<AttachmentRow>(own).await?.is_some() {
            // It was sent at this moment.
            return self.forget_upload(id).await;
        }
        let released = Released {
            attachment_id: id,
            object: StoredObject::Upload(id),
        };
        self.release_reference(&released, bucket).await
    }
}
