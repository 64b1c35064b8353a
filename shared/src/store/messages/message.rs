//! One message, and the lookups that all reads of messages share. A message's id contains the tag of its conversation,
//! so the id alone gives the keys of the message and of the caller's participant row. A deleted conversation has no
//! participant rows, so a caller who has one may see the message.

use std::collections::{HashMap, HashSet};

use crate::model::{ConversationId, Message, MessageId, Person, PersonId, Timestamp};
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, ReadConsistency, ReadStore, Rows};

impl ReadStore {
    /// One message. Two round trips, three read units.
    pub async fn message(&self, caller: PersonId, id: MessageId) -> Result<Message> {
        let (key, participant) = (Key::message(id), Key::participant(id.cast(), caller));
        let mut rows = self.rows([key, participant]).await?;
        let (message, participant) = take_message(&mut rows, caller, id)?;
        self.show_one(message, participant).await
    }

    /// A message with its sender and the time when it was read. One round trip.
    pub(crate) async fn show_one(&self, message: MessageRow, participant: ParticipantRow) -> Result<Message> {
        let participants = HashMap::from([(message.conversation_id, participant)]);
        let mut shown = self.show(&[message], &participants).await?;
        shown.pop().ok_or(StoreError::missing("message"))
    }

    /// Messages with their senders and the times when they were read. One round trip.
    pub(crate) async fn show(
        &self,
        messages: &[MessageRow],
        participants: &HashMap<ConversationId, ParticipantRow>,
    ) -> Result<Vec<Message>> {
        let (senders, read_at) = tokio::try_join!(
            self.senders(messages),
            self.read_at(messages, participants, ReadConsistency::Eventual)
        )?;
        render(messages, &senders, &read_at)
    }

    /// The senders of these messages. One round trip.
    pub(crate) async fn senders(&self, messages: &[MessageRow]) -> Result<HashMap<PersonId, Person>> {
        let senders: HashSet<_> = messages.iter().map(|message| message.sender_id).collect();
        self.people(senders).await
    }
}

/// The messages with the senders and times that were read for them.
pub(crate) fn render(
    messages: &[MessageRow],
    senders: &HashMap<PersonId, Person>,
    read_at: &HashMap<MessageId, Timestamp>,
) -> Result<Vec<Message>> {
    let render = |message: &MessageRow| {
        let sender = senders.get(&message.sender_id).cloned();
        let sender = sender.ok_or_else(|| StoreError::Internal("a message has no sender".to_owned()))?;
        let read_at = read_at.get(&message.message_id).copied();
        Ok(message.clone().render(sender, read_at))
    };
    messages.iter().map(render).collect()
}

/// A message and the caller's participant row, if both were found.
pub(crate) fn take_message(
    rows: &mut Rows,
    caller: PersonId,
    id: MessageId,
) -> Result<(MessageRow, ParticipantRow)> {
    let message: Option<MessageRow> = rows.take(&Key::message(id))?;
    let message = message.ok_or(StoreError::missing("message"))?;
    let participant = rows.take_participant(message.conversation_id, caller)?;
    participant
        .map(|participant| (message, participant))
        .ok_or(StoreError::missing("message"))
}
