//! Attaching files to a message: what the sender named becomes rows of the message's transaction.
//!
//! An upload is looked at before it is sent, and can't be written again: what was looked at is what is served.

use std::collections::{HashMap, HashSet};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::model::{
    AttachmentId, AttachmentRef, AttachmentRefs, ConversationId, FileName, Looked, MediaType, MessageId,
    PersonId, SoundId, StoredAttachment, StoredObject, StoredSound,
};
use crate::store::attachments::rows::AttachmentRow;
use crate::store::bucket::{Bucket, file_name};
use crate::store::catalog::audio::ReferenceRow;
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::{Result, StoreError};
use crate::store::table::{
    ABSENT, Cancellation, Check, Condition, EXISTS, Key, ReadStore, Rows, Transaction, UpdateExpression,
};

/// The rule that a file breaks which is named twice.
const TWICE: &str = "must not be a file that was named before";

/// Uploads looked at concurrently.
const LOOKS_AT_ONCE: usize = 8;

/// A file that a message gets or keeps.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    pub(crate) file: StoredAttachment,
    how: How,
}

/// How a message comes to a file.
#[derive(Clone, Debug)]
enum How {
    /// It has it already.
    Kept,
    /// An upload of the sender's, as it was read.
    Uploaded(Box<AttachmentRow>),
    /// A new attachment of the sender's, with the object of another one or of a sound.
    Shared,
}

/// What was read of the files that a sender named.
struct Found {
    rows: Rows,
    /// The uploads that were looked at.
    looked: HashMap<AttachmentId, Looked>,
    sounds: HashMap<SoundId, StoredSound>,
}

/// The checks of a message's attachments, each with its place among them.
pub(crate) struct AttachChecks(Vec<(usize, How, Check)>);

impl ReadStore {
    /// The files that these references name, in their order. `kept` are those that the message has. Two round trips if
    /// something is forwarded, otherwise one; beside it one call to the storage for each upload.
    pub(crate) async fn attach(
        &self,
        caller: PersonId,
        refs: &AttachmentRefs,
        kept: &[StoredAttachment],
        bucket: &Bucket,
    ) -> Result<Vec<Attached>> {
        let refs = refs.as_slice();
        for (at, reference) in refs.iter().enumerate() {
            if refs[..at].contains(reference) {
                return Err(StoreError::invalid(param(at), TWICE));
            }
        }
        let is_kept = |id: AttachmentId| kept.iter().any(|file| file.attachment_id == id);
        let found = self.find_named(refs, is_kept, bucket).await?;
        let visible = self.visible(caller, refs, &found.rows).await?;
        let mut attached: Vec<Attached> = Vec::with_capacity(refs.len());
        for (at, reference) in refs.iter().enumerate() {
            let missing = || StoreError::missing_in(param(at), "attachment");
            let (file, how) = match *reference {
                AttachmentRef::Attachment(id) if is_kept(id) => {
                    let file = kept.iter().find(|file| file.attachment_id == id).cloned();
                    (file.ok_or_else(missing)?, How::Kept)
                }
                AttachmentRef::Attachment(id) => {
                    let row: Option<AttachmentRow> = found.rows.get(&Key::attachment(id))?;
                    let row = row.filter(|row| row.owner_id == caller).ok_or_else(missing)?;
                    let file = looked_at(&row, found.looked.get(&id), at)?;
                    (file, How::Uploaded(Box::new(row)))
                }
                AttachmentRef::Forward(id) => {
                    let file = match visible.get(&id).ok_or_else(missing)? {
                        Visible::Sent(file) => file.clone(),
                        Visible::Own(row) => looked_at(row, bucket.look_at(id).await?.as_ref(), at)?,
                    };
                    (self.shared(caller, file), How::Shared)
                }
                AttachmentRef::Sound(id) => {
                    let sound = found.sounds.get(&id);
                    let sound = sound.ok_or_else(|| StoreError::missing_in(param(at), "sound"))?;
                    (self.shared(caller, of_sound(sound)?), How::Shared)
                }
            };
            if attached.iter().any(|other| other.file.object == file.object) {
                return Err(StoreError::invalid(param(at), TWICE));
            }
            attached.push(Attached { file, how });
        }
        Ok(attached)
    }

    /// Reads everything that is named, and looks at the uploads beside it.
    async fn find_named(
        &self,
        refs: &[AttachmentRef],
        is_kept: impl Fn(AttachmentId) -> bool,
        bucket: &Bucket,
    ) -> Result<Found> {
        // A set, since a file may be sent and forwarded at once. That is refused later.
        let (mut keys, mut uploads, mut sounds) = (HashSet::new(), Vec::new(), Vec::new());
        for reference in refs {
            match *reference {
                AttachmentRef::Attachment(id) if is_kept(id) => {}
                AttachmentRef::Attachment(id) => {
                    keys.insert(Key::attachment(id));
                    uploads.push(id);
                }
                AttachmentRef::Forward(id) => {
                    keys.insert(Key::attachment(id));
                }
                AttachmentRef::Sound(id) => sounds.push(id),
            }
        }
        let looks = stream::iter(uploads)
            .map(async |id| Ok::<_, StoreError>((id, bucket.look_at(id).await?)))
            .buffer_unordered(LOOKS_AT_ONCE)
            .try_collect::<Vec<_>>();
        let (rows, looked, sounds) = tokio::try_join!(self.rows(keys), looks, self.sounds_by_id(&sounds))?;
        let looked = looked.into_iter().filter_map(|(id, looked)| Some((id, looked?)));
        Ok(Found {
            rows,
            looked: looked.collect(),
            sounds,
        })
    }

    /// The attachments to forward, those that the caller can see.
    async fn visible(
        &self,
        caller: PersonId,
        refs: &[AttachmentRef],
        rows: &Rows,
    ) -> Result<HashMap<AttachmentId, Visible>> {
        let mut named = Vec::new();
        for reference in refs {
            if let AttachmentRef::Forward(id) = reference {
                named.extend(rows.get::<AttachmentRow>(&Key::attachment(*id))?);
            }
        }
        self.visible_to(caller, named).await
    }

    /// Those of these attachments that the caller can see: own uploads, and what is in a message of a conversation in
    /// which the caller takes part. One round trip, none for own uploads.
    pub(crate) async fn visible_to(
        &self,
        caller: PersonId,
        named: Vec<AttachmentRow>,
    ) -> Result<HashMap<AttachmentId, Visible>> {
        let messages = named.iter().filter_map(|row| row.message_id);
        let keys: HashSet<_> = messages
            .flat_map(|message| [Key::message(message), Key::participant(message.cast(), caller)])
            .collect();
        let found = self.rows(keys).await?;
        let mut visible = HashMap::new();
        for row in named {
            let id = row.file.attachment_id;
            let Some(message_id) = row.message_id else {
                if row.owner_id == caller {
                    visible.insert(id, Visible::Own(row));
                }
                continue;
            };
            let message: Option<MessageRow> = found.get(&Key::message(message_id))?;
            let participant: Option<ParticipantRow> =
                found.get(&Key::participant(message_id.cast(), caller))?;
            if let (Some(message), Some(participant)) = (message, participant)
                && participant.conversation_id == message.conversation_id
                && let Some(file) = message.attachment(id)
            {
                visible.insert(id, Visible::Sent(file.clone()));
            }
        }
        Ok(visible)
    }

    /// A new attachment of the caller's with the same object.
    fn shared(&self, caller: PersonId, file: StoredAttachment) -> StoredAttachment {
        StoredAttachment {
            attachment_id: AttachmentId::of(caller, (self.clock)()),
            ..file
        }
    }
}

/// An attachment that somebody can see.
pub(crate) enum Visible {
    /// An own upload that is not sent.
    Own(AttachmentRow),
    /// As it is in a message.
    Sent(StoredAttachment),
}

impl Transaction<'_> {
    /// Makes files parts of a message of this owner's. Each upload goes from its owner to the message; what is shared
    /// gets a reference, so that the object stays.
    pub(crate) fn attach(
        &mut self,
        attached: &[Attached],
        owner: PersonId,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<AttachChecks> {
        let mut checks = Vec::new();
        for (at, Attached { file, how }) in attached.iter().enumerate() {
            let id = file.attachment_id;
            let own = Key::attachment(id);
            let check = match how {
                How::Kept => continue,
                How::Uploaded(before) => {
                    let row = AttachmentRow {
                        file: file.clone(),
                        revision: before.revision + 1,
                        ..(**before).clone()
                    };
                    let row = row.sent(conversation, message);
                    let unsent = Condition::new("attribute_not_exists(message_id) AND revision = :before");
                    let unsent = unsent.with(":before", before.revision)?;
                    self.replace(&own, Some(&**before), &row, unsent)?
                }
                How::Shared => {
                    let row = AttachmentRow::new(owner, file.clone()).sent(conversation, message);
                    self.put(&own, &row, ABSENT)?;
                    let reference = ReferenceRow { attachment_id: id };
                    self.put(&Key::reference(&file.object, id), &reference, ABSENT)?;
                    let referred = UpdateExpression::default().count("revision");
                    match &file.object {
                        StoredObject::Upload(id) => {
                            let remains = "attribute_exists(pk) AND attribute_not_exists(doomed_at)";
                            self.update(&Key::object(*id), &referred, remains)?
                        }
                        StoredObject::Sound(_, audio) => {
                            self.update(&Key::audio(audio), &referred, EXISTS)?
                        }
                    }
                }
            };
            checks.push((at, how.clone(), check));
        }
        Ok(AttachChecks(checks))
    }
}

impl AttachChecks {
    /// Refuses what another request has sent or removed. `Ok` if no attachment is the reason for the cancellation, or
    /// if one only has another name now: then another attempt is worthwhile.
    pub(crate) fn interpret(&self, why: &Cancellation) -> Result<()> {
        for (at, how, check) in &self.0 {
            if !why.failed(*check) {
                continue;
            }
            match how {
                How::Uploaded(_) => {
                    let row: Option<AttachmentRow> = why.found(*check)?;
                    let row = row.ok_or_else(|| StoreError::missing_in(param(*at), "attachment"))?;
                    if row.message_id.is_some() {
                        return Err(StoreError::AttachmentUsed { param: param(*at) });
                    }
                }
                How::Kept | How::Shared => return Err(StoreError::missing_in(param(*at), "attachment")),
            }
        }
        Ok(())
    }

    /// Whether an upload has changed since it was read.
    pub(crate) fn is_outdated(&self, why: &Cancellation) -> bool {
        self.0.iter().any(|(_, _, check)| why.failed(*check))
    }
}

/// The file of an upload with what its bytes show. Refuses one that is sent, or that was not uploaded as announced.
fn looked_at(row: &AttachmentRow, looked: Option<&Looked>, at: usize) -> Result<StoredAttachment> {
    if row.message_id.is_some() {
        return Err(StoreError::AttachmentUsed { param: param(at) });
    }
    let looked =
        looked.ok_or_else(|| StoreError::invalid(param(at), "must be uploaded before it is sent"))?;
    if looked.size != row.file.file_size {
        return Err(StoreError::invalid(
            param(at),
            "must be uploaded with its file_size",
        ));
    }
    Ok(row.file.clone().looked_at(&looked.head))
}

/// The file of a sound.
fn of_sound(sound: &StoredSound) -> Result<StoredAttachment> {
    let name = file_name::titled(sound.title.as_str(), &sound.file);
    let internal = |what: &str| StoreError::Internal(format!("the {what} of sound {} is none", sound.id));
    Ok(StoredAttachment {
        // The caller draws another one.
        attachment_id: sound.id.cast(),
        object: StoredObject::Sound(sound.id, sound.audio.clone()),
        filename: FileName::try_from(name).map_err(|_| internal("file name"))?,
        file_type: MediaType::try_from(sound.file_type.clone()).map_err(|_| internal("file type"))?,
        is_shown: true,
        file_size: sound.file_size,
        dimensions: None,
    })
}

/// The path of an attachment in the parameters.
fn param(at: usize) -> String {
    format!("attachments[{at}]")
}
