//! Single messages: sending, reading, changing, deleting. A message's id carries the tag of its conversation, so the
//! message and the caller's side of the conversation are found from the id alone. Nobody has a side of a conversation
//! that is deleted, so whoever has one may go on.

use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::conversations::of;
use super::error::{Result, StoreError};
use super::idempotency::Idempotency;
use super::keys::{self, Key};
use super::memberships::GroupRow;
use super::people::PersonRow;
use super::rows::{Range, Row, Rows, decode, is_kind};
use super::sides::{ConversationRow, ParticipantRow};
use super::transaction::{ABSENT, Backoff, Condition, Outcome};
use super::{Created, Store};
use crate::model::{
    AttachmentRefs, Conversation, Id, Message, MessagePatch, MessageText, NewMessage, Patch, Person,
    ReactionLists, ReactionName, Reactions, Timestamp, TooManyReactions, Username,
};

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct MessageRow {
    pub(super) conversation_id: Id<Conversation>,
    pub(super) message_id: Id<Message>,
    pub(super) sender_id: Id<Person>,
    pub(super) text: MessageText,
    #[serde(default, skip_serializing_if = "Reactions::is_empty")]
    pub(super) reactions: Reactions,
    /// Rises with every change: a change is written only over the revision that it was made from.
    pub(super) revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) updated_at: Option<Timestamp>,
}

impl Row for MessageRow {
    const KIND: &'static str = "message";
}

impl MessageRow {
    /// The message, with what is read for it.
    pub(super) fn render(self, contact: Person, read_at: Option<Timestamp>) -> Message {
        Message {
            id: self.message_id,
            conversation_id: self.conversation_id,
            contact,
            message: self.text,
            reactions: self.reactions,
            attachments: Vec::new(),
            read_at,
            created_at: self.message_id.created_at(),
            updated_at: self.updated_at,
        }
    }
}

/// How far a sender looks ahead of the clocks of others, in milliseconds, for each race for the next id that it has lost.
const AHEAD_PER_REFUSAL: u64 = 10;

/// What became of a message that was to be sent.
enum Sent {
    /// It is in the conversation.
    Now(MessageRow),
    /// A request with the same idempotency key had sent it before.
    Before(Id<Message>),
}

impl Store {
    /// Sends a message. One round trip, however long the conversation is, and one more for each race that it loses.
    pub async fn send_message(
        &self,
        caller: Id<Person>,
        new: &NewMessage,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<Message>> {
        require_known(new.attachments.as_ref())?;
        let (sender, sent) =
            tokio::try_join!(self.person(caller), self.commit_message(caller, new, idempotency))?;
        let (resource, replayed) = match sent {
            Sent::Now(row) => (row.render(sender, None), false),
            Sent::Before(id) => (self.message(caller, id).await?, true),
        };
        Ok(Created {
            resource,
            is_new: true,
            replayed,
        })
    }

    async fn commit_message(
        &self,
        caller: Id<Person>,
        new: &NewMessage,
        idempotency: Option<&Idempotency>,
    ) -> Result<Sent> {
        let conversation = new.conversation_id;
        // Ids of messages are larger than their conversation's, so that ranks only rise.
        let mut last = conversation.cast();
        let (mut ahead, mut refusals) = (0, 0);
        let mut backoff = Backoff::default();
        loop {
            let id = Id::next(last, (self.clock)().plus(ahead));
            let row = MessageRow {
                conversation_id: conversation,
                message_id: id,
                sender_id: caller,
                text: new.message.clone(),
                reactions: Reactions::default(),
                revision: 0,
                updated_at: None,
            };
            let mut transaction = self.transaction();
            let rank = Changes::default().set("rank", id)?;
            let side =
                transaction.update(&Key::participant(conversation, caller), &rank, of(conversation)?)?;
            let counted = Changes::default()
                .set("last_message_id", id)?
                .count("sent_total")
                .count_under("sent_by", caller);
            let in_order = Condition::new(
                "conversation_id = :id AND attribute_not_exists(deleted_at) AND \
                 (attribute_not_exists(last_message_id) OR last_message_id < :last_message_id)",
            )
            .with(":id", conversation)?;
            let head = transaction.update(&Key::conversation(conversation), &counted, in_order)?;
            transaction.put(&Key::message(id), &row, ABSENT)?;
            let record = idempotency
                .map(|key| key.record(&mut transaction, id, true))
                .transpose()?;

            let Outcome::Refused(refusal) = transaction.commit().await? else {
                return Ok(Sent::Now(row));
            };
            if let Some(key) = idempotency
                && record.is_some_and(|record| refusal.failed(record))
                && let Some(replay) =
                    Idempotency::replay(Some(key), &mut self.rows([key.row()]).await?, self)?
            {
                return Ok(Sent::Before(replay.id));
            }
            if refusal.failed(side) {
                return Err(StoreError::missing_in("conversation_id", "conversation"));
            }
            if let Some(found) = refusal.found::<ConversationRow>(head)? {
                last = found.last_message_id.unwrap_or(last);
                // By so much are the clocks of others ahead; they go on during the pause. Whoever has lost often looks
                // further ahead, so that the next race is theirs.
                refusals += 1;
                ahead = last.made_at().0.saturating_sub((self.clock)().0) + AHEAD_PER_REFUSAL * refusals;
                backoff.wait_briefly("a race").await?;
                continue;
            }
            let in_use = record.is_some_and(|record| refusal.conflicts(record));
            let waited = backoff.wait("a race").await;
            waited.map_err(|error| if in_use { StoreError::KeyInUse } else { error })?;
        }
    }

    /// One message. Two round trips, three read units.
    pub async fn message(&self, caller: Id<Person>, id: Id<Message>) -> Result<Message> {
        let (key, side) = (Key::message(id), Key::participant(id.cast(), caller));
        let mut rows = self.rows([key, side]).await?;
        let (message, side) = take_message(&mut rows, caller, id)?;
        self.render_one(message, side).await
    }

    /// Changes a message: text and attachments for the sender, reactions for every participant. Three round trips.
    pub async fn update_message(
        &self,
        caller: Id<Person>,
        id: Id<Message>,
        patch: &MessagePatch,
    ) -> Result<Message> {
        let change = |row: &mut MessageRow, username: &Username| {
            if row.sender_id != caller && (patch.message.is_some() || patch.attachments != Patch::Absent) {
                return Err(StoreError::NotAllowed(
                    "Only the sender may change the text and the attachments of a message.",
                ));
            }
            if let Patch::Value(attachments) = &patch.attachments {
                require_known(Some(attachments))?;
            }
            if let Some(text) = patch.message.as_ref().filter(|text| **text != row.text) {
                row.text = text.clone();
                row.updated_at = Some(self.now());
            }
            match &patch.reactions {
                Patch::Absent => Ok(()),
                Patch::Null => row.reactions.replace(&ReactionLists::default(), username),
                Patch::Value(lists) => row.reactions.replace(lists, username),
            }
            .map_err(|error| too_many("reactions", error))
        };
        let (row, side) = self.change_message(caller, id, change).await?;
        self.render_one(row, side).await
    }

    /// Adds the caller's reaction; without effect if it is there. Three round trips.
    pub async fn add_reaction(
        &self,
        caller: Id<Person>,
        id: Id<Message>,
        name: &ReactionName,
    ) -> Result<Message> {
        let change = |row: &mut MessageRow, username: &Username| {
            let added = row.reactions.add(name, username);
            added.map_err(|error| too_many("name", error))
        };
        let (row, side) = self.change_message(caller, id, change).await?;
        self.render_one(row, side).await
    }

    /// Takes the caller's reaction back; without effect if it is not there. Two round trips.
    pub async fn remove_reaction(
        &self,
        caller: Id<Person>,
        id: Id<Message>,
        name: &ReactionName,
    ) -> Result<()> {
        let change = |row: &mut MessageRow, username: &Username| {
            row.reactions.remove(name, username);
            Ok(())
        };
        self.change_message(caller, id, change).await.map(drop)
    }

    /// Changes a message as `change` does, given the caller's username, and returns it as it is then, with the caller's
    /// side of its conversation. Writes only where something changes.
    async fn change_message(
        &self,
        caller: Id<Person>,
        id: Id<Message>,
        change: impl Fn(&mut MessageRow, &Username) -> Result<()>,
    ) -> Result<(MessageRow, ParticipantRow)> {
        let (key, side, person) = (
            Key::message(id),
            Key::participant(id.cast(), caller),
            Key::person(caller),
        );
        let mut backoff = Backoff::default();
        loop {
            let mut rows = self.rows([key.clone(), side.clone(), person.clone()]).await?;
            let (before, participant) = take_message(&mut rows, caller, id)?;
            let username = rows.take::<PersonRow>(&person)?.map(|person| person.username);
            let username =
                username.ok_or_else(|| StoreError::Internal("a participant is nobody".to_owned()))?;
            let mut row = before.clone();
            change(&mut row, &username)?;
            if row == before {
                return Ok((row, participant));
            }
            row.revision += 1;
            let mut transaction = self.transaction();
            transaction.require(&side, of(row.conversation_id)?)?;
            let unchanged = Condition::new("revision = :revision").with(":revision", before.revision)?;
            transaction.put(&key, &row, unchanged)?;
            match transaction.commit().await? {
                Outcome::Committed => return Ok((row, participant)),
                Outcome::Refused(_) => backoff.wait("a race").await?,
            }
        }
    }

    /// Deletes a message, for its sender or the owner of the group, and a pin on it. Whoever has not read it has one
    /// unread message less. Three round trips.
    pub async fn delete_message(&self, caller: Id<Person>, id: Id<Message>) -> Result<()> {
        let key = Key::message(id);
        let (side, head) = (Key::participant(id.cast(), caller), Key::conversation(id.cast()));
        let mut backoff = Backoff::default();
        loop {
            let mut rows = self.rows([key.clone(), side.clone(), head.clone()]).await?;
            let (message, participant) = take_message(&mut rows, caller, id)?;
            let conversation: Option<ConversationRow> = rows.take(&head)?;
            let conversation = conversation.ok_or(StoreError::missing("message"))?;
            // After the message and the epoch were read: whoever joins from now on changes the epoch.
            let (participants, ()) = tokio::try_join!(
                self.participants(message.conversation_id),
                self.require_may_delete(caller, &message, &participant)
            )?;

            let unread =
                |other: &&ParticipantRow| other.person_id != message.sender_id && other.read_up_to < Some(id);
            let mut transaction = self.transaction();
            let mut is_demanded = false;
            for other in participants.iter().filter(unread) {
                transaction.note_unread_deleted(other, id)?;
                is_demanded |= other.person_id == caller;
            }
            if !is_demanded {
                transaction.require(&side, of(message.conversation_id)?)?;
            }
            transaction.delete(&key, of(message.conversation_id)?)?;
            let counted = Changes::default().count("epoch");
            let (counted, as_read) = if conversation.pinned_message_id == Some(id) {
                let unpinned = counted.patch("pinned_message_id", &Patch::<()>::Null)?;
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
            match transaction.commit().await? {
                Outcome::Committed => return Ok(()),
                Outcome::Refused(_) => backoff.wait("a race").await?,
            }
        }
    }

    /// Refuses whoever neither sent the message nor owns the group.
    async fn require_may_delete(
        &self,
        caller: Id<Person>,
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

    /// Everybody in the conversation.
    pub(super) async fn participants(&self, id: Id<Conversation>) -> Result<Vec<ParticipantRow>> {
        let range = Range::new(keys::conversation_partition(id), keys::PARTICIPANTS);
        let mut items = self.items_in(range).await?;
        // Members of a group that has no conversation now are no participants.
        items.retain(is_kind::<ParticipantRow>);
        let mut sides: Vec<ParticipantRow> = items.into_iter().map(decode).collect::<Result<_>>()?;
        sides.retain(|side| side.conversation_id == id);
        Ok(sides)
    }
}

/// A message and the caller's side of its conversation, if both were read.
fn take_message(
    rows: &mut Rows,
    caller: Id<Person>,
    id: Id<Message>,
) -> Result<(MessageRow, ParticipantRow)> {
    let message: Option<MessageRow> = rows.take(&Key::message(id))?;
    let message = message.ok_or(StoreError::missing("message"))?;
    let side = rows.take_side(message.conversation_id, caller)?;
    side.map(|side| (message, side))
        .ok_or(StoreError::missing("message"))
}

/// Nothing can be attached yet, so whatever is named does not exist.
fn require_known(attachments: Option<&AttachmentRefs>) -> Result<()> {
    if attachments.is_none_or(AttachmentRefs::is_empty) {
        return Ok(());
    }
    Err(StoreError::missing_in("attachments[0]", "attachment"))
}

fn too_many(param: &'static str, error: TooManyReactions) -> StoreError {
    let message = match error {
        TooManyReactions::OnMessage => "must leave the message with at most 20 different reactions",
        TooManyReactions::OfPerson => "must leave the message with at most 10 reactions of yours",
    };
    StoreError::Invalid { param, message }
}
