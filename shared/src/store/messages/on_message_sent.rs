//! The effects of a sent message: the conversation's place in the others' inboxes, and the sender's `last_active_at`.
//! The stream may deliver a message twice, late, or after a delete. All writes are absolute and only move forward.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use crate::model::{ConversationId, MessageId, PersonId};
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::Result;
use crate::store::table::{Condition, Key, Store, UpdateExpression};

/// A sent message, with the fields that its effects need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentMessage {
    id: MessageId,
    conversation: ConversationId,
    sender: PersonId,
}

impl From<MessageRow> for SentMessage {
    fn from(row: MessageRow) -> Self {
        Self {
            id: row.message_id,
            conversation: row.conversation_id,
            sender: row.sender_id,
        }
    }
}

impl Store {
    /// Applies the effects of messages, once per conversation and once per sender.
    pub async fn on_messages_sent(&self, sent: &[SentMessage]) -> Result<()> {
        let (mut newest, mut last_sent) = (BTreeMap::new(), BTreeMap::new());
        for message in sent {
            let newest = newest.entry(message.conversation).or_insert(message.id);
            *newest = message.id.max(*newest);
            let last_sent = last_sent.entry(message.sender).or_insert(message.id);
            *last_sent = message.id.max(*last_sent);
        }
        let raises = newest
            .into_iter()
            .map(|(conversation, newest)| self.raise(conversation, newest));
        let notes = last_sent
            .into_iter()
            .map(|(sender, last)| self.note_activity(sender, last.created_at()));
        tokio::try_join!(try_join_all(raises), try_join_all(notes))?;
        Ok(())
    }

    /// Moves a conversation up to the rank of `newest` in every inbox in which it is further down.
    pub(crate) async fn raise(&self, conversation: ConversationId, newest: MessageId) -> Result<()> {
        let rank: ConversationId = newest.cast();
        let behind = self
            .participants(conversation)
            .await?
            .into_iter()
            .filter(|participant| participant.rank < rank);
        try_join_all(behind.map(async |participant| {
            let further_down =
                Condition::new("conversation_id = :id AND #rank < :rank").with(":id", conversation)?;
            let changes = UpdateExpression::default().set("rank", rank)?;
            let key = Key::participant(conversation, participant.person_id);
            self.update_row::<ParticipantRow>(&key, &changes, further_down)
                .await
        }))
        .await?;
        Ok(())
    }
}
