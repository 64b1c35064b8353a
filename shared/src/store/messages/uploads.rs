//! Uploads. Rows come before the object, so that nothing in the bucket is without an owner.

use crate::model::{AttachmentId, FileSize, NewAttachment, NewlyCreated, PersonId, Timestamp};
use crate::store::attachments::keys::{UPLOADS, files_of};
use crate::store::attachments::rows::{AttachmentRow, ObjectRow, UploadRow};
use crate::store::bucket::Bucket;
use crate::store::catalog::audio::ReferenceRow;
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency};
use crate::store::table::{ABSENT, Condition, Key, Range, ReadStore, Store, UpdateExpression};

/// How long an address for an upload lasts, in seconds.
const ADDRESS_LIFE: i64 = 15 * 60;
/// The most seconds that a request takes which uploads a file itself.
const REQUEST_LIFE: i64 = 60;
/// How long an upload may wait for being sent, in seconds.
const UNSENT_LIFE: i64 = 24 * 60 * 60;
/// The most uploads of a person that are not sent.
pub const MOST_UNSENT: usize = 1000;
/// Their most bytes.
pub const MOST_UNSENT_BYTES: u64 = 1 << 30;

impl Store {
    /// Creates an attachment: stores the file, or gives an address for its upload. Two round trips, and for a file one
    /// call to the storage.
    pub async fn create_attachment(
        &self,
        caller: PersonId,
        new: &NewAttachment,
        key: Option<&Idempotency>,
        bucket: &Bucket,
    ) -> Result<Created<NewlyCreated>> {
        let created = self.put_attachment(caller, new, key).await?;
        let id = created.resource;
        let (file, message) = if created.replayed {
            self.attachment(caller, id).await?
        } else {
            (new.stored(id), None)
        };
        // A repeated request does what the first one may not have come to.
        let is_done = match new {
            _ if message.is_some() => true,
            NewAttachment::Announced(_) if created.replayed => bucket.look_at(id).await?.is_some(),
            _ => false,
        };
        let upload = if is_done {
            None
        } else {
            let until = self.now().plus(writing_life(new));
            if created.replayed {
                self.extend_writing(id, until).await?;
            }
            match new {
                NewAttachment::File(given) => {
                    let content = given.content.clone();
                    bucket.put_upload(id, content, &given.file_type).await?;
                    None
                }
                NewAttachment::Announced(_) => {
                    let address = bucket.upload_address(id, &file.file_type, file.file_size, until);
                    Some(address.await?)
                }
            }
        };
        let attachment = bucket.attachment(file, message).await?;
        Ok(created.showing(NewlyCreated { attachment, upload }))
    }

    /// Writes the rows of a new attachment.
    async fn put_attachment(
        &self,
        caller: PersonId,
        new: &NewAttachment,
        key: Option<&Idempotency>,
    ) -> Result<Created<AttachmentId>> {
        self.retry(|| async {
            let (mut records, unsent) =
                tokio::try_join!(self.rows(key.map(Idempotency::row)), self.unsent_uploads(caller))?;
            if let Some(replay) = Idempotency::replay(key, &mut records, self)? {
                return Ok(replay.answer(replay.id));
            }
            let file = new.stored(AttachmentId::of(caller, (self.clock)()));
            require_room(&unsent, file.file_size)?;
            let id = file.attachment_id;
            let now = self.now();
            let object = ObjectRow {
                upload_id: id,
                owner_id: caller,
                file_size: file.file_size,
                revision: 0,
                written_until: now.plus(writing_life(new)),
                doomed_at: None,
            };
            let mut transaction = self.transaction();
            let upload = UploadRow::new(&object, false, now.plus(UNSENT_LIFE));
            transaction.put(&Key::upload(id), &upload, ABSENT)?;
            transaction.put(&Key::object(id), &object, ABSENT)?;
            let reference = ReferenceRow { attachment_id: id };
            transaction.put(&Key::reference(&file.object, id), &reference, ABSENT)?;
            transaction.put(&Key::attachment(id), &AttachmentRow::new(caller, file), ABSENT)?;
            transaction.create(key, id, true).await?;
            Created::read(Ok(id), true)
        })
        .await
    }

    /// Notes until when something may be written, so that it is removed if the upload is deleted.
    async fn extend_writing(&self, id: AttachmentId, until: Timestamp) -> Result<()> {
        let extended = UpdateExpression::default().set("written_until", until)?;
        let remains = Condition::new("attribute_exists(pk) AND attribute_not_exists(doomed_at)");
        let object = self
            .update_row::<ObjectRow>(&Key::object(id), &extended, remains)
            .await?;
        object.map(drop).ok_or(StoreError::missing("attachment"))
    }
}

impl ReadStore {
    /// The caller's uploads that are not sent, and those that were deleted while their address was valid.
    async fn unsent_uploads(&self, caller: PersonId) -> Result<Vec<UploadRow>> {
        let mut uploads: Vec<UploadRow> = self.rows_in(Range::new(files_of(caller), UPLOADS)).await?;
        // Another person may have the same tag.
        uploads.retain(|upload| upload.owner_id == caller);
        Ok(uploads)
    }
}

/// How long something may be written, in seconds.
fn writing_life(new: &NewAttachment) -> i64 {
    match new {
        NewAttachment::File(_) => REQUEST_LIFE,
        NewAttachment::Announced(_) => ADDRESS_LIFE,
    }
}

fn require_room(unsent: &[UploadRow], file_size: u64) -> Result<()> {
    let bytes = unsent.iter().map(|upload| upload.file_size).sum::<u64>();
    if unsent.len() >= MOST_UNSENT || bytes + file_size > MOST_UNSENT_BYTES {
        return Err(StoreError::UploadQuota {
            uploads: unsent.len(),
            bytes,
        });
    }
    Ok(())
}

// One file never exceeds what a person may have.
const _: () = assert!(FileSize::MOST < MOST_UNSENT_BYTES);
