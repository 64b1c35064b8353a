//! One message, and what all reads of messages show with it.

use std::collections::{HashMap, HashSet};

use crate::model::{Conversation, Id, Message, Person};
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, ReadConsistency, Rows, Store};

impl Store {
    /// One message. Two round trips, three read units.
    pub async fn message(&self, caller: Id<Person>, id: Id<Message>) -> Result<Message> {
        let (key, participant) = (Key::message(id), Key::participant(id.cast(), caller));
        let mut rows = self.rows([key, participant]).await?;
        let (message, participant) = take_message(&mut rows, caller, id)?;
        self.render_one(message, participant).await
    }

    /// One message with its sender and the time when it was read, in one round trip.
    pub(crate) async fn render_one(
        &self,
        message: MessageRow,
        participant: ParticipantRow,
    ) -> Result<Message> {
        let participants = HashMap::from([(message.conversation_id, participant)]);
        let mut rendered = self
            .render(&[message], &participants, ReadConsistency::Eventual)
            .await?;
        rendered.pop().ok_or(StoreError::missing("message"))
    }

    /// The same for several.
    pub(crate) async fn render(
        &self,
        messages: &[MessageRow],
        participants: &HashMap<Id<Conversation>, ParticipantRow>,
        consistency: ReadConsistency,
    ) -> Result<Vec<Message>> {
        let senders: HashSet<_> = messages.iter().map(|message| message.sender_id).collect();
        let (people, times) = tokio::try_join!(
            self.people(senders),
            self.read_receipts(messages, participants, consistency)
        )?;
        let render = |message: &MessageRow| {
            let sender = people.get(&message.sender_id).cloned();
            let sender = sender.ok_or_else(|| StoreError::Internal("a message has no sender".to_owned()))?;
            let read_at = times.get(&message.message_id).copied();
            Ok(message.clone().render(sender, read_at))
        };
        messages.iter().map(render).collect()
    }
}

/// A message and the caller's participant row, if both were read.
pub(crate) fn take_message(
    rows: &mut Rows,
    caller: Id<Person>,
    id: Id<Message>,
) -> Result<(MessageRow, ParticipantRow)> {
    let message: Option<MessageRow> = rows.take(&Key::message(id))?;
    let message = message.ok_or(StoreError::missing("message"))?;
    let participant = rows.take_participant(message.conversation_id, caller)?;
    participant
        .map(|participant| (message, participant))
        .ok_or(StoreError::missing("message"))
}
