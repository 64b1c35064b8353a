//! When messages were read: `read_at` is when somebody other than the sender first opened the conversation up to them.
//!
//! A read receipt says that a message, and all before it, had been read at some time. Receipts stand in series. In each
//! they only go forward, so the first one at or after a message counts for it. Between two people, each has a
//! series of their own. A group has two, however many are in it: when each message was first read, and when it was read
//! by a second person, for the first may have been its sender.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::try_join_all;

use crate::model::{ConversationId, MessageId, PersonId, Position, Timestamp};
use crate::store::conversations::keys::{conversation_partition, read_receipts};
use crate::store::conversations::rows::{MessageRow, ParticipantRow, ReadReceiptRow, Series};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadConsistency, ReadStore};

impl ParticipantRow {
    /// The series with the receipts for a sender's messages: the first receipt of somebody else counts.
    fn series_for(&self, sender: PersonId) -> Vec<Series> {
        match self.contact_id {
            Some(contact) if contact == sender => vec![Series::Of(self.person_id)],
            Some(contact) => vec![Series::Of(contact)],
            None => vec![Series::First, Series::Second],
        }
    }
}

impl ReadStore {
    /// When the messages were read by somebody else than their senders, of those that were. `participants` has the
    /// caller's rows, by conversation. One round trip.
    pub(crate) async fn read_at(
        &self,
        messages: &[MessageRow],
        participants: &HashMap<ConversationId, ParticipantRow>,
        consistency: ReadConsistency,
    ) -> Result<HashMap<MessageId, Timestamp>> {
        let series_for = |message: &MessageRow| {
            let participant = participants.get(&message.conversation_id);
            participant.map_or(Vec::new(), |participant| {
                participant.series_for(message.sender_id)
            })
        };
        let mut wanted: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for message in messages {
            for series in series_for(message) {
                let ids = wanted.entry((message.conversation_id, series)).or_default();
                ids.insert(message.message_id);
            }
        }
        let reads = wanted.iter().map(async |((_, series), messages)| {
            let receipts = self.receipts_for(*series, messages, consistency).await?;
            Ok::<_, StoreError>((*series, receipts))
        });
        let mut receipts = HashMap::new();
        for (series, found) in try_join_all(reads).await? {
            receipts.extend(found.into_iter().map(|(id, receipt)| ((id, series), receipt)));
        }
        let read_at = |message: &MessageRow| {
            let id = message.message_id;
            let by_others = series_for(message)
                .into_iter()
                .filter_map(|series| receipts.get(&(id, series)))
                .find(|receipt| receipt.reader_id != message.sender_id);
            by_others.map(|receipt| (id, receipt.read_at))
        };
        Ok(messages.iter().filter_map(read_at).collect())
    }

    /// For each of these messages of one conversation the first receipt at it or after it.
    async fn receipts_for(
        &self,
        series: Series,
        messages: &BTreeSet<MessageId>,
        consistency: ReadConsistency,
    ) -> Result<Vec<(MessageId, ReadReceiptRow)>> {
        let Some(mut place) = messages.first().map(|first| first.just_before()) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::with_capacity(messages.len());
        let mut left = messages.iter().copied().peekable();
        while let Some(message) = left.peek() {
            let range = Range::new(conversation_partition(message.cast()), read_receipts(series))
                .from(Position::Before(Key::read_receipt(series, place)))
                .limit(messages.len())
                .consistency(consistency);
            let receipts: Vec<ReadReceiptRow> = self.rows_in(range).await?;
            for receipt in &receipts {
                while let Some(message) = left.next_if(|message| *message <= receipt.up_to) {
                    found.push((message, receipt.clone()));
                }
            }
            // Between two messages there may be more receipts, of messages that were deleted since.
            match receipts.last() {
                Some(last) if receipts.len() == messages.len() => place = last.up_to,
                _ => break,
            }
        }
        Ok(found)
    }
}
