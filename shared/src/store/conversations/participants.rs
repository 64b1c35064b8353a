//! Who takes part in a conversation.

use super::keys::{PARTICIPANTS, conversation_partition};
use super::rows::{ConversationRow, ParticipantRow};
use crate::model::{Conversation, Id, Person};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, Rows, Store, decode, is_kind};

impl Store {
    /// The conversation and the caller's side of it, if it is alive and the caller takes part.
    pub(crate) async fn sides(
        &self,
        caller: Id<Person>,
        id: Id<Conversation>,
    ) -> Result<(ConversationRow, ParticipantRow)> {
        let shared = Key::conversation(id);
        let mut rows = self.rows([shared.clone(), Key::participant(id, caller)]).await?;
        let conversation = rows.take::<ConversationRow>(&shared)?;
        conversation
            .filter(|row| row.is_alive(id))
            .zip(rows.take_side(id, caller)?)
            .ok_or(StoreError::missing("conversation"))
    }

    /// That person's side of the conversation, if they take part in it.
    pub(crate) async fn side(
        &self,
        person: Id<Person>,
        id: Id<Conversation>,
    ) -> Result<Option<ParticipantRow>> {
        let key = Key::participant(id, person);
        self.rows([key]).await?.take_side(id, person)
    }

    /// Everybody in the conversation.
    pub(crate) async fn participants(&self, id: Id<Conversation>) -> Result<Vec<ParticipantRow>> {
        let range = Range::new(conversation_partition(id), PARTICIPANTS);
        let mut items = self.items_in(range).await?;
        // Members of a group that has no conversation now are no participants.
        items.retain(is_kind::<ParticipantRow>);
        let mut sides: Vec<ParticipantRow> = items.into_iter().map(decode).collect::<Result<_>>()?;
        sides.retain(|side| side.conversation_id == id);
        Ok(sides)
    }
}

impl Rows {
    /// That person's side of the conversation, if they take part in it. Where a group has another conversation by now,
    /// or none, their row is there but is no side of this one.
    pub(crate) fn take_side(
        &mut self,
        id: Id<Conversation>,
        person: Id<Person>,
    ) -> Result<Option<ParticipantRow>> {
        let row = self.take_if::<ParticipantRow>(&Key::participant(id, person))?;
        Ok(row.filter(|row| row.conversation_id == id))
    }
}
