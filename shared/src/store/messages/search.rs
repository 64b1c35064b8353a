//! Searching messages: it reads them, newest first, and keeps those that match. What it reads is strongly consistent, so
//! a message is found from the moment in which it is sent or changed, and not from the moment in which it is deleted.
//!
//! A call does a bounded part of the work, and its cursor says how far it came. `docs/DESIGN.md` says why there is
//! no index, and what this costs.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;

use super::list::{place_in, size_of};
use crate::model::{
    ConversationId, Id, Message, MessageId, MessageSearch, Millis, Page, PageRequest, PersonId, Position,
    SearchQuery, fitting,
};
use crate::store::conversations::keys::conversation_partition;
use crate::store::conversations::rows::MessageRow;
use crate::store::error::Result;
use crate::store::table::{Key, Meter, ReadStore, decode};

/// What reading a megabyte takes: as much as a query reads at most.
const UNITS_PER_QUERY: f64 = 256.0;

/// How much a call reads before it leaves the rest to the next one. It always comes a step further.
#[derive(Clone, Copy, Debug)]
pub struct SearchBounds {
    /// Read units after which it begins nothing more.
    pub units: f64,
    /// The time after which it begins nothing more.
    pub time: Duration,
    /// How many messages of a conversation it reads at first. Each time it reads on, it reads four times as many: what
    /// many messages have is found at once, and what few have without many round trips.
    pub first_read: usize,
    /// How many conversations it reads side by side.
    pub conversations: usize,
}

impl SearchBounds {
    /// Those of the endpoint. Four megabytes, a third of what a partition gives in a second; what is under way by then
    /// comes on top, another one in one conversation, up to eight in all. The time is that of a slow database: with the
    /// two seconds that a call of it may take, and those around it, a request ends before the function's 15.
    pub const CALL: Self = Self {
        units: 4.0 * UNITS_PER_QUERY,
        time: Duration::from_secs(5),
        first_read: 250,
        conversations: 8,
    };
}

/// The work of one call. Whatever the call reads counts.
pub(crate) struct SearchWork {
    pub(crate) bounds: SearchBounds,
    meter: Meter,
    /// What the meter showed when the call began.
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

    /// How many messages of a conversation to read.
    pub(crate) fn read(&self) -> usize {
        self.read
    }

    /// Reads more from now on.
    pub(crate) fn read_more(&mut self) {
        self.read = self.read.saturating_mul(4);
    }
}

/// A part of the order of messages, both ends included, and the direction in which it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) low: MessageId,
    pub(crate) high: MessageId,
    pub(crate) backwards: bool,
}

impl Span {
    /// Everything, going on.
    pub(crate) fn all() -> Self {
        Self {
            low: Id::from_parts(Millis(0), 0),
            // In the last millisecond.
            high: Id::from_parts(Millis((1 << 42) - 1), u64::MAX),
            backwards: false,
        }
    }

    /// Everything beyond a place.
    pub(crate) fn beyond(position: Position<MessageId>) -> Self {
        let all = Self {
            backwards: position.is_backwards(),
            ..Self::all()
        };
        match position {
            Position::Start => all,
            Position::After(place) | Position::Before(place) => all.after(place),
        }
    }

    /// What is left when it has been read up to this place.
    pub(crate) fn after(self, place: MessageId) -> Self {
        if self.backwards {
            let low = place.min(Self::all().high).just_after();
            Self { low, ..self }
        } else {
            let high = place.just_before();
            Self { high, ..self }
        }
    }

    /// The part of it up to this place.
    pub(crate) fn up_to(self, place: MessageId) -> Self {
        if self.backwards {
            let high = place.min(self.high);
            Self { high, ..self }
        } else {
            let low = place.max(self.low);
            Self { low, ..self }
        }
    }

    /// Where it ends, in the direction of travel.
    pub(crate) fn end(self) -> MessageId {
        if self.backwards { self.high } else { self.low }
    }

    /// Everything that follows it. None: it goes to the end.
    pub(crate) fn rest(self) -> Option<Self> {
        let everything = Self {
            backwards: self.backwards,
            ..Self::all()
        };
        let last = if self.backwards {
            everything.high
        } else {
            everything.low
        };
        (self.end() != last).then(|| everything.after(self.end()))
    }

    pub(crate) fn contains(self, id: MessageId) -> bool {
        (self.low..=self.high).contains(&id)
    }
}

/// What one query found.
#[derive(Default)]
pub(crate) struct Chunk {
    /// The messages that match, in the direction of travel.
    pub(crate) messages: Vec<MessageRow>,
    /// Up to where it has read. None: all of the span.
    pub(crate) read_to: Option<MessageId>,
}

impl ReadStore {
    /// The messages that match, newest first, within the bounds: the page may be short or empty. Where there may be more,
    /// it has a cursor, which goes on in the direction in which the page was asked for. It opens nothing.
    pub async fn search(
        &self,
        caller: PersonId,
        search: &MessageSearch,
        page: PageRequest,
        bounds: SearchBounds,
    ) -> Result<Page<Message>> {
        match search.conversation_id {
            Some(id) => self.search_one(caller, id, &search.query, page, bounds).await,
            None => self.search_all(caller, &search.query, page, bounds).await,
        }
    }

    /// Those of one conversation. Two round trips, and one for each further query.
    async fn search_one(
        &self,
        caller: PersonId,
        id: ConversationId,
        query: &SearchQuery,
        page: PageRequest,
        bounds: SearchBounds,
    ) -> Result<Page<Message>> {
        let PageRequest { limit, position } = page;
        let span = Span::beyond(place_in(id, position)?);
        // A caller who takes no part gets an error before much is read.
        let (participant, (mut found, read_to)) = tokio::try_join!(
            self.participant(caller, id),
            self.search_through(id, query, span, limit, bounds)
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

    /// The messages of a conversation that match, and up to where it was read.
    async fn search_through(
        &self,
        id: ConversationId,
        query: &SearchQuery,
        mut span: Span,
        limit: usize,
        bounds: SearchBounds,
    ) -> Result<(Vec<MessageRow>, Option<MessageId>)> {
        let mut work = SearchWork::new(bounds, &self.meter);
        let mut found = Vec::new();
        loop {
            let chunk = self.search_chunk(id, query, span, work.read()).await?;
            found.extend(chunk.messages);
            work.read_more();
            match chunk.read_to {
                Some(place) if found.len() < limit && !work.is_over() => span = span.after(place),
                read_to => return Ok((found, read_to)),
            }
        }
    }

    /// Reads so many messages of a conversation, as far as they are in the span.
    pub(crate) async fn search_chunk(
        &self,
        id: ConversationId,
        query: &SearchQuery,
        span: Span,
        read: usize,
    ) -> Result<Chunk> {
        // What is older in this partition is of a conversation that stood there before.
        let low = span.low.max(id.cast());
        if low > span.high {
            return Ok(Chunk::default());
        }
        let output = self
            .client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :low AND :high")
            .expression_attribute_values(":pk", AttributeValue::S(conversation_partition(id)))
            .expression_attribute_values(":low", AttributeValue::S(Key::message(low).sk))
            .expression_attribute_values(":high", AttributeValue::S(Key::message(span.high).sk))
            .scan_index_forward(span.backwards)
            .limit(i32::try_from(read).unwrap_or(i32::MAX))
            .send()
            .await?;
        let rows = output.items.unwrap_or_default().into_iter();
        let mut messages: Vec<MessageRow> = rows.map(decode).collect::<Result<_>>()?;
        let last = messages.last().map(|message| message.message_id);
        messages.retain(|message| message.conversation_id == id && query.matches(message.text.as_str()));
        Ok(Chunk {
            messages,
            read_to: output.last_evaluated_key.and(last),
        })
    }
}

/// Leaves as many as a page shows. Where that is not all, the place of the last one.
pub(crate) fn cut(found: &mut Vec<MessageRow>, limit: usize) -> Option<MessageId> {
    let shown = fitting(found, limit, size_of);
    let is_cut = shown < found.len();
    found.truncate(shown);
    found.last().map(|last| last.message_id).filter(|_| is_cut)
}

/// The page of what was found in the direction of travel.
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
