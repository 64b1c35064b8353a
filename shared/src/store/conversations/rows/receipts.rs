//! Read receipts: which messages were read, and when.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{ConversationId, MessageId, PersonId, Timestamp};
use crate::store::table::Row;

/// A read receipt: everything up to a message had been read at `read_at`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ReadReceiptRow {
    pub(crate) conversation_id: ConversationId,
    pub(crate) reader_id: PersonId,
    pub(crate) up_to: MessageId,
    pub(crate) read_at: Timestamp,
}

impl Row for ReadReceiptRow {
    const KIND: &'static str = "read_receipt";
    const VERSION: u32 = 2;
}

/// How far a group's conversation has been read: by the first reader, and by a second person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FirstReadsRow {
    pub(crate) conversation_id: ConversationId,
    /// The last message that anybody has read.
    pub(crate) first: MessageId,
    /// The person who has read that far.
    pub(crate) first_reader: PersonId,
    /// The last message that any other person has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) second: Option<MessageId>,
    /// Rises with every change.
    pub(crate) revision: u64,
}

impl Row for FirstReadsRow {
    const KIND: &'static str = "first_reads";
}

/// A series of read receipts. In each, receipts only move forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Series {
    /// The receipts of one of two people.
    Of(PersonId),
    /// The first reader in a group.
    First,
    /// A second reader in a group.
    Second,
}

/// A receipt to add: its series, and the last message it covers.
pub(crate) type NewReceipt = (Series, MessageId);

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
    /// The new row after `reader` has opened the group's conversation up to a message, and the receipts to add. `None`
    /// if nothing changes.
    pub(crate) fn opened(
        before: Option<&Self>,
        conversation: ConversationId,
        reader: PersonId,
        up_to: MessageId,
    ) -> Option<(Self, Vec<NewReceipt>)> {
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
        let mut receipts = Vec::new();
        if up_to > before.first {
            receipts.push((Series::First, up_to));
            after.first = up_to;
            after.first_reader = reader;
        }
        // The person who has read furthest cannot be their own second reader.
        let second = up_to.min(before.first);
        if reader != before.first_reader && Some(second) > before.second {
            receipts.push((Series::Second, second));
            after.second = Some(second);
        }
        Some((after, receipts)).filter(|(_, receipts)| !receipts.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Id, Millis};

    fn message(at: u64) -> MessageId {
        Id::from_parts(Millis(at), 0)
    }

    fn person(number: u8) -> PersonId {
        Id::from_parts(Millis(u64::from(number)), 1)
    }

    /// The first receipt of a series that covers the message.
    fn first(marks: &[(Series, MessageId, u8, usize)], series: Series, at: u64) -> Option<(u8, usize)> {
        let covering = marks
            .iter()
            .filter(|(own, up_to, ..)| *own == series && *up_to >= message(at));
        covering
            .min_by_key(|(_, up_to, ..)| *up_to)
            .map(|mark| (mark.2, mark.3))
    }

    proptest! {
        /// Two series are enough in a group: they tell when somebody other than the sender first read each message.
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
