//! Conversations. One partition, that of the tag, holds all rows of a conversation: its own row, the participant rows,
//! messages and read receipts.

use super::keys::inbox;
use super::pairs::PairRow;
use super::rows::{ConversationRow, GroupRow, alive, of};
use crate::model::{Conversation, ConversationId, ConversationPatch, ConversationWith, Patch, PersonId};
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency};
use crate::store::table::{
    Again, EXISTS, Key, Outcome, ReadStore, Rows, Store, Transaction, UpdateExpression,
};

impl ReadStore {
    /// A conversation as the caller sees it. One round trip, two read units.
    pub async fn conversation(&self, caller: PersonId, id: ConversationId) -> Result<Conversation> {
        let (conversation, participant) = self.conversation_rows(caller, id).await?;
        Ok(participant.view_of(&conversation))
    }
}

impl Store {
    /// Finds or creates the caller's conversation with a contact, or of a group that they are a member of. Concurrent
    /// callers get the same one. Three round trips if it is new, two if it exists.
    pub async fn create_conversation(
        &self,
        caller: PersonId,
        with: ConversationWith,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<Conversation>> {
        self.retry(|| async {
            let needed = match with {
                ConversationWith::Contact(contact) => {
                    [Key::contact(caller, contact), Key::pair(caller, contact)]
                }
                ConversationWith::Group(group) => [Key::group(group), Key::conversation(group.cast())],
            };
            let keys = needed.into_iter().chain(idempotency.map(Idempotency::row));
            let mut rows = self.rows(keys).await?;
            if let Some(replay) = Idempotency::replay(idempotency, &mut rows, self)? {
                return Ok(replay.answer(self.conversation(caller, replay.id).await?));
            }
            let mut transaction = self.transaction();
            let (id, is_new) = match with {
                ConversationWith::Contact(contact) => {
                    transaction.contact_conversation(caller, contact, &mut rows)?
                }
                ConversationWith::Group(group) => transaction.group_conversation(caller, group, &mut rows)?,
            };
            transaction.create(idempotency, id, is_new).await?;
            Created::read(self.conversation(caller, id).await, is_new)
        })
        .await
    }

    /// Changes the caller's own settings, and the pin, which all participants share. Two round trips.
    pub async fn update_conversation(
        &self,
        caller: PersonId,
        id: ConversationId,
        patch: &ConversationPatch,
    ) -> Result<Conversation> {
        let inbox = match patch.archived_at {
            Patch::Absent => None,
            Patch::Null => Some(inbox(caller, false)),
            Patch::Value(_) => Some(inbox(caller, true)),
        };
        let own = UpdateExpression::default()
            .set_if("is_pinned", patch.is_pinned)?
            .set_if("is_muted", patch.is_muted)?
            .patch("archived_at", &patch.archived_at)?
            .set_if("inbox", inbox)?;
        let shared = UpdateExpression::default().patch("pinned_message_id", &patch.pinned_message_id)?;
        if own.is_empty() && shared.is_empty() {
            return self.conversation(caller, id).await;
        }

        self.retry(|| async {
            let mut transaction = self.transaction();
            let checks = [
                transaction.update_or_check(&Key::conversation(id), &shared, alive(id)?)?,
                transaction.update_or_check(&Key::participant(id, caller), &own, of(id)?)?,
            ];
            let pinned = match patch.pinned_message_id {
                Patch::Value(message) => Some(transaction.condition_check(&Key::message(message), of(id)?)?),
                _ => None,
            };
            let Outcome::Cancelled(cancellation) = transaction.commit().await? else {
                return Ok(());
            };
            if checks.iter().any(|check| cancellation.failed(*check)) {
                return Err(StoreError::missing("conversation").into());
            }
            if pinned.is_some_and(|check| cancellation.failed(check)) {
                return Err(StoreError::missing_in("pinned_message_id", "message").into());
            }
            Err(Again::after("a race").into())
        })
        .await?;
        self.conversation(caller, id).await
    }

    /// Deletes a conversation for all participants: from now on nobody can read or write it. A background task purges
    /// its rows. A group stays, without a conversation. Two round trips.
    pub async fn delete_conversation(&self, caller: PersonId, id: ConversationId) -> Result<()> {
        let (shared, group) = (Key::conversation(id), Key::group(id.cast()));
        self.retry(|| async {
            let keys = [shared.clone(), Key::participant(id, caller), group.clone()];
            let mut rows = self.rows(keys).await?;
            let conversation = rows.take::<ConversationRow>(&shared)?;
            let (_, participant) = conversation
                .filter(|row| row.is_alive(id))
                .zip(rows.take_participant(id, caller)?)
                .ok_or(StoreError::missing("conversation"))?;
            let mut transaction = self.transaction();
            if let Some(contact) = participant.contact_id {
                transaction.end_pair_conversation(id, caller, contact)?;
            } else {
                let group: Option<GroupRow> = rows.take(&group)?;
                let group = group.ok_or(StoreError::missing("conversation"))?;
                group.require_owner(caller, "Only the owner of the group may delete its conversation.")?;
                transaction.end_group_conversation(&group, id)?;
            }
            transaction.commit_or_retry().await
        })
        .await
    }
}

impl Transaction<'_> {
    /// The caller's conversation with a contact, from the entry and pair that were read, and whether it is new.
    fn contact_conversation(
        &mut self,
        caller: PersonId,
        contact: PersonId,
        rows: &mut Rows,
    ) -> Result<(ConversationId, bool)> {
        let entry = Key::contact(caller, contact);
        if !rows.has(&entry) {
            return Err(StoreError::missing_in("contact_id", "contact"));
        }
        self.condition_check(&entry, EXISTS)?;
        let existing: Option<PairRow> = rows.take(&Key::pair(caller, contact))?;
        let id = self.pair_conversation(caller, contact, existing.as_ref())?;
        Ok((id, existing.is_none()))
    }
}
