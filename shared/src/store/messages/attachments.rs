//! Single attachments, and lists of them. Once an attachment is sent it is a part of its message: who can see the
//! message sees it, and a change of it is a change of the message.

use super::attach::Visible;
use super::message::take_message;
use crate::model::{
    AttachmentFilter, AttachmentId, AttachmentPatch, FileName, MessageId, Page, PageRequest, PersonId,
    Position, StoredAttachment,
};
use crate::store::attachments::keys::{ATTACHMENTS, attachments_of, files_of};
use crate::store::attachments::rows::AttachmentRow;
use crate::store::conversations::rows::{MessageRow, of};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Attempt, Condition, Key, Range, ReadStore, Store, id_place};

/// An attachment with the message in which it was sent.
type WithMessage = (StoredAttachment, Option<MessageId>);

/// The most attachments read at once while few of them are uploads.
const LARGEST_READ: usize = 1000;

impl ReadStore {
    /// One attachment. Two round trips; one if it is not sent.
    pub async fn attachment(&self, caller: PersonId, id: AttachmentId) -> Result<WithMessage> {
        let row = self.attachment_row(id).await?;
        let message = row.message_id;
        match self.visible_to(caller, vec![row]).await?.remove(&id) {
            Some(Visible::Own(row)) => Ok((row.file, None)),
            Some(Visible::Sent(file)) => Ok((file, message)),
            None => Err(StoreError::missing("attachment")),
        }
    }

    /// The attachments of a conversation, or the caller's own uploads, newest first. One round trip. A conversation's
    /// are read from an index, which may lag.
    pub async fn attachments(
        &self,
        caller: PersonId,
        filter: &AttachmentFilter,
        page: PageRequest,
    ) -> Result<Page<WithMessage>> {
        let place: Position<AttachmentId> = id_place(&page)?;
        let wanted = page.limit + 1;
        let found = match filter.conversation_id {
            Some(id) => {
                let listed = self.indexed(attachments_of(id), place, wanted);
                let (_, found) = tokio::try_join!(self.participant(caller, id), listed)?;
                found
            }
            None => {
                self.uploads(caller, own_place(caller, &page, place)?, wanted)
                    .await?
            }
        };
        let page = Page::of(found, page.limit, place.is_backwards(), |row: &AttachmentRow| {
            row.file.attachment_id.to_string()
        });
        Ok(page.map(|row| (row.file, row.message_id)))
    }

    /// An attachment that exists.
    pub(crate) async fn attachment_row(&self, id: AttachmentId) -> Result<AttachmentRow> {
        let row = self.row(Key::attachment(id)).await?;
        row.ok_or(StoreError::missing("attachment"))
    }

    /// Up to `wanted` uploads of the caller's beyond a position, in the direction of travel.
    async fn uploads(
        &self,
        caller: PersonId,
        mut place: Position<AttachmentId>,
        wanted: usize,
    ) -> Result<Vec<AttachmentRow>> {
        let (mut found, mut next_read) = (Vec::new(), wanted);
        loop {
            let range = Range::new(files_of(caller), ATTACHMENTS)
                .from(place.map(Key::attachment))
                .limit(next_read);
            let read: Vec<AttachmentRow> = self.rows_in(range).await?;
            let is_all = read.len() < next_read;
            if let Some(last) = read.last() {
                let last = last.file.attachment_id;
                place = if place.is_backwards() {
                    Position::Before(last)
                } else {
                    Position::After(last)
                };
            }
            // Forwards stand here, too, and the files of another person with the same tag.
            found.extend(
                read.into_iter()
                    .filter(|row| row.owner_id == caller && row.is_upload()),
            );
            if is_all || found.len() >= wanted {
                found.truncate(wanted);
                return Ok(found);
            }
            next_read = (next_read * 2).min(LARGEST_READ);
        }
    }
}

/// A position in the caller's own list: an id that one of their attachments could have.
fn own_place(
    caller: PersonId,
    page: &PageRequest,
    place: Position<AttachmentId>,
) -> Result<Position<AttachmentId>> {
    let param = page.position.parameter();
    place.try_map(|id| {
        let is_own = id.tag() == caller.tag();
        is_own.then_some(id).ok_or(StoreError::CursorInvalid { param })
    })
}

impl Store {
    /// Changes an attachment. Only for its owner. Of a sent one this changes the message. Three round trips.
    pub async fn update_attachment(
        &self,
        caller: PersonId,
        id: AttachmentId,
        patch: &AttachmentPatch,
    ) -> Result<WithMessage> {
        self.retry(|| async {
            let row = self.attachment_row(id).await?;
            let name = patch.filename.as_ref().filter(|name| **name != row.file.filename);
            match self.owned(caller, row).await? {
                Owned::Unsent(row) => self.rename_unsent(row, name).await,
                Owned::Sent(row, message) => self.rename_sent(caller, row, *message, name).await,
            }
        })
        .await
    }

    /// Deletes an attachment with its file. Only for its owner. Of a sent one this changes the message, which must not
    /// be empty then. Three round trips.
    pub async fn delete_attachment(&self, caller: PersonId, id: AttachmentId) -> Result<()> {
        self.retry(|| async {
            let row = self.attachment_row(id).await?;
            match self.owned(caller, row).await? {
                Owned::Unsent(row) => {
                    let mut transaction = self.transaction();
                    transaction.delete(&Key::attachment(id), as_read(&row)?)?;
                    transaction.release(id, [row.file])?;
                    transaction.commit_or_retry().await
                }
                Owned::Sent(_, before) => {
                    let mut message = (*before).clone();
                    message.attachments.retain(|file| file.attachment_id != id);
                    if message.is_empty() {
                        return Err(StoreError::NothingLeft.into());
                    }
                    self.change_with(caller, *before, message, None).await.map(drop)
                }
            }
        })
        .await
    }

    /// The attachment with its message, for its owner. One that others can see is refused to them.
    async fn owned(&self, caller: PersonId, row: AttachmentRow) -> Result<Owned> {
        let missing = StoreError::missing("attachment");
        let Some(message_id) = row.message_id else {
            let is_own = row.owner_id == caller;
            return is_own.then_some(Owned::Unsent(row)).ok_or(missing);
        };
        let own = Key::participant(message_id.cast(), caller);
        let mut rows = self.rows([Key::message(message_id), own]).await?;
        let message = match take_message(&mut rows, caller, message_id) {
            Ok((message, _)) if message.attachment(row.file.attachment_id).is_some() => message,
            Ok(_) | Err(StoreError::Missing { .. }) => return Err(missing),
            Err(error) => return Err(error),
        };
        if row.owner_id != caller {
            return Err(StoreError::NotAllowed(
                "Only its uploader may change or delete an attachment.",
            ));
        }
        Ok(Owned::Sent(row, Box::new(message)))
    }

    async fn rename_unsent(&self, before: AttachmentRow, name: Option<&FileName>) -> Attempt<WithMessage> {
        let Some(name) = name else {
            return Ok((before.file, None));
        };
        let row = renamed(before.clone(), name);
        let mut transaction = self.transaction();
        let key = Key::attachment(row.file.attachment_id);
        transaction.replace(&key, Some(&before), &row, as_read(&before)?)?;
        transaction.commit_or_retry().await?;
        Ok((row.file, None))
    }

    async fn rename_sent(
        &self,
        caller: PersonId,
        before: AttachmentRow,
        message: MessageRow,
        name: Option<&FileName>,
    ) -> Attempt<WithMessage> {
        let id = message.message_id;
        let Some(name) = name else {
            return Ok((before.file, Some(id)));
        };
        let row = renamed(before.clone(), name);
        let mut changed = message.clone();
        for file in &mut changed.attachments {
            if file.attachment_id == row.file.attachment_id {
                file.filename = name.clone();
            }
        }
        self.change_with(caller, message, changed, Some((before, row.clone())))
            .await?;
        Ok((row.file, Some(id)))
    }

    /// Writes a changed message, and with it the attachment that was changed. What the message has lost is released.
    async fn change_with(
        &self,
        caller: PersonId,
        before: MessageRow,
        mut after: MessageRow,
        attachment: Option<(AttachmentRow, AttachmentRow)>,
    ) -> Attempt<()> {
        after.updated_at = Some(self.now());
        let mut transaction = self.transaction();
        let own = Key::participant(before.message_id.cast(), caller);
        transaction.condition_check(&own, of(before.conversation_id)?)?;
        transaction.change(before, &mut after)?;
        if let Some((before, after)) = attachment {
            let key = Key::attachment(after.file.attachment_id);
            transaction.replace(&key, Some(&before), &after, as_read(&before)?)?;
        }
        transaction.commit_or_retry().await
    }
}

/// An attachment of the caller's.
enum Owned {
    Unsent(AttachmentRow),
    /// With the message that has it.
    Sent(AttachmentRow, Box<MessageRow>),
}

fn renamed(row: AttachmentRow, name: &FileName) -> AttachmentRow {
    let mut row = row;
    row.file.filename = name.clone();
    row.revision += 1;
    row
}

/// Condition: the row is as it was read.
fn as_read(row: &AttachmentRow) -> Result<Condition> {
    Condition::new("revision = :before").with(":before", row.revision)
}
