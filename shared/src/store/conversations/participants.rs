//! The participants of a conversation.

use super::keys::{PARTICIPANTS, conversation_partition};
use super::rows::{ConversationRow, ParticipantRow};
use crate::model::{ConversationId, PersonId};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadStore, Rows, decode, is_kind};

impl ReadStore {
    /// The conversation and the caller's participant row, if the conversation is alive and the caller takes part.
    pub(crate) async fn conversation_rows(
        &self,
        caller: PersonId,
        id: ConversationId,
    ) -> Result<(ConversationRow, ParticipantRow)> {
        let shared = Key::conversation(id);
        let mut rows = self.rows([shared.clone(), Key::participant(id, caller)]).await?;
        let mut conversation = rows.take::<ConversationRow>(&shared)?;
        let participant = rows.take_participant(id, caller)?;
        let is_ahead = |row| {
            participant
                .as_ref()
                .is_some_and(|own: &ParticipantRow| own.is_ahead_of(row))
        };
        if conversation.as_ref().is_some_and(is_ahead) {
            conversation = self.row(shared).await?;
        }
        conversation
            .filter(|row| row.is_alive(id))
            .zip(participant)
            .ok_or(StoreError::missing("conversation"))
    }

    /// A person's participant row, if they take part in the conversation.
    pub(crate) async fn participant_row(
        &self,
        person: PersonId,
        id: ConversationId,
    ) -> Result<Option<ParticipantRow>> {
        let key = Key::participant(id, person);
        self.rows([key]).await?.take_participant(id, person)
    }

    /// All participants of the conversation.
    pub(crate) async fn participants(&self, id: ConversationId) -> Result<Vec<ParticipantRow>> {
        let range = Range::new(conversation_partition(id), PARTICIPANTS);
        let mut items = self.items_in(range).await?;
        // Members of a group that has no conversation at present are not participants.
        items.retain(is_kind::<ParticipantRow>);
        let mut participants: Vec<ParticipantRow> = items.into_iter().map(decode).collect::<Result<_>>()?;
        participants.retain(|participant| participant.conversation_id == id);
        Ok(participants)
    }
}

impl Rows {
    /// A person's participant row, if they take part in the conversation. A row of another conversation of the same
    /// group does not count.
    pub(crate) fn take_participant(
        &mut self,
        id: ConversationId,
        person: PersonId,
    ) -> Result<Option<ParticipantRow>> {
        let row = self.take_if::<ParticipantRow>(&Key::participant(id, person))?;
        Ok(row.filter(|row| row.conversation_id == id))
    }
}
