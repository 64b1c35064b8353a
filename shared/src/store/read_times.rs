//! When messages were read: `read_at` is when somebody other than the sender first opened the conversation up to them.
//!
//! A read mark says that a message, and all before it, had been read at some time. Marks stand in series, in each of
//! which they only go forward, so that the first one at or after a message counts for it. Between two people, each has a
//! series of their own. A group has two, however many are in it: when each message was first read, and when it was read
//! by a second person, for the first may have been its sender.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

use super::Store;
use super::error::Result;
use super::keys::{self, Key};
use super::messages::MessageRow;
use super::rows::{Range, Reading, Row};
use super::sides::ParticipantRow;
use crate::model::{Conversation, Id, Message, Person, Position, Timestamp};

/// That everything up to a message had been read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ReadMarkRow {
    pub(super) conversation_id: Id<Conversation>,
    pub(super) reader_id: Id<Person>,
    pub(super) up_to: Id<Message>,
    pub(super) read_at: Timestamp,
}

impl Row for ReadMarkRow {
    const KIND: &'static str = "read_mark";
}

/// How far a group's conversation has been read by anybody, and by a second person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FirstReadsRow {
    pub(super) conversation_id: Id<Conversation>,
    /// How far somebody has read at most.
    pub(super) first: Id<Message>,
    /// Who that is.
    pub(super) first_reader: Id<Person>,
    /// How far somebody else has read at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) second: Option<Id<Message>>,
    /// Rises with every change.
    pub(super) revision: u64,
}

impl Row for FirstReadsRow {
    const KIND: &'static str = "first_reads";
}

/// A series of read marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Series {
    /// What one of two people has read.
    Of(Id<Person>),
    /// What was read by anybody in a group.
    First,
    /// What was read by a second person in a group.
    Second,
}

/// A mark to be added: its series, and up to where it counts.
pub(super) type NewMark = (Series, Id<Message>);

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Of(reader) => reader.fmt(f),
            Self::First => f.write_str("FIRST"),
            Self::Second => f.write_str("SECOND"),
        }
    }
}

impl FirstReadsRow {
    /// What stands there after `reader` has opened the group's conversation up to a message, and the marks that this
    /// adds. None where it changes nothing for anybody.
    pub(super) fn opened(
        before: Option<&Self>,
        conversation: Id<Conversation>,
        reader: Id<Person>,
        up_to: Id<Message>,
    ) -> Option<(Self, Vec<NewMark>)> {
        let Some(before) = before else {
            let first = Self {
                conversation_id: conversation,
                first: up_to,
                first_reader: reader,
                second: None,
                revision: 0,
            };
            return Some((first, vec![(Series::First, up_to)]));
        };
        let mut after = Self {
            revision: before.revision + 1,
            ..before.clone()
        };
        let mut marks = Vec::new();
        if up_to > before.first {
            marks.push((Series::First, up_to));
            after.first = up_to;
            after.first_reader = reader;
        }
        // Whoever has read furthest is the second reader of nothing.
        let second = up_to.min(before.first);
        if reader != before.first_reader && Some(second) > before.second {
            marks.push((Series::Second, second));
            after.second = Some(second);
        }
        Some((after, marks)).filter(|(_, marks)| !marks.is_empty())
    }
}

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
    /// When the messages were read by somebody else than their senders, of those that were. `sides` are the caller's of
    /// their conversations. One round trip.
    pub(super) async fn read_times(
        &self,
        messages: &[MessageRow],
        sides: &HashMap<Id<Conversation>, ParticipantRow>,
        reading: Reading,
    ) -> Result<HashMap<Id<Message>, Timestamp>> {
        let series_for = |message: &MessageRow| {
            let side = sides.get(&message.conversation_id);
            side.map_or(Vec::new(), |side| side.series_for(message.sender_id))
        };
        let mut wanted: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for message in messages {
            for series in series_for(message) {
                let ids = wanted.entry((message.conversation_id, series)).or_default();
                ids.insert(message.message_id);
            }
        }
        let reads = wanted.iter().map(async |((_, series), messages)| {
            let marks = self.marks_for(*series, messages, reading).await?;
            Ok::<_, super::StoreError>((*series, marks))
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
    async fn marks_for(
        &self,
        series: Series,
        messages: &BTreeSet<Id<Message>>,
        reading: Reading,
    ) -> Result<Vec<(Id<Message>, ReadMarkRow)>> {
        let Some(mut place) = messages.first().map(|first| first.just_before()) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::with_capacity(messages.len());
        let mut left = messages.iter().copied().peekable();
        while let Some(message) = left.peek() {
            let range = Range::new(
                keys::conversation_partition(message.cast()),
                keys::read_marks(series),
            )
            .from(Position::Before(Key::read_mark(series, place)))
            .limit(messages.len())
            .reading(reading);
            let marks: Vec<ReadMarkRow> = self.rows_in(range).await?;
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Millis;

    fn message(at: u64) -> Id<Message> {
        Id::from_parts(Millis(at), 0)
    }

    fn person(number: u8) -> Id<Person> {
        Id::from_parts(Millis(u64::from(number)), 1)
    }

    /// The first mark of a series that covers the message.
    fn first(marks: &[(Series, Id<Message>, u8, usize)], series: Series, at: u64) -> Option<(u8, usize)> {
        let covering = marks
            .iter()
            .filter(|(own, up_to, ..)| *own == series && *up_to >= message(at));
        covering
            .min_by_key(|(_, up_to, ..)| *up_to)
            .map(|mark| (mark.2, mark.3))
    }

    proptest! {
        /// However people open a group's conversation, two series know when each message was first read by somebody
        /// other than its sender.
        #[test]
        fn two_series_of_marks_are_enough(openings in prop::collection::vec((0u8..5, 1u64..12), 0..40)) {
            let conversation = Id::from_parts(Millis(0), 0);
            let (mut row, mut marks) = (None, Vec::new());
            for (time, (reader, up_to)) in openings.iter().enumerate() {
                let opened =
                    FirstReadsRow::opened(row.as_ref(), conversation, person(*reader), message(*up_to));
                if let Some((after, added)) = opened {
                    row = Some(after);
                    marks.extend(added.into_iter().map(|(series, up_to)| (series, up_to, *reader, time)));
                }
            }
            for series in [Series::First, Series::Second] {
                let places: Vec<_> = marks.iter().filter(|mark| mark.0 == series).map(|mark| mark.1).collect();
                prop_assert!(places.is_sorted_by(|a, b| a < b), "a series only goes forward");
            }
            for at in 1..12 {
                for sender in 0..5 {
                    let expected = openings.iter().position(|(reader, up_to)| *reader != sender && *up_to >= at);
                    let found = [Series::First, Series::Second]
                        .into_iter()
                        .filter_map(|series| first(&marks, series, at))
                        .find(|(reader, _)| *reader != sender);
                    prop_assert_eq!(found.map(|(_, time)| time), expected);
                }
            }
        }
    }
}
