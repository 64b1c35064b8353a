//! One message, and what all reads of messages show with it.

use std::collections::{HashMap, HashSet};

use crate::model::{Conversation, Id, Message, Person};
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Reading, Rows, Store};

impl Store {
    /// One message. Two round trips, three read units.
    pub async fn message(&self, caller: Id<Person>, id: Id<Message>) -> Result<Message> {
        let (key, side) = (Key::message(id), Key::participant(id.cast(), caller));
        let mut rows = self.rows([key, side]).await?;
        let (message, side) = take_message(&mut rows, caller, id)?;
        self.render_one(message, side).await
    }

    /// One message with its sender and the time when it was read, in one round trip.
    pub(crate) async fn render_one(&self, message: MessageRow, side: ParticipantRow) -> Result<Message> {
        let sides = HashMap::from([(message.conversation_id, side)]);
        let mut rendered = self.render(&[message], &sides, Reading::Eventual).await?;
        rendered.pop().ok_or(StoreError::missing("message"))
    }

    /// The same for several.
    pub(crate) async fn render(
        &self,
        messages: &[MessageRow],
        sides: &HashMap<Id<Conversation>, ParticipantRow>,
        reading: Reading,
    ) -> Result<Vec<Message>> {
        let senders: HashSet<_> = messages.iter().map(|message| message.sender_id).collect();
        let (people, times) =
            tokio::try_join!(self.people(senders), self.read_times(messages, sides, reading))?;
        let render = |message: &MessageRow| {
            let sender = people.get(&message.sender_id).cloned();
            let sender = sender.ok_or_else(|| StoreError::Internal("a message has no sender".to_owned()))?;
            let read_at = times.get(&message.message_id).copied();
            Ok(message.clone().render(sender, read_at))
        };
        messages.iter().map(render).collect()
    }
}

/// A message and the caller's side of its conversation, if both were read.
pub(crate) fn take_message(
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
