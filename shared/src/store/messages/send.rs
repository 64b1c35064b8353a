//! Sending a message. Sends without reading first: if the transaction is cancelled, the rows of the failed checks say
//! why.

use super::attach::{AttachChecks, Attached};
use crate::model::{AttachmentRefs, ConversationId, Id, Message, MessageId, NewMessage, PersonId, Reactions};
use crate::store::bucket::Bucket;
use crate::store::conversations::rows::{ConversationRow, MessageRow, of};
use crate::store::error::{Result, StoreError};
use crate::store::idempotency::{Created, Idempotency, Replay};
use crate::store::table::{
    ABSENT, Again, Attempt, Cancellation, Check, Condition, Key, Outcome, Store, Transaction,
    UpdateExpression,
};

/// How far a sender dates an id ahead of other senders' clocks, in milliseconds per lost race for the next id.
const AHEAD_PER_LOSS: u64 = 10;

/// The rule that a message breaks which has neither text nor attachments.
pub(crate) const EMPTY: &str =
    "must be 1 to 20,000 characters, some of them visible; only with an attachment it may be empty";

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
    attachments: AttachChecks,
    record: Option<Check>,
}

impl Store {
    /// Sends a message. One round trip, however long the conversation is, plus one per lost race. With attachments one
    /// more, or two if something is forwarded, and beside it one call to the storage for each upload.
    pub async fn send_message(
        &self,
        caller: PersonId,
        new: &NewMessage,
        idempotency: Option<&Idempotency>,
        bucket: &Bucket,
    ) -> Result<Created<Message>> {
        let none = AttachmentRefs::default();
        let refs = new.attachments.as_ref().unwrap_or(&none);
        if new.message.is_none() && refs.as_slice().is_empty() {
            return Err(StoreError::invalid("message", EMPTY));
        }
        let sending = self.retry(|| async {
            let attached = match self.attach(caller, refs, &[], bucket).await {
                Ok(attached) => attached,
                // The attachments may be sent because an earlier request with the same key has sent them.
                Err(refused) => return Ok(self.sent_before(idempotency).await?.ok_or(refused)?),
            };
            self.commit_message(caller, new, &attached, idempotency).await
        });
        let (sender, sent) = tokio::try_join!(self.person(caller), sending)?;
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

    /// The message that an earlier request with the same idempotency key has sent.
    async fn sent_before(&self, idempotency: Option<&Idempotency>) -> Result<Option<Sent>> {
        let mut records = self.rows(idempotency.map(Idempotency::row)).await?;
        let replay: Option<Replay<_>> = Idempotency::replay(idempotency, &mut records, self)?;
        Ok(replay.map(|replay| Sent::Before(replay.id)))
    }

    async fn commit_message(
        &self,
        caller: PersonId,
        new: &NewMessage,
        attached: &[Attached],
        idempotency: Option<&Idempotency>,
    ) -> Attempt<Sent> {
        let order = Order::new(new.conversation_id);
        let sent = self.retry_with(order, |order| async move {
            let row = MessageRow {
                conversation_id: new.conversation_id,
                message_id: order.next(self),
                sender_id: caller,
                text: new.message.clone(),
                reactions: Reactions::default(),
                attachments: attached.iter().map(|attached| attached.file.clone()).collect(),
                revision: 0,
                updated_at: None,
            };
            let mut transaction = self.transaction();
            let checks = transaction.send(&row, attached, idempotency)?;
            match transaction.commit().await? {
                Outcome::Committed => Ok(Some(Sent::Now(row))),
                Outcome::Cancelled(why) => self.not_sent(&why, &checks, order, idempotency).await,
            }
        });
        sent.await?
            .ok_or_else(|| Again::after("a change of an attachment").into())
    }

    /// Interprets a cancelled send: the message was sent before, it can't be sent, or another attempt is worthwhile.
    /// `None` if that attempt must look at the attachments again.
    async fn not_sent(
        &self,
        why: &Cancellation,
        checks: &Checks,
        order: Order,
        idempotency: Option<&Idempotency>,
    ) -> Attempt<Option<Sent>, Order> {
        if checks.record.is_some_and(|record| why.failed(record))
            && let Some(before) = self.sent_before(idempotency).await?
        {
            return Ok(Some(before));
        }
        if why.failed(checks.participant) {
            return Err(StoreError::missing_in("conversation_id", "conversation").into());
        }
        checks.attachments.interpret(why)?;
        if checks.attachments.is_outdated(why) {
            return Ok(None);
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
    fn send(
        &mut self,
        row: &MessageRow,
        attached: &[Attached],
        idempotency: Option<&Idempotency>,
    ) -> Result<Checks> {
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
        let attachments = self.attach(attached, row.sender_id, conversation, id)?;
        let conversation = self.update(&Key::conversation(conversation), &counted, in_order)?;
        self.put(&Key::message(id), row, ABSENT)?;
        let record = idempotency.map(|key| key.record(self, id, true)).transpose()?;
        Ok(Checks {
            participant,
            conversation,
            attachments,
            record,
        })
    }
}
