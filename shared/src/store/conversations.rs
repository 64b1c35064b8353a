//! Conversations. Everything of a conversation stands in the partition of its tag: its own row, one row for each
//! participant, messages and read marks.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::error::{Result, StoreError};
use super::idempotency::Idempotency;
use super::keys::{self, Key};
use super::purge::PurgeWork;
use super::rows::{Changes, Row};
use super::transaction::{ABSENT, Backoff, Condition, EXISTS, Outcome, Transaction};
use super::{Created, Store};
use crate::model::{
    Conversation, ConversationPatch, ConversationWith, Group, Id, Message, Patch, Person, Timestamp,
};

/// What a conversation's participants share.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ConversationRow {
    pub(super) conversation_id: Id<Conversation>,
    pub(super) created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pinned_message_id: Option<Id<Message>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_message_id: Option<Id<Message>>,
    /// How many messages were ever sent.
    pub(super) sent_total: u64,
    /// How many of them each participant sent. It stands here, not with the participant, so that it always fits to
    /// the total.
    pub(super) sent_by: HashMap<Id<Person>, u64>,
    /// Set by a delete: from then on the row only waits for its purge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deleted_at: Option<Timestamp>,
}

impl Row for ConversationRow {
    const KIND: &'static str = "conversation";
}

/// One participant's side of a conversation; it stands in the `inbox` index too.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ParticipantRow {
    pub(super) conversation_id: Id<Conversation>,
    pub(super) person_id: Id<Person>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contact_id: Option<Id<Person>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group_id: Option<Id<Group>>,
    pub(super) is_pinned: bool,
    pub(super) is_muted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) archived_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_opened_at: Option<Timestamp>,
    /// Up to which message this person has marked it read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read_up_to: Option<Id<Message>>,
    /// How many messages the others had sent up to that one.
    pub(super) read_others: u64,
    /// Messages of others that were deleted before this person had read them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) unread_deleted: BTreeSet<Id<Message>>,
    /// The partition of the index.
    pub(super) inbox: String,
    /// The place in it: the newest message's id, or the conversation's own.
    pub(super) rank: Id<Conversation>,
}

impl Row for ParticipantRow {
    const KIND: &'static str = "participant";
}

/// The claim of two people on their conversation.
#[derive(Serialize, Deserialize)]
pub(super) struct PairRow {
    pub(super) conversation_id: Id<Conversation>,
}

impl Row for PairRow {
    const KIND: &'static str = "pair";
}

impl ParticipantRow {
    fn new(id: Id<Conversation>, person: Id<Person>) -> Self {
        Self {
            conversation_id: id,
            person_id: person,
            contact_id: None,
            group_id: None,
            is_pinned: false,
            is_muted: false,
            archived_at: None,
            last_opened_at: None,
            read_up_to: None,
            read_others: 0,
            unread_deleted: BTreeSet::new(),
            inbox: keys::inbox(person, false),
            rank: id,
        }
    }
}

impl ConversationRow {
    fn new(id: Id<Conversation>, now: Timestamp) -> Self {
        Self {
            conversation_id: id,
            created_at: now,
            pinned_message_id: None,
            last_message_id: None,
            sent_total: 0,
            sent_by: HashMap::new(),
            deleted_at: None,
        }
    }

    /// Whether this is the conversation of that id, and not deleted. Another one may stand in the partition of an
    /// id that never existed.
    pub(super) fn is_alive(&self, id: Id<Conversation>) -> bool {
        self.conversation_id == id && self.deleted_at.is_none()
    }

    /// How many messages others than this person ever sent.
    pub(super) fn sent_by_others(&self, person: Id<Person>) -> u64 {
        let own = self.sent_by.get(&person).copied().unwrap_or_default();
        self.sent_total.saturating_sub(own)
    }

    /// How many messages of others the participant has not read, of those that still exist.
    pub(super) fn unread_by(&self, participant: &ParticipantRow) -> u64 {
        let unread_deleted = participant
            .unread_deleted
            .iter()
            .filter(|id| participant.read_up_to < Some(**id))
            .count();
        self.sent_by_others(participant.person_id)
            .saturating_sub(participant.read_others)
            .saturating_sub(unread_deleted as u64)
    }

    /// The conversation as that participant sees it.
    pub(super) fn seen_by(self, participant: &ParticipantRow) -> Conversation {
        Conversation {
            id: self.conversation_id,
            contact_id: participant.contact_id,
            group_id: participant.group_id,
            pinned_message_id: self.pinned_message_id,
            is_pinned: participant.is_pinned,
            is_muted: participant.is_muted,
            last_active_at: self.last_message_id.map(Id::created_at),
            last_opened_at: participant.last_opened_at,
            created_at: self.created_at,
            archived_at: participant.archived_at,
            unread_count: self.unread_by(participant),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Millis;

    #[test]
    fn unread_is_what_others_sent_since_it_was_read_and_still_exists() {
        let me = Id::generate(Millis(2));
        let message = |at| Id::from_parts(Millis(at), 0);
        let unread = |sent_total, own, read_others, read_up_to: Option<u64>, deleted: &[u64]| {
            let id = Id::generate(Millis(1));
            let conversation = ConversationRow {
                sent_total,
                sent_by: HashMap::from([(me, own)]),
                ..ConversationRow::new(id, Timestamp(1))
            };
            let participant = ParticipantRow {
                read_others,
                read_up_to: read_up_to.map(message),
                unread_deleted: deleted.iter().copied().map(message).collect(),
                ..ParticipantRow::new(id, me)
            };
            conversation.seen_by(&participant).unread_count
        };
        assert_eq!(unread(0, 0, 0, None, &[]), 0);
        assert_eq!(unread(9, 2, 0, None, &[]), 7);
        assert_eq!(unread(9, 2, 0, None, &[3, 4]), 5);
        assert_eq!(unread(9, 2, 5, Some(6), &[]), 2);
        assert_eq!(
            unread(9, 2, 5, Some(6), &[5, 6, 8]),
            1,
            "what was read counts as read"
        );
        assert_eq!(unread(9, 2, 7, Some(9), &[]), 0);
    }
}
