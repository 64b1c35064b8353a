//! Conversations. Everything of a conversation stands in the partition of its tag: its own row, one row for each
//! participant, messages and read marks.

use serde::{Deserialize, Serialize};

use super::error::{Result, StoreError};
use super::idempotency::Idempotency;
use super::keys::{self, Key};
use super::purge::PurgeWork;
use super::rows::{Changes, Row};
use super::sides::{ConversationRow, ParticipantRow};
use super::transaction::{ABSENT, Backoff, Condition, EXISTS, Outcome, Transaction};
use super::{Created, Store};
use crate::model::{Conversation, ConversationPatch, ConversationWith, Id, Patch, Person};

/// The claim of two people on their conversation.
#[derive(Serialize, Deserialize)]
pub(super) struct PairRow {
    pub(super) conversation_id: Id<Conversation>,
}

impl Row for PairRow {
    const KIND: &'static str = "pair";
}

impl Store {
    /// A conversation as the caller sees it. One round trip, two read units.
    pub async fn conversation(&self, caller: Id<Person>, id: Id<Conversation>) -> Result<Conversation> {
        let (conversation, participant) = self.sides(caller, id).await?;
        Ok(conversation.seen_by(&participant))
    }

    /// The conversation and the caller's side of it, if it is alive and the caller takes part.
    pub(super) async fn sides(
        &self,
        caller: Id<Person>,
        id: Id<Conversation>,
    ) -> Result<(ConversationRow, ParticipantRow)> {
        let (shared, own) = (Key::conversation(id), Key::participant(id, caller));
        let mut rows = self.rows([shared.clone(), own.clone()]).await?;
        let conversation = rows
            .take::<ConversationRow>(&shared)?
            .filter(|row| row.is_alive(id));
        let participant = rows
            .take::<ParticipantRow>(&own)?
            .filter(|row| row.conversation_id == id);
        conversation
            .zip(participant)
            .ok_or(StoreError::missing("conversation"))
    }

    /// The conversation of the caller with one of their contacts: the one that exists, or a new one. However many
    /// callers race, there is one. Three round trips when it is new, two when it exists.
    pub async fn create_conversation(
        &self,
        caller: Id<Person>,
        with: ConversationWith,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<Conversation>> {
        let contact = match with {
            ConversationWith::Contact(contact) => contact,
            // There are no groups yet, so nobody is in one.
            ConversationWith::Group(_) => {
                return Err(StoreError::Missing {
                    what: "group",
                    param: Some("group_id"),
                });
            }
        };
        let (entry, pair) = (Key::contact(caller, contact), Key::pair(caller, contact));
        let mut backoff = Backoff::default();
        loop {
            let keys = [entry.clone(), pair.clone()]
                .into_iter()
                .chain(idempotency.map(Idempotency::row));
            let mut rows = self.rows(keys).await?;
            if let Some(replay) = Idempotency::replay(idempotency, &mut rows, self)? {
                return Ok(replay.answer(self.conversation(caller, replay.id).await?));
            }
            if !rows.has(&entry) {
                return Err(StoreError::Missing {
                    what: "contact",
                    param: Some("contact_id"),
                });
            }

            let mut transaction = self.transaction();
            transaction.require(&entry, EXISTS)?;
            let existing: Option<PairRow> = rows.take(&pair)?;
            let is_new = existing.is_none();
            let id = transaction.pair_conversation(caller, contact, existing.as_ref())?;
            if !transaction.create(idempotency, id, is_new, &mut backoff).await? {
                continue;
            }
            match self.conversation(caller, id).await {
                // Deleted since the pair was read: another one can be created.
                Err(StoreError::Missing { .. }) if !is_new => backoff.wait("a delete").await?,
                resource => {
                    return Ok(Created {
                        resource: resource?,
                        is_new,
                        replayed: false,
                    });
                }
            }
        }
    }

    /// Changes the caller's side, and the pin that all share. Two round trips.
    pub async fn update_conversation(
        &self,
        caller: Id<Person>,
        id: Id<Conversation>,
        patch: &ConversationPatch,
    ) -> Result<Conversation> {
        let inbox = match patch.archived_at {
            Patch::Absent => None,
            Patch::Null => Some(keys::inbox(caller, false)),
            Patch::Value(_) => Some(keys::inbox(caller, true)),
        };
        let own = Changes::default()
            .set_if("is_pinned", patch.is_pinned)?
            .set_if("is_muted", patch.is_muted)?
            .patch("archived_at", &patch.archived_at)?
            .set_if("inbox", inbox)?;
        let shared = Changes::default().patch("pinned_message_id", &patch.pinned_message_id)?;
        if own.is_empty() && shared.is_empty() {
            return self.conversation(caller, id).await;
        }

        let mut backoff = Backoff::default();
        loop {
            let mut transaction = self.transaction();
            let checks = [
                transaction.update_or_require(&Key::conversation(id), &shared, alive(id)?)?,
                transaction.update_or_require(&Key::participant(id, caller), &own, of(id)?)?,
            ];
            let pinned = match patch.pinned_message_id {
                Patch::Value(message) => Some(transaction.require(&Key::message(message), of(id)?)?),
                _ => None,
            };
            match transaction.commit().await? {
                Outcome::Committed => return self.conversation(caller, id).await,
                Outcome::Refused(refusal) if checks.iter().any(|check| refusal.failed(*check)) => {
                    return Err(StoreError::missing("conversation"));
                }
                Outcome::Refused(refusal) if pinned.is_some_and(|check| refusal.failed(check)) => {
                    return Err(StoreError::Missing {
                        what: "message",
                        param: Some("pinned_message_id"),
                    });
                }
                Outcome::Refused(_) => backoff.wait("a race").await?,
            }
        }
    }

    /// Deletes a conversation for all its participants: from now on nobody reads or writes anything of it. Its rows
    /// are purged in the background. Two round trips.
    pub async fn delete_conversation(&self, caller: Id<Person>, id: Id<Conversation>) -> Result<()> {
        let mut backoff = Backoff::default();
        loop {
            let (_, participant) = self.sides(caller, id).await?;
            let mut transaction = self.transaction();
            let pair = participant.contact_id.map(|contact| Key::pair(caller, contact));
            let others = participant.contact_id;
            let participants: Vec<_> = others.into_iter().chain([caller]).collect();
            transaction.end_conversation(id, &participants, pair.as_ref())?;
            match transaction.commit().await? {
                Outcome::Committed => return Ok(()),
                Outcome::Refused(_) => backoff.wait("a race").await?,
            }
        }
    }
}

impl Transaction<'_> {
    /// Demands that the pair's conversation is still the one that was read, or adds one: the claim on the pair, the
    /// conversation, and a side for each of the two. A clash of tags refuses it; another attempt draws another.
    pub(super) fn pair_conversation(
        &mut self,
        one: Id<Person>,
        other: Id<Person>,
        existing: Option<&PairRow>,
    ) -> Result<Id<Conversation>> {
        let pair = Key::pair(one, other);
        if let Some(PairRow { conversation_id: id }) = existing {
            self.require(&pair, of(*id)?)?;
            return Ok(*id);
        }
        let id = Id::generate((self.store.clock)());
        let side = |person, contact| ParticipantRow {
            contact_id: Some(contact),
            ..ParticipantRow::new(id, person)
        };
        self.put(&pair, &PairRow { conversation_id: id }, ABSENT)?;
        self.put(
            &Key::conversation(id),
            &ConversationRow::new(id, self.store.now()),
            ABSENT,
        )?;
        self.put(&Key::participant(id, one), &side(one, other), ABSENT)?;
        self.put(&Key::participant(id, other), &side(other, one), ABSENT)?;
        Ok(id)
    }

    /// Marks a conversation as deleted, shuts its participants out, frees its pair for another one, and leaves the
    /// work of purging it. Refused when it is deleted already.
    pub(super) fn end_conversation(
        &mut self,
        id: Id<Conversation>,
        participants: &[Id<Person>],
        pair: Option<&Key>,
    ) -> Result<()> {
        if let Some(pair) = pair {
            self.delete(pair, of(id)?)?;
        }
        for person in participants {
            self.delete(&Key::participant(id, *person), of(id)?)?;
        }
        let deleted = Changes::default().set("deleted_at", self.store.now())?;
        self.update(&Key::conversation(id), &deleted, alive(id)?)?;
        let work = PurgeWork::new(id, self.store.now());
        self.put(&Key::purge(id), &work, ABSENT)?;
        Ok(())
    }
}

/// The row belongs to this conversation.
pub(super) fn of(id: Id<Conversation>) -> Result<Condition> {
    Condition::new("conversation_id = :id").with(":id", id)
}

/// The row is this conversation, and nobody has deleted it.
fn alive(id: Id<Conversation>) -> Result<Condition> {
    Condition::new("conversation_id = :id AND attribute_not_exists(deleted_at)").with(":id", id)
}
