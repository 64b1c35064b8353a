//! The time when messages were read. `read_at` is when somebody other than the sender first opened the conversation up
//! to the message.
//!
//! A read receipt says that a message, and all before it, had been read at some time. Receipts form series. In each
//! they only move forward, so the first receipt at or after a message counts for it. Between two people, each has a
//! series. A group has two series, whatever its size: the first read of each message, and the read by a second person,
//! because the first reader may be the sender.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::try_join_all;

use crate::model::{ConversationId, MessageId, PersonId, Position, Timestamp};
use crate::store::conversations::keys::{conversation_partition, read_receipts};
use crate::store::conversations::rows::{MessageRow, ParticipantRow, ReadReceiptRow, Series};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadConsistency, ReadStore};

impl ParticipantRow {
    /// The series that count for a sender's messages. The first receipt of another person counts.
    fn series_for(&self, sender: PersonId) -> Vec<Series> {
        match self.contact_id {
            Some(contact) if contact == sender => vec![Series::Of(self.person_id)],
            Some(contact) => vec![Series::Of(contact)],
            None => vec![Series::First, Series::Second],
        }
    }
}

impl ReadStore {
    /// The times when the messages were first read by somebody other than their senders. Leaves out unread messages.
    /// `participants` contains the caller's rows by conversation. One round trip.
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

    /// The first receipt at or after each of these messages of one conversation.
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
            // Between two messages there may be more receipts, for messages deleted since.
            match receipts.last() {
                Some(last) if receipts.len() == messages.len() => place = last.up_to,
                _ => break,
            }
        }
        Ok(found)
    }
}
