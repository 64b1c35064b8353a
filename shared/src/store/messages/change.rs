//! Changing and deleting messages.

use super::message::take_message;
use super::send::EMPTY;
use crate::model::{
    AttachmentRefs, Message, MessageId, MessagePatch, Patch, PersonId, ReactionLists, ReactionName,
    StoredAttachment, TooManyReactions, Username,
};
use crate::store::bucket::Bucket;
use crate::store::conversations::rows::{ConversationRow, GroupRow, MessageRow, ParticipantRow, of};
use crate::store::error::{Result, StoreError};
use crate::store::people::person::PersonRow;
use crate::store::table::{Again, Check, Condition, Key, Outcome, Store, Transaction, UpdateExpression};

impl Store {
    /// Changes a message: the sender may change text and attachments, every participant may change reactions. Three
    /// round trips; with attachments to add as many more as for sending them.
    pub async fn update_message(
        &self,
        caller: PersonId,
        id: MessageId,
        patch: &MessagePatch,
        bucket: &Bucket,
    ) -> Result<Message> {
        let none = AttachmentRefs::default();
        let attach = match &patch.attachments {
            Patch::Absent => None,
            Patch::Null => Some((&none, bucket)),
            Patch::Value(refs) => Some((refs, bucket)),
        };
        let change = |row: &mut MessageRow, username: &Username| {
            if patch.message != Patch::Absent {
                row.require_sender(caller)?;
            }
            patch.message.apply_to(&mut row.text);
            match &patch.reactions {
                Patch::Absent => Ok(()),
                Patch::Null => row.reactions.replace(&ReactionLists::default(), username),
                Patch::Value(lists) => row.reactions.replace(lists, username),
            }
            .map_err(|error| too_many("reactions", error))
        };
        let (row, participant) = self.change_message(caller, id, attach, change).await?;
        self.show_one(row, participant).await
    }

    /// Adds the caller's reaction. No effect if it exists. Three round trips.
    pub async fn add_reaction(
        &self,
        caller: PersonId,
        id: MessageId,
        name: &ReactionName,
    ) -> Result<Message> {
        let change = |row: &mut MessageRow, username: &Username| {
            let added = row.reactions.add(name, username);
            added.map_err(|error| too_many("name", error))
        };
        let (row, participant) = self.change_message(caller, id, None, change).await?;
        self.show_one(row, participant).await
    }

    /// Removes the caller's reaction. No effect if it does not exist. Two round trips.
    pub async fn remove_reaction(&self, caller: PersonId, id: MessageId, name: &ReactionName) -> Result<()> {
        let change = |row: &mut MessageRow, username: &Username| {
            row.reactions.remove(name, username);
            Ok(())
        };
        self.change_message(caller, id, None, change).await.map(drop)
    }

    /// Gives a message the files of `attach`, if that is asked for, and applies `change`, which gets the caller's
    /// username. Returns the changed message and the caller's participant row. Writes only if something changes.
    async fn change_message(
        &self,
        caller: PersonId,
        id: MessageId,
        attach: Option<(&AttachmentRefs, &Bucket)>,
        change: impl Fn(&mut MessageRow, &Username) -> Result<()>,
    ) -> Result<(MessageRow, ParticipantRow)> {
        let (key, own, person) = (
            Key::message(id),
            Key::participant(id.cast(), caller),
            Key::person(caller),
        );
        self.retry(|| async {
            let mut rows = self.rows([key.clone(), own.clone(), person.clone()]).await?;
            let (before, participant) = take_message(&mut rows, caller, id)?;
            let username = rows.take::<PersonRow>(&person)?.map(|person| person.username);
            let username =
                username.ok_or_else(|| StoreError::Internal("a participant has no person row".to_owned()))?;
            let mut row = before.clone();
            let mut attached = Vec::new();
            if let Some((refs, bucket)) = attach {
                row.require_sender(caller)?;
                attached = match self.attach(caller, refs, &row.attachments, bucket).await {
                    // Perhaps in this message, by a change since it was read.
                    Err(StoreError::AttachmentUsed { .. }) if self.has_changed(&before).await? => {
                        return Err(Again::after("a race").into());
                    }
                    attached => attached?,
                };
                row.attachments = attached.iter().map(|attached| attached.file.clone()).collect();
            }
            change(&mut row, &username)?;
            if (&row.text, &row.attachments) != (&before.text, &before.attachments) {
                row.updated_at = Some(self.now());
            }
            if row.is_empty() {
                return Err(StoreError::invalid("message", EMPTY).into());
            }
            if row == before {
                return Ok((row, participant));
            }
            let mut transaction = self.transaction();
            transaction.condition_check(&own, of(row.conversation_id)?)?;
            let changed = transaction.change(before, &mut row)?;
            let checks = transaction.attach(&attached, caller, row.conversation_id, id)?;
            match transaction.commit().await? {
                Outcome::Committed => Ok((row, participant)),
                Outcome::Cancelled(why) => {
                    // A change that came first may have attached the same file.
                    if !why.failed(changed) {
                        checks.interpret(&why)?;
                    }
                    Err(Again::after("a race").into())
                }
            }
        })
        .await
    }

    /// Whether a message is not as it was read.
    async fn has_changed(&self, before: &MessageRow) -> Result<bool> {
        let now: Option<MessageRow> = self.row(Key::message(before.message_id)).await?;
        Ok(now.is_none_or(|now| now.revision != before.revision))
    }

    /// Deletes a message and its pin. Only for its sender or the group's owner. The message no longer counts as unread
    /// for participants who have not read it. Three round trips.
    pub async fn delete_message(&self, caller: PersonId, id: MessageId) -> Result<()> {
        let key = Key::message(id);
        let (own, head) = (Key::participant(id.cast(), caller), Key::conversation(id.cast()));
        self.retry(|| async {
            let mut rows = self.rows([key.clone(), own.clone(), head.clone()]).await?;
            let (message, participant) = take_message(&mut rows, caller, id)?;
            let conversation: Option<ConversationRow> = rows.take(&head)?;
            let conversation = conversation.ok_or(StoreError::missing("message"))?;
            // Read after the message and the epoch: anybody who joins from now on changes the epoch.
            let (participants, ()) = tokio::try_join!(
                self.participants(message.conversation_id),
                self.require_may_delete(caller, &message, &participant)
            )?;

            let unread =
                |other: &&ParticipantRow| other.person_id != message.sender_id && other.read_up_to < Some(id);
            let mut transaction = self.transaction();
            let mut is_checked = false;
            for other in participants.iter().filter(unread) {
                transaction.note_unread_deleted(other, id)?;
                is_checked |= other.person_id == caller;
            }
            if !is_checked {
                transaction.condition_check(&own, of(message.conversation_id)?)?;
            }
            // A change may have given it other attachments, which would never be released.
            transaction.delete(&key, message.unchanged()?)?;
            transaction.release(id, message.attachments)?;
            let counted = UpdateExpression::default().count("epoch");
            let (counted, as_read) = if conversation.pinned_message_id == Some(id) {
                let unpinned = counted.remove("pinned_message_id");
                (unpinned, "epoch = :before AND pinned_message_id = :message")
            } else {
                let still = "epoch = :before AND \
                     (attribute_not_exists(pinned_message_id) OR pinned_message_id <> :message)";
                (counted, still)
            };
            let as_read = Condition::new(as_read)
                .with(":before", conversation.epoch)?
                .with(":message", id)?;
            transaction.update(&head, &counted, as_read)?;
            transaction.commit_or_retry().await
        })
        .await
    }

    /// Refuses callers who are neither the sender nor the owner of the group.
    async fn require_may_delete(
        &self,
        caller: PersonId,
        message: &MessageRow,
        participant: &ParticipantRow,
    ) -> Result<()> {
        if message.sender_id == caller {
            return Ok(());
        }
        let refusal = "Only the sender and the owner of the group may delete a message.";
        let Some(group) = participant.group_id else {
            return Err(StoreError::NotAllowed(refusal));
        };
        let group: Option<GroupRow> = self.row(Key::group(group)).await?;
        group
            .ok_or(StoreError::missing("message"))?
            .require_owner(caller, refusal)
    }
}

impl MessageRow {
    /// Condition: the row is as it was read.
    fn unchanged(&self) -> Result<Condition> {
        Condition::new("revision = :before").with(":before", self.revision)
    }

    fn require_sender(&self, caller: PersonId) -> Result<()> {
        let refusal = "Only the sender may change the text and the attachments of a message.";
        if self.sender_id == caller {
            Ok(())
        } else {
            Err(StoreError::NotAllowed(refusal))
        }
    }
}

impl Transaction<'_> {
    /// Writes a changed message if it is still as it was read. Attachments that it has lost are released.
    pub(crate) fn change(&mut self, before: MessageRow, after: &mut MessageRow) -> Result<Check> {
        after.revision = before.revision + 1;
        let id = after.message_id;
        let check = self.replace(&Key::message(id), Some(&before), after, before.unchanged()?)?;
        let is_lost = |file: &StoredAttachment| after.attachment(file.attachment_id).is_none();
        let lost = before.attachments.into_iter().filter(is_lost);
        self.release(format_args!("{id}#{}", after.revision), lost)?;
        Ok(check)
    }
}

fn too_many(param: &'static str, error: TooManyReactions) -> StoreError {
    let message = match error {
        TooManyReactions::OnMessage => "must leave the message with at most 20 different reactions",
        TooManyReactions::OfPerson => "must leave the message with at most 10 reactions of yours",
    };
    StoreError::invalid(param, message)
}
