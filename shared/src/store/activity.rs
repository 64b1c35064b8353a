//! What follows from a message that was sent: the places of its conversation in the others' inboxes, and the sender's
//! `last_active_at`. It comes through the stream, perhaps twice, late, or after a delete: all of it is absolute and only
//! ever moves forward.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use serde::Deserialize;

use super::Store;
use super::conversations::ParticipantRow;
use super::error::{Result, StoreError};
use super::keys::Key;
use super::rows::Changes;
use super::transaction::Condition;
use crate::model::{Conversation, Id, Message, Person};

/// A message that was sent, as far as others are concerned.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SentMessage {
    conversation_id: Id<Conversation>,
    message_id: Id<Message>,
    sender_id: Id<Person>,
}

impl SentMessage {
    /// The message in a stream record's new image.
    pub fn from_image(image: serde_dynamo::Item) -> Result<Self> {
        serde_dynamo::from_item(image).map_err(StoreError::internal)
    }
}

impl Store {
    /// Does what follows from messages, once for each conversation and for each sender.
    pub async fn note_messages(&self, sent: &[SentMessage]) -> Result<()> {
        let (mut newest, mut active) = (BTreeMap::new(), BTreeMap::new());
        for message in sent {
            let id = message.message_id;
            let latest = newest.entry(message.conversation_id).or_insert(id);
            *latest = id.max(*latest);
            let latest = active.entry(message.sender_id).or_insert(id);
            *latest = id.max(*latest);
        }
        let raise = newest
            .into_iter()
            .map(|(conversation, newest)| self.raise(conversation, newest));
        let note = active
            .into_iter()
            .map(|(person, newest)| self.note_activity(person, newest.created_at()));
        tokio::try_join!(try_join_all(raise), try_join_all(note))?;
        Ok(())
    }

    /// Moves a conversation to the place of that message in every inbox where it is further down.
    async fn raise(&self, conversation: Id<Conversation>, newest: Id<Message>) -> Result<()> {
        let rank: Id<Conversation> = newest.cast();
        let behind = self
            .participants(conversation)
            .await?
            .into_iter()
            .filter(|side| side.rank < rank);
        try_join_all(behind.map(async |side| {
            let further_down =
                Condition::new("conversation_id = :id AND #rank < :rank").with(":id", conversation)?;
            let changes = Changes::default().set("rank", rank)?;
            let key = Key::participant(conversation, side.person_id);
            self.update_row::<ParticipantRow>(&key, &changes, further_down)
                .await
        }))
        .await?;
        Ok(())
    }
}
