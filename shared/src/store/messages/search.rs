//! Search of messages: reads them, newest first, and keeps the matches. Reads are strongly consistent, so a sent or
//! changed message is found at once, and a deleted message is no longer found.
//!
//! A call does a bounded amount of work, and its cursor says where to continue. `docs/DESIGN.md` explains why there is
//! no index, and what this costs.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;

use super::list::{place_in, size_of};
use crate::model::{
    ConversationId, Id, Message, MessageId, MessageSearch, Millis, Page, PageRequest, PersonId, Position,
    Timestamp, fitting,
};
use crate::store::conversations::keys::conversation_partition;
use crate::store::conversations::rows::MessageRow;
use crate::store::error::{Result, StoreError};
use crate::store::table::{Key, Meter, ReadStore, decode};

/// The last millisecond that an id can hold.
const LAST_MILLIS: u64 = (1 << 42) - 1;

/// Read units for one megabyte, the most that a query reads.
const UNITS_PER_QUERY: f64 = 256.0;

/// Limits on the work of one call; the next call does the rest. Every call makes some progress.
#[derive(Clone, Copy, Debug)]
pub struct SearchBounds {
    /// Read units after which the call starts no more reads.
    pub units: f64,
    /// Time after which the call starts no more reads.
    pub time: Duration,
    /// Messages of a conversation to read at first. Each further read is four times as large: common matches are found
    /// at once, rare ones without many round trips.
    pub first_read: usize,
    /// Conversations to read concurrently.
    pub conversations: usize,
}

impl SearchBounds {
    /// The limits of the endpoint. Four megabytes are a third of what a partition delivers per second. Reads in
    /// progress add one megabyte in one conversation, up to eight across all conversations. The time allows for a slow
    /// database: with the two seconds that a database call may take, and the calls before and after, a request ends
    /// within the function's 15 s.
    pub const CALL: Self = Self {
        units: 4.0 * UNITS_PER_QUERY,
        time: Duration::from_secs(5),
        first_read: 250,
        conversations: 8,
    };
}

/// The work of one call. All reads of the call count.
pub(crate) struct SearchWork {
    pub(crate) bounds: SearchBounds,
    meter: Meter,
    /// The meter's reading when the call began.
    before: f64,
    started: Instant,
    read: usize,
}

impl SearchWork {
    pub(crate) fn new(bounds: SearchBounds, meter: &Meter) -> Self {
        Self {
            bounds,
            before: meter.read_units(),
            meter: meter.clone(),
            started: Instant::now(),
            read: bounds.first_read,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.meter.read_units() - self.before >= self.bounds.units
            || self.started.elapsed() >= self.bounds.time
    }

    /// Messages of a conversation to read next.
    pub(crate) fn read(&self) -> usize {
        self.read
    }

    /// Makes the following reads larger.
    pub(crate) fn read_more(&mut self) {
        self.read = self.read.saturating_mul(4);
    }
}

/// A range of message ids, both ends included, and the direction of reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) low: MessageId,
    pub(crate) high: MessageId,
    pub(crate) backwards: bool,
}

impl Span {
    /// All messages, newest first.
    pub(crate) fn all() -> Self {
        Self {
            low: Id::from_parts(Millis(0), 0),
            high: Id::from_parts(Millis(LAST_MILLIS), u64::MAX),
            backwards: false,
        }
    }

    /// The messages of the time in which to search, newest first.
    pub(crate) fn of(search: &MessageSearch) -> Self {
        let all = Self::all();
        let first = |time: Timestamp| {
            let millis = u64::try_from(time.0).unwrap_or_default().saturating_mul(1000);
            Id::from_parts(Millis(millis.min(LAST_MILLIS)), 0)
        };
        Self {
            low: search.after.map_or(all.low, first),
            high: search
                .before
                .map_or(all.high, |before| first(before).just_before()),
            ..all
        }
    }

    /// The messages of the span beyond a position.
    pub(crate) fn beyond(self, position: Position<MessageId>) -> Self {
        let backwards = position.is_backwards();
        let whole = Self { backwards, ..self };
        match position {
            Position::Start => whole,
            Position::After(place) | Position::Before(place) => whole.after(place),
        }
    }

    /// The rest of the span after it has been read up to `place`.
    pub(crate) fn after(self, place: MessageId) -> Self {
        if self.backwards {
            let low = place.min(Self::all().high).just_after().max(self.low);
            Self { low, ..self }
        } else {
            let high = place.just_before().min(self.high);
            Self { high, ..self }
        }
    }

    /// What both spans have in common.
    pub(crate) fn within(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.min(other.high),
            ..self
        }
    }

    /// Whether no message can be in the span.
    pub(crate) fn is_empty(self) -> bool {
        self.low > self.high
    }

    /// The part of the span up to `place`.
    pub(crate) fn up_to(self, place: MessageId) -> Self {
        if self.backwards {
            let high = place.min(self.high);
            Self { high, ..self }
        } else {
            let low = place.max(self.low);
            Self { low, ..self }
        }
    }

    /// The end of the span in the direction of travel.
    pub(crate) fn end(self) -> MessageId {
        if self.backwards { self.high } else { self.low }
    }

    /// The messages of `whole` after this part of it; `None` if it reaches the end.
    pub(crate) fn rest_of(self, whole: Self) -> Option<Self> {
        let backwards = self.backwards;
        let whole = Self { backwards, ..whole };
        (self.end() != whole.end()).then(|| whole.after(self.end()))
    }

    pub(crate) fn contains(self, id: MessageId) -> bool {
        (self.low..=self.high).contains(&id)
    }
}

/// The result of one query.
#[derive(Default)]
pub(crate) struct Chunk {
    /// The matching messages, in the direction of travel.
    pub(crate) messages: Vec<MessageRow>,
    /// The place up to which the query has read; `None` for the whole span.
    pub(crate) read_to: Option<MessageId>,
}

impl ReadStore {
    /// The matching messages, newest first, within the bounds: a page may be short or empty. If there may be more, the
    /// page has a cursor, which continues in the requested direction. A search opens no conversation.
    pub async fn search(
        &self,
        caller: PersonId,
        search: &MessageSearch,
        page: PageRequest,
        bounds: SearchBounds,
    ) -> Result<Page<Message>> {
        if search.before.is_some_and(|before| search.after >= Some(before)) {
            return Err(StoreError::invalid("before", "must be later than after"));
        }
        match search.conversation_id {
            Some(id) => self.search_one(caller, id, search, page, bounds).await,
            None => self.search_all(caller, search, page, bounds).await,
        }
    }

    /// The matches in one conversation. Two round trips, plus one per further query.
    async fn search_one(
        &self,
        caller: PersonId,
        id: ConversationId,
        search: &MessageSearch,
        page: PageRequest,
        bounds: SearchBounds,
    ) -> Result<Page<Message>> {
        let PageRequest { limit, position } = page;
        let span = Span::of(search).beyond(place_in(id, position)?);
        // A caller who takes no part gets an error before many messages are read.
        let (participant, (mut found, read_to)) = tokio::try_join!(
            self.participant(caller, id),
            self.search_through(id, search, span, limit, bounds)
        )?;
        let next = cut(&mut found, limit).or(read_to);
        let participants = HashMap::from([(id, participant)]);
        let shown = self.show(&found, &participants).await?;
        Ok(page_of(
            shown,
            span.backwards,
            next.map(|place| place.to_string()),
        ))
    }

    /// The matches in one conversation, and the place up to which it was read.
    async fn search_through(
        &self,
        id: ConversationId,
        search: &MessageSearch,
        mut span: Span,
        limit: usize,
        bounds: SearchBounds,
    ) -> Result<(Vec<MessageRow>, Option<MessageId>)> {
        let mut work = SearchWork::new(bounds, &self.meter);
        let mut found = Vec::new();
        loop {
            let chunk = self.search_chunk(id, search, span, work.read()).await?;
            found.extend(chunk.messages);
            work.read_more();
            match chunk.read_to {
                Some(place) if found.len() < limit && !work.is_over() => span = span.after(place),
                read_to => return Ok((found, read_to)),
            }
        }
    }

    /// Reads up to a number of messages of a conversation within the span.
    pub(crate) async fn search_chunk(
        &self,
        id: ConversationId,
        search: &MessageSearch,
        span: Span,
        read: usize,
    ) -> Result<Chunk> {
        // Older messages in this partition belong to a previous conversation.
        let span = Span {
            low: span.low.max(id.cast()),
            ..span
        };
        if span.is_empty() {
            return Ok(Chunk::default());
        }
        let output = self
            .client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
            .expression_attribute_values(":pk", AttributeValue::S(conversation_partition(id)))
            .expression_attribute_values(":low", AttributeValue::S(Key::message(span.low).sk))
            .expression_attribute_values(":high", AttributeValue::S(Key::message(span.high).sk))
            .scan_index_forward(span.backwards)
            .limit(i32::try_from(read).unwrap_or(i32::MAX))
            .send()
            .await?;
        let rows = output.items.unwrap_or_default().into_iter();
        let mut messages: Vec<MessageRow> = rows.map(decode).collect::<Result<_>>()?;
        let last = messages.last().map(|message| message.message_id);
        messages.retain(|message| message.conversation_id == id && message.is_found_by(search));
        Ok(Chunk {
            messages,
            read_to: output.last_evaluated_key.and(last),
        })
    }
}

impl MessageRow {
    /// Whether the message is of the sender and has the words that are searched.
    pub(crate) fn is_found_by(&self, search: &MessageSearch) -> bool {
        search.contact_id.is_none_or(|sender| self.sender_id == sender)
            && self
                .text
                .as_ref()
                .is_some_and(|text| search.query.matches(text.as_str()))
    }
}

/// Truncates the messages to a page. Returns the last one's place if messages were cut.
pub(crate) fn cut(found: &mut Vec<MessageRow>, limit: usize) -> Option<MessageId> {
    let shown = fitting(found, limit, size_of);
    let is_cut = shown < found.len();
    found.truncate(shown);
    found.last().map(|last| last.message_id).filter(|_| is_cut)
}

/// A page of items that were found in the direction of travel.
pub(crate) fn page_of<T>(mut found: Vec<T>, backwards: bool, next_cursor: Option<String>) -> Page<T> {
    if backwards {
        found.reverse();
    }
    Page {
        has_more: next_cursor.is_some(),
        data: found,
        next_cursor,
    }
}
