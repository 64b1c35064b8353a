//! Two people and their one conversation.

use serde::{Deserialize, Serialize};

use super::purge::PurgeWork;
use super::rows::{ConversationRow, ParticipantRow, alive, of};
use crate::model::{ConversationId, Id, PersonId};
use crate::store::error::Result;
use crate::store::table::{ABSENT, Key, Row, Transaction};

/// The claim of two people on their conversation.
#[derive(Serialize, Deserialize)]
pub(crate) struct PairRow {
    pub(crate) conversation_id: ConversationId,
}

impl Row for PairRow {
    const KIND: &'static str = "pair";
}

impl Transaction<'_> {
    /// Checks that the pair's conversation is still the one that was read, or adds one: the claim on the pair, the
    /// conversation, and two participant rows. A tag that is taken cancels the transaction; the next attempt draws
    /// another.
    pub(crate) fn pair_conversation(
        &mut self,
        one: PersonId,
        other: PersonId,
        existing: Option<&PairRow>,
    ) -> Result<ConversationId> {
        let pair = Key::pair(one, other);
        if let Some(PairRow { conversation_id: id }) = existing {
            self.condition_check(&pair, of(*id)?)?;
            return Ok(*id);
        }
        let id = Id::generate((self.store.clock)());
        let conversation = ConversationRow::new(id, [one, other], self.store.now());
        self.put(&pair, &PairRow { conversation_id: id }, ABSENT)?;
        self.put(&Key::conversation(id), &conversation, ABSENT)?;
        for (person, contact) in [(one, other), (other, one)] {
            let participant = ParticipantRow::with_contact(&conversation, person, contact);
            self.put(&Key::participant(id, person), &participant, ABSENT)?;
        }
        Ok(id)
    }

    /// Deletes the conversation of two people, and frees their pair for another one.
    pub(crate) fn end_pair_conversation(
        &mut self,
        id: ConversationId,
        one: PersonId,
        other: PersonId,
    ) -> Result<()> {
        self.delete(&Key::pair(one, other), of(id)?)?;
        for person in [one, other] {
            self.delete(&Key::participant(id, person), of(id)?)?;
        }
        self.end_conversation(alive(id)?, &PurgeWork::new(id, self.store.now(), true))
    }
}
