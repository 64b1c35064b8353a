//! The feed: the messages of all the caller's conversations, merged by id.

use std::collections::HashMap;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::list::Found;
use crate::model::{
    ConversationFilter, ConversationId, Message, MessageId, Page, PageRequest, PersonId, Position,
};
use crate::store::conversations::inbox::{Inbox, PLACE};
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, ReadStore};

/// Conversations read concurrently.
const AT_ONCE: usize = 16;

impl ReadStore {
    /// The feed. The first page takes three round trips and reads as many conversations as it can show messages. A
    /// later page reads each conversation at most once.
    pub async fn feed(&self, caller: PersonId, page: PageRequest) -> Result<Page<Message>> {
        let position = self.place_in_all(caller, page.position).await?;
        let backwards = position.is_backwards();
        let everything = ConversationFilter::default();
        // Backwards, only conversations with newer messages matter. Forwards, every conversation may have older
        // messages.
        let inbox_place = match position {
            Position::Before(id) => Position::Before(id.cast()),
            Position::Start | Position::After(_) => Position::Start,
        };
        let mut inbox = Inbox::new(self, caller, &everything, inbox_place);
        let mut participants = HashMap::new();
        let mut found = Vec::new();
        while let Some(candidates) = inbox.next(page.limit + 1).await? {
            // A conversation without messages has its own id as rank.
            let mut written: Vec<_> = candidates
                .iter()
                .filter(|participant| participant.rank != participant.conversation_id)
                .map(|participant| participant.conversation_id)
                .collect();
            let keys = written.iter().map(|id| Key::participant(*id, caller));
            let (mut present, mut merged) = tokio::try_join!(
                self.rows(keys),
                self.merge(found.clone(), &written, position, page.limit)
            )?;
            for id in &written {
                let participant = present.take_participant(*id, caller)?;
                participants.extend(participant.map(|participant| (*id, participant)));
            }
            // The index may still list conversations that are gone.
            let gone = written.extract_if(.., |id| !participants.contains_key(id));
            if gone.count() > 0 {
                merged = self.merge(found, &written, position, page.limit).await?;
            }
            found = merged;
            // Conversations further down the inbox are older than the newest message of the last candidate.
            let is_full = candidates.last().is_some_and(|last| {
                let end = found.get(page.limit);
                !backwards && end.is_some_and(|end| end.message_id >= last.rank.cast())
            });
            if is_full {
                break;
            }
        }
        let page =
            Found::new(found, None, position, page.limit).into_page(position, |id| format!("{PLACE}{id}"));
        let shown = self.show(&page.data, &participants).await?;
        Ok(page.showing(shown))
    }

    /// The first `limit` + 1 messages, in the direction of travel, of `found` and of more conversations.
    async fn merge(
        &self,
        found: Vec<MessageRow>,
        conversations: &[ConversationId],
        position: Position<MessageId>,
        limit: usize,
    ) -> Result<Vec<MessageRow>> {
        stream::iter(conversations.to_vec())
            .map(|id| self.find(id, position, limit))
            .buffer_unordered(AT_ONCE)
            .try_fold(found, async |mut found, more| {
                found.extend(more.messages);
                found.sort_by_key(|message| message.message_id);
                if !position.is_backwards() {
                    found.reverse();
                }
                found.truncate(limit + 1);
                Ok(found)
            })
            .await
    }

    /// The message id that a feed cursor names: a place from a page, or any id that could be a message of one of the
    /// caller's conversations.
    pub(crate) async fn place_in_all(
        &self,
        caller: PersonId,
        position: Position<String>,
    ) -> Result<Position<MessageId>> {
        let invalid = StoreError::CursorInvalid {
            param: position.parameter(),
        };
        let is_place =
            matches!(&position, Position::After(text) | Position::Before(text) if text.starts_with(PLACE));
        let parsed = position.try_map(|text| text.strip_prefix(PLACE).unwrap_or(&text).parse::<MessageId>());
        let Ok(place) = parsed else { return Err(invalid) };
        let (Position::After(id) | Position::Before(id)) = place else {
            return Ok(place);
        };
        if !is_place {
            let participant = Key::participant(id.cast(), caller);
            let participant: Option<ParticipantRow> =
                self.rows([participant.clone()]).await?.take_if(&participant)?;
            if participant.is_none_or(|participant| id <= participant.conversation_id.cast()) {
                return Err(invalid);
            }
        }
        Ok(place)
    }
}
