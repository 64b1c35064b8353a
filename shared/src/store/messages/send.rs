//! Sending a message.

use super::change::require_known;
use crate::model::{Id, Message, NewMessage, Person, Reactions};
use crate::store::conversations::rows::{ConversationRow, MessageRow, of};
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency};
use crate::store::table::{ABSENT, Backoff, Condition, Key, Outcome, Store, UpdateExpression};

/// How far a sender looks ahead of the clocks of others, in milliseconds, for each race for the next id that it has lost.
const AHEAD_PER_REFUSAL: u64 = 10;

/// What became of a message that was to be sent.
enum Sent {
    /// It is in the conversation.
    Now(MessageRow),
    /// A request with the same idempotency key had sent it before.
    Before(Id<Message>),
}

impl Store {
    /// Sends a message. One round trip, however long the conversation is, and one more for each race that it loses.
    pub async fn send_message(
        &self,
        caller: Id<Person>,
        new: &NewMessage,
        idempotency: Option<&Idempotency>,
    ) -> Result<Created<Message>> {
        require_known(new.attachments.as_ref())?;
        let (sender, sent) =
            tokio::try_join!(self.person(caller), self.commit_message(caller, new, idempotency))?;
        let (resource, replayed) = match sent {
            Sent::Now(row) => (row.render(sender, None), false),
            Sent::Before(id) => (self.message(caller, id).await?, true),
        };
        Ok(Created {
            resource,
            is_new: true,
            replayed,
        })
    }

    async fn commit_message(
        &self,
        caller: Id<Person>,
        new: &NewMessage,
        idempotency: Option<&Idempotency>,
    ) -> Result<Sent> {
        let conversation = new.conversation_id;
        // Ids of messages are larger than their conversation's, so that ranks only rise.
        let mut last = conversation.cast();
        let (mut ahead, mut refusals) = (0, 0);
        let mut backoff = Backoff::default();
        loop {
            let id = Id::next(last, (self.clock)().plus(ahead));
            let row = MessageRow {
                conversation_id: conversation,
                message_id: id,
                sender_id: caller,
                text: new.message.clone(),
                reactions: Reactions::default(),
                revision: 0,
                updated_at: None,
            };
            let mut transaction = self.transaction();
            let rank = UpdateExpression::default().set("rank", id)?;
            let participant =
                transaction.update(&Key::participant(conversation, caller), &rank, of(conversation)?)?;
            let counted = UpdateExpression::default()
                .set("last_message_id", id)?
                .count("sent_total")
                .count_under("sent_by", caller);
            let in_order = Condition::new(
                "conversation_id = :id AND attribute_not_exists(deleted_at) AND \
                 (attribute_not_exists(last_message_id) OR last_message_id < :last_message_id)",
            )
            .with(":id", conversation)?;
            let head = transaction.update(&Key::conversation(conversation), &counted, in_order)?;
            transaction.put(&Key::message(id), &row, ABSENT)?;
            let record = idempotency
                .map(|key| key.record(&mut transaction, id, true))
                .transpose()?;

            let Outcome::Cancelled(cancellation) = transaction.commit().await? else {
                return Ok(Sent::Now(row));
            };
            if let Some(key) = idempotency
                && record.is_some_and(|record| cancellation.failed(record))
                && let Some(replay) =
                    Idempotency::replay(Some(key), &mut self.rows([key.row()]).await?, self)?
            {
                return Ok(Sent::Before(replay.id));
            }
            if cancellation.failed(participant) {
                return Err(StoreError::missing_in("conversation_id", "conversation"));
            }
            if let Some(found) = cancellation.found::<ConversationRow>(head)? {
                last = found.last_message_id.unwrap_or(last);
                // By so much are the clocks of others ahead; they go on during the pause. Whoever has lost often looks
                // further ahead, so that the next race is theirs.
                refusals += 1;
                ahead = last.made_at().0.saturating_sub((self.clock)().0) + AHEAD_PER_REFUSAL * refusals;
                backoff.wait_briefly("a race").await?;
                continue;
            }
            let in_use = record.is_some_and(|record| cancellation.conflicts(record));
            let waited = backoff.wait("a race").await;
            waited.map_err(|error| if in_use { StoreError::KeyInUse } else { error })?;
        }
    }
}
