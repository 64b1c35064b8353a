//! Read state: how far each participant has read, from which the unread count follows, and the read receipts, from
//! which `read_at` follows. One transaction writes both.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::model::{Conversation, ConversationId, MessageId, PersonId, ReadUpTo, Timestamp};
use crate::store::conversations::rows::{
    ConversationRow, FirstReadsRow, MessageRow, ParticipantRow, ReadReceiptRow, Series, of,
};
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency};
use crate::store::table::{
    ABSENT, Again, Check, Condition, Key, Outcome, ReadStore, Store, Transaction, UpdateExpression, decode,
};

/// The most deleted messages that a participant row names. The next one moves them into `read_others`, so the row stays
/// small however many messages are sent and deleted.
const MOST_UNREAD_DELETED: usize = 100;

/// How far a participant has read: the last message, and the number of messages that others had sent up to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadProgress {
    pub(crate) up_to: MessageId,
    others: u64,
    /// The precondition of the progress.
    basis: Basis,
}

/// What must be true when the progress is written.
#[derive(Clone, Copy, Debug)]
enum Basis {
    /// No precondition: everything up to the message counts as read.
    Nothing,
    /// The message `up_to` has been deleted, because the page did not show it.
    IsDeleted,
    /// `read_others` is still this number.
    Others(u64),
    /// The participant joined after the message, and has not opened the conversation since. What counts as read stays.
    History,
}

/// The result of opening a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened {
    /// When the unread messages were marked as read.
    pub(crate) at: Timestamp,
    /// This opening is the first read of all messages after this one.
    pub(crate) first_after: Option<MessageId>,
}

/// What came of an opening that was to mark messages as read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Opening {
    /// It marked them.
    Marked(Opened),
    /// It marked nothing: there was nothing to mark, or somebody was faster.
    Nothing,
    /// The totals of the conversation have been overtaken by deletes. They have to be read again.
    Outdated,
}

impl ConversationRow {
    /// The progress of a participant who has read every message.
    pub(crate) fn all_read_by(&self, person: PersonId) -> Option<ReadProgress> {
        Some(ReadProgress {
            up_to: self.last_message_id?,
            others: self.sent_by_others(person),
            basis: Basis::Nothing,
        })
    }
}

impl ReadProgress {
    /// The progress of a participant who has been shown messages up to `newest`. If `newest` is not the last message,
    /// the last one must have been deleted: rows of one transaction may become visible one after the other.
    pub(crate) fn having_shown(self, newest: MessageId) -> Self {
        let basis = if newest == self.up_to {
            Basis::Nothing
        } else {
            Basis::IsDeleted
        };
        Self { basis, ..self }
    }
}

impl ReadStore {
    /// The progress of a participant who has read up to `message`; `None` if they have read further already.
    async fn progress_to(
        &self,
        message: MessageId,
        conversation: &ConversationRow,
        participant: &ParticipantRow,
    ) -> Result<Option<ReadProgress>> {
        let (id, person) = (conversation.conversation_id, participant.person_id);
        let row: Option<MessageRow> = self.row(Key::message(message)).await?;
        if row.is_none_or(|row| row.conversation_id != id) {
            return Err(StoreError::missing_in("message_id", "message"));
        }
        let counts_as_read = participant.read_up_to >= Some(message);
        if counts_as_read && participant.history.is_none() {
            return Ok(None);
        }
        if conversation.last_message_id == Some(message) {
            return Ok(conversation.all_read_by(person));
        }
        if counts_as_read {
            return Ok(Some(ReadProgress {
                up_to: message,
                others: participant.read_others,
                basis: Basis::History,
            }));
        }
        // Messages that others sent since the last receipt: those that exist, and those that were deleted unread. A
        // delete moves a message from the first set to the second, so they are read in this order.
        let mut before = participant.clone();
        loop {
            let since = before.read_up_to.unwrap_or(id.cast());
            let mut sent = self.sent_between(since, message, person).await?;
            let (_, now) = self.conversation_rows(person, id).await?;
            // A delete between the two reads may also have moved the second set into the number.
            if (now.read_up_to, now.read_others) == (before.read_up_to, before.read_others) {
                sent.extend(now.unread_deleted.range(since.just_after()..=message));
                return Ok(Some(ReadProgress {
                    up_to: message,
                    others: now.read_others + sent.len() as u64,
                    basis: Basis::Others(now.read_others),
                }));
            }
            if now.read_up_to >= Some(message) {
                return Ok(None);
            }
            before = now;
        }
    }

    /// The messages of people other than `person`, after `since` and up to `until`.
    async fn sent_between(
        &self,
        since: MessageId,
        until: MessageId,
        person: PersonId,
    ) -> Result<BTreeSet<MessageId>> {
        let mut items = self
            .client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :since AND :until")
            .filter_expression("sender_id <> :person")
            .expression_attribute_values(":pk", AttributeValue::S(Key::message(until).pk))
            .expression_attribute_values(":since", AttributeValue::S(Key::message(since.just_after()).sk))
            .expression_attribute_values(":until", AttributeValue::S(Key::message(until).sk))
            .expression_attribute_values(":person", AttributeValue::S(person.to_string()))
            .into_paginator()
            .items()
            .send();
        let mut found = BTreeSet::new();
        while let Some(item) = items.try_next().await? {
            found.insert(decode::<MessageRow>(item)?.message_id);
        }
        Ok(found)
    }

    /// How far a group has read its conversation; `None` between two people.
    async fn first_reads(&self, participant: &ParticipantRow) -> Result<Option<FirstReadsRow>> {
        if participant.group_id.is_none() {
            return Ok(None);
        }
        self.row(Key::first_reads(participant.conversation_id)).await
    }
}

impl Store {
    /// Marks a conversation as read, up to one of its messages or to the newest. Never moves backwards. Three round
    /// trips. Up to an older message it takes two more and reads the messages that it marks.
    pub async fn mark_read(
        &self,
        caller: PersonId,
        id: ConversationId,
        up_to: ReadUpTo,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<Conversation>> {
        let answer = |resource, replayed| Created {
            resource,
            is_new: false,
            replayed,
        };
        self.retry(|| async {
            let ((conversation, participant), mut record) = tokio::try_join!(
                self.conversation_rows(caller, id),
                self.rows(idempotency.map(Idempotency::row))
            )?;
            if Idempotency::replay::<Conversation>(idempotency, &mut record, self)?.is_some() {
                // Read again: the first request may have ended between the two reads.
                return Ok(answer(self.conversation(caller, id).await?, true));
            }
            let progress = match up_to.message_id {
                Some(message) => self.progress_to(message, &conversation, &participant).await?,
                None => conversation.all_read_by(caller),
            };
            let progress = progress.filter(|_| participant.has_news_in(&conversation));
            let first_reads = match progress {
                Some(_) => self.first_reads(&participant).await?,
                None => None,
            };
            let mut transaction = self.transaction();
            transaction.open(&participant, progress, first_reads.as_ref(), self.now())?;
            transaction.create(idempotency, id, false).await?;
            Ok(answer(self.conversation(caller, id).await?, false))
        })
        .await
    }

    /// Opens a conversation for a participant who has been shown it: sets `last_opened_at` and, with progress, marks it
    /// as read. `first_reads` is how far a group had read it. Does nothing if the participant or the conversation is
    /// gone, if they have read further elsewhere, or if the precondition fails.
    pub(crate) async fn open(
        &self,
        participant: &ParticipantRow,
        progress: Option<ReadProgress>,
        first_reads: Option<FirstReadsRow>,
    ) -> Result<Opening> {
        let now = self.now();
        let Some(ReadProgress { up_to, .. }) = progress else {
            let opened = opened(participant, now)?;
            if !opened.is_empty() {
                let id = participant.conversation_id;
                let key = Key::participant(id, participant.person_id);
                self.update_row::<ParticipantRow>(&key, &opened, of(id)?).await?;
            }
            return Ok(Opening::Nothing);
        };
        self.retry_with(first_reads, |first_reads| async move {
            let mut transaction = self.transaction();
            let marked = transaction.open(participant, progress, first_reads.as_ref(), now)?;
            match transaction.commit().await? {
                Outcome::Committed => {
                    let first_after = match participant.group_id {
                        Some(_) => first_reads.map(|row| row.first),
                        None => participant.read_up_to,
                    };
                    Ok(Opening::Marked(Opened { at: now, first_after }))
                }
                Outcome::Cancelled(why) if marked.is_some_and(|check| why.failed(check)) => {
                    // Another member of the group has opened the conversation at the same moment.
                    let first_reads = self.first_reads(participant).await?;
                    Err(Again::after("a race").briefly().with(first_reads).into())
                }
                Outcome::Cancelled(why) if why.failed_any() => {
                    let (id, person) = (participant.conversation_id, participant.person_id);
                    let row = self.participant_row(person, id).await?;
                    let is_outdated = row.is_some_and(|row| row.counted_up_to > Some(up_to));
                    Ok(if is_outdated {
                        Opening::Outdated
                    } else {
                        Opening::Nothing
                    })
                }
                Outcome::Cancelled(_) => Err(Again::after("a race").with(first_reads).into()),
            }
        })
        .await
    }
}

impl Transaction<'_> {
    /// Opens a conversation, and with progress marks it as read. If nothing changes, only checks that the participant
    /// row exists. Returns the check of the group's `first_reads` row, if that row changes.
    fn open(
        &mut self,
        participant: &ParticipantRow,
        progress: Option<ReadProgress>,
        first_reads: Option<&FirstReadsRow>,
        now: Timestamp,
    ) -> Result<Option<Check>> {
        let (id, person) = (participant.conversation_id, participant.person_id);
        let changes = opened(participant, now)?;
        let key = Key::participant(id, person);
        let Some(ReadProgress { up_to, others, basis }) = progress else {
            self.update_or_check(&key, &changes, of(id)?)?;
            return Ok(None);
        };
        let read = participant.unread_deleted.range(..=up_to);
        let marked = changes
            .clone()
            .set("read_up_to", up_to)?
            .set("read_others", others)?
            .remove("history")
            .remove_members("unread_deleted", read);
        // What is counted beyond the totals that were read would be lost with them.
        let forward = "conversation_id = :id AND (attribute_not_exists(read_up_to) \
             OR read_up_to < :read_up_to OR attribute_exists(history)) \
             AND (attribute_not_exists(counted_up_to) OR counted_up_to <= :read_up_to)";
        let (changes, condition) = match basis {
            Basis::Nothing => (marked, Condition::new(forward)),
            Basis::IsDeleted => {
                self.condition_check(&Key::message(up_to), ABSENT)?;
                (marked, Condition::new(forward))
            }
            Basis::Others(before) => {
                let unmoved = "conversation_id = :id AND read_others = :before AND \
                     (attribute_not_exists(read_up_to) OR read_up_to < :read_up_to)";
                (marked, Condition::new(unmoved).with(":before", before)?)
            }
            Basis::History => {
                let joined = "conversation_id = :id AND attribute_exists(history)";
                (changes, Condition::new(joined))
            }
        };
        self.update_or_check(&key, &changes, condition.with(":id", id)?)?;
        self.put_receipts(participant, up_to, first_reads, now)
    }

    /// Adds the read receipts of an opening.
    fn put_receipts(
        &mut self,
        participant: &ParticipantRow,
        up_to: MessageId,
        first_reads: Option<&FirstReadsRow>,
        now: Timestamp,
    ) -> Result<Option<Check>> {
        let (id, person) = (participant.conversation_id, participant.person_id);
        let (first_reads, receipts) = if participant.group_id.is_none() {
            (None, vec![(Series::Of(person), up_to)])
        } else if let Some((after, receipts)) = FirstReadsRow::opened(first_reads, id, person, up_to) {
            let unchanged = match first_reads {
                Some(before) => Condition::new("revision = :before").with(":before", before.revision)?,
                None => ABSENT.into(),
            };
            let key = Key::first_reads(id);
            let check = self.replace(&key, first_reads, &after, unchanged)?;
            (Some(check), receipts)
        } else {
            (None, Vec::new())
        };
        for (series, up_to) in receipts {
            let receipt = ReadReceiptRow {
                conversation_id: id,
                reader_id: person,
                up_to,
                read_at: now,
            };
            self.put(&Key::read_receipt(series, up_to), &receipt, ABSENT)?;
        }
        Ok(first_reads)
    }
}

impl Transaction<'_> {
    /// Notes the delete of a message that the participant has not read. Refused if they have read it by now.
    pub(crate) fn note_unread_deleted(&mut self, participant: &ParticipantRow, id: MessageId) -> Result<()> {
        let ParticipantRow {
            conversation_id,
            read_up_to,
            read_others,
            unread_deleted,
            counted_up_to,
            ..
        } = participant;
        let key = Key::participant(*conversation_id, participant.person_id);
        if unread_deleted.len() < MOST_UNREAD_DELETED {
            let unread =
                "conversation_id = :id AND (attribute_not_exists(read_up_to) OR read_up_to < :message)";
            let unread = Condition::new(unread)
                .with(":id", conversation_id)?
                .with(":message", id)?;
            let noted = UpdateExpression::default().add_member("unread_deleted", id);
            self.update(&key, &noted, unread)?;
            return Ok(());
        }
        let counted: Vec<_> = unread_deleted
            .iter()
            .filter(|deleted| *read_up_to < Some(**deleted))
            .collect();
        let unchanged = Condition::new(
            "conversation_id = :id AND read_others = :before AND size(unread_deleted) = :size AND \
             (attribute_not_exists(read_up_to) OR read_up_to < :message)",
        )
        .with(":id", conversation_id)?
        .with(":before", read_others)?
        .with(":size", unread_deleted.len())?
        .with(":message", id)?;
        let newest = counted.last().copied().max(counted_up_to.as_ref());
        let moved = UpdateExpression::default()
            .set("read_others", read_others + counted.len() as u64)?
            .set_if("counted_up_to", newest)?
            .set_members("unread_deleted", [&id]);
        self.update(&key, &moved, unchanged)?;
        Ok(())
    }
}

/// The change from opening a conversation. Empty if it was already opened in the same second.
fn opened(participant: &ParticipantRow, now: Timestamp) -> Result<UpdateExpression> {
    let now = Some(now).filter(|now| participant.last_opened_at < Some(*now));
    UpdateExpression::default().set_if("last_opened_at", now)
}
