//! When messages were read: `read_at` is when somebody other than the sender first opened the conversation up to them.
//!
//! A read mark says that a message, and all before it, had been read at some time. Marks stand in series, in each of
//! which they only go forward, so that the first one at or after a message counts for it. Between two people, each has a
//! series of their own. A group has two, however many are in it: when each message was first read, and when it was read
//! by a second person, for the first may have been its sender.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::try_join_all;

use crate::model::{Conversation, Id, Message, Person, Position, Timestamp};
use crate::store::conversations::keys::{conversation_partition, read_receipts};
use crate::store::conversations::rows::{MessageRow, ParticipantRow, ReadReceiptRow, Series};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Range, ReadConsistency, Store};

impl ParticipantRow {
    /// The series in which the reading of a sender's messages is found: the first mark by somebody else counts.
    fn series_for(&self, sender: Id<Person>) -> Vec<Series> {
        match self.contact_id {
            Some(contact) if contact == sender => vec![Series::Of(self.person_id)],
            Some(contact) => vec![Series::Of(contact)],
            None => vec![Series::First, Series::Second],
        }
    }
}

impl Store {
    /// When the messages were read by somebody else than their senders, of those that were. `participants` are the caller's rows of
    /// their conversations. One round trip.
    pub(crate) async fn read_receipts(
        &self,
        messages: &[MessageRow],
        participants: &HashMap<Id<Conversation>, ParticipantRow>,
        consistency: ReadConsistency,
    ) -> Result<HashMap<Id<Message>, Timestamp>> {
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
            let marks = self.receipts_for(*series, messages, consistency).await?;
            Ok::<_, StoreError>((*series, marks))
        });
        let mut marks = HashMap::new();
        for (series, found) in try_join_all(reads).await? {
            marks.extend(found.into_iter().map(|(id, mark)| ((id, series), mark)));
        }
        let read_at = |message: &MessageRow| {
            let id = message.message_id;
            let by_others = series_for(message)
                .into_iter()
                .filter_map(|series| marks.get(&(id, series)))
                .find(|mark| mark.reader_id != message.sender_id);
            by_others.map(|mark| (id, mark.read_at))
        };
        Ok(messages.iter().filter_map(read_at).collect())
    }

    /// For each of these messages of one conversation the first mark at it or after it.
    async fn receipts_for(
        &self,
        series: Series,
        messages: &BTreeSet<Id<Message>>,
        consistency: ReadConsistency,
    ) -> Result<Vec<(Id<Message>, ReadReceiptRow)>> {
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
            let marks: Vec<ReadReceiptRow> = self.rows_in(range).await?;
            for mark in &marks {
                while let Some(message) = left.next_if(|message| *message <= mark.up_to) {
                    found.push((message, mark.clone()));
                }
            }
            // Between two messages there may be more marks, of messages that were deleted since.
            match marks.last() {
                Some(last) if marks.len() == messages.len() => place = last.up_to,
                _ => break,
            }
        }
        Ok(found)
    }
}
