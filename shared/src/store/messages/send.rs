//! Sending a message. Sends without reading first: if the transaction is cancelled, the rows of the failed checks say
//! why.

use super::change::require_known;
use crate::model::{ConversationId, Id, Message, MessageId, NewMessage, PersonId, Reactions};
use crate::store::conversations::rows::{ConversationRow, MessageRow, of};
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency};
use crate::store::table::{
    ABSENT, Again, Attempt, Cancellation, Check, Condition, Key, Outcome, Store, Transaction,
    UpdateExpression,
};

/// How far a sender dates an id ahead of other senders' clocks, in milliseconds per lost race for the next id.
const AHEAD_PER_LOSS: u64 = 10;

/// The outcome of sending a message.
enum Sent {
    /// The message has been sent.
    Now(MessageRow),
    /// An earlier request with the same idempotency key had sent the message.
    Before(MessageId),
}

/// The order of messages in a conversation, as known to this sender.
#[derive(Clone, Copy)]
struct Order {
    /// A message that the next message must follow.
    last: MessageId,
    /// Milliseconds that this sender adds to its clock.
    ahead: u64,
    /// The number of lost races for the next id.
    losses: u64,
}

/// The checks that may cancel the transaction.
struct Checks {
    participant: Check,
    conversation: Check,
    record: Option<Check>,
}

impl Store {
    /// Sends a message. One round trip, however long the conversation is, plus one per lost race.
    pub async fn send_message(
        &self,
        caller: PersonId,
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
        caller: PersonId,
        new: &NewMessage,
        idempotency: Option<&Idempotency>,
    ) -> Result<Sent> {
        let order = Order::new(new.conversation_id);
        self.retry_with(order, |order| async move {
            let row = MessageRow {
                conversation_id: new.conversation_id,
                message_id: order.next(self),
                sender_id: caller,
                text: new.message.clone(),
                reactions: Reactions::default(),
                revision: 0,
                updated_at: None,
            };
            let mut transaction = self.transaction();
            let checks = transaction.send(&row, idempotency)?;
            match transaction.commit().await? {
                Outcome::Committed => Ok(Sent::Now(row)),
                Outcome::Cancelled(why) => self.not_sent(&why, &checks, order, idempotency).await,
            }
        })
        .await
    }

    /// Interprets a cancelled send: the message was sent before, it can't be sent, or another attempt is worthwhile.
    async fn not_sent(
        &self,
        why: &Cancellation,
        checks: &Checks,
        order: Order,
        idempotency: Option<&Idempotency>,
    ) -> Attempt<Sent, Order> {
        if let Some(key) = idempotency
            && checks.record.is_some_and(|record| why.failed(record))
            && let Some(replay) = Idempotency::replay(Some(key), &mut self.rows([key.row()]).await?, self)?
        {
            return Ok(Sent::Before(replay.id));
        }
        if why.failed(checks.participant) {
            return Err(StoreError::missing_in("conversation_id", "conversation").into());
        }
        if let Some(found) = why.found::<ConversationRow>(checks.conversation)? {
            let order = order.after_loss(found.last_message_id, self);
            return Err(Again::after("a race").briefly().with(order).into());
        }
        Err(why.lost_race(checks.record).with(order).into())
    }
}

impl Order {
    fn new(conversation: ConversationId) -> Self {
        Self {
            // Message ids are larger than their conversation's id, so ranks only rise.
            last: conversation.cast(),
            ahead: 0,
            losses: 0,
        }
    }

    /// The next id.
    fn next(&self, store: &Store) -> MessageId {
        Id::next(self.last, (store.clock)().plus(self.ahead))
    }

    /// The order after a lost race. Other clocks go on during the pause. A sender with many losses looks further ahead,
    /// to win the next race.
    fn after_loss(self, last: Option<MessageId>, store: &Store) -> Self {
        let last = last.unwrap_or(self.last);
        let losses = self.losses + 1;
        let behind = last.made_at().0.saturating_sub((store.clock)().0);
        Self {
            last,
            ahead: behind + AHEAD_PER_LOSS * losses,
            losses,
        }
    }
}

impl Transaction<'_> {
    /// Sends a message. Checks that the sender takes part, the conversation is alive, and the id is its largest.
    fn send(&mut self, row: &MessageRow, idempotency: Option<&Idempotency>) -> Result<Checks> {
        let (conversation, id) = (row.conversation_id, row.message_id);
        let rank = UpdateExpression::default().set("rank", id)?;
        let own = Key::participant(conversation, row.sender_id);
        let participant = self.update(&own, &rank, of(conversation)?)?;
        let counted = UpdateExpression::default()
            .set("last_message_id", id)?
            .count("sent_total")
            .count_under("sent_by", row.sender_id);
        let in_order = Condition::new(
            "conversation_id = :id AND attribute_not_exists(deleted_at) AND \
             (attribute_not_exists(last_message_id) OR last_message_id < :last_message_id)",
        )
        .with(":id", conversation)?;
        let conversation = self.update(&Key::conversation(conversation), &counted, in_order)?;
        self.put(&Key::message(id), row, ABSENT)?;
        let record = idempotency.map(|key| key.record(self, id, true)).transpose()?;
        Ok(Checks {
            participant,
            conversation,
            record,
        })
    }
}
