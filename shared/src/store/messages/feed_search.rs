//! Searching all the caller's conversations, newest first, however many there are.
//!
//! The order of messages is taken in slices. A sweep reads each conversation that can have messages in the slice, and
//! holds back what it finds until it has seen all of them. Where a conversation has more in the slice than it reads, or
//! more is found than the page has room for, the slice ends there: it only ever shrinks, so what was read before covers
//! it. A call that ends in the middle of a sweep writes it into its cursor.
//!
//! The sweep goes down through the inbox, from the most recently active conversation to where the slice ends, and then
//! up from where it began: ranks only rise, so a conversation that has moved meanwhile is met there.

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join_all;

use super::list::size_of;
use super::search::{Chunk, SearchBounds, SearchWork, Span, cut, page_of};
use crate::model::{
    ConversationFilter, ConversationId, Id, Message, MessageId, Millis, Page, PageRequest, PersonId,
    Position, SearchQuery, fitting,
};
use crate::store::conversations::inbox::{Inbox, PLACE, Rank};
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::Result;
use crate::store::table::{Key, ReadStore};

/// The length of an id.
const ID: usize = 16;
/// The ids of a sweep's cursor beside those that it holds: both ends of the slice, and both ranks.
const FRAME: usize = 4;
/// As many as a sweep holds at most: no page shows more.
const MOST_HELD: usize = 100;
/// How many of those that a cursor names are read at once, with the caller's participant rows.
const HELD_READ: usize = 25;
/// How many messages of a conversation are read at once at most: others are read side by side with it.
const LARGEST_READ: usize = 1000;

/// By so much, in milliseconds, a conversation may move to a rank that is older than one that shows already: by the
/// difference of two clocks, and by what the index lags.
const MOST_LAG: u64 = 10_000;

/// A way through the conversations that can have messages in a slice.
struct Sweep {
    slice: Span,
    /// The conversations of this rank and below, down to the next one, have been seen.
    top: Rank,
    bottom: Rank,
    /// Those that this call has seen, at their ranks.
    seen: HashSet<(ConversationId, Rank)>,
    /// What matches in them, in the direction of travel.
    held: Vec<MessageRow>,
    /// How many conversations are read next, side by side.
    width: usize,
}

/// What is the same for all sweeps of a call.
struct Search<'a> {
    store: &'a ReadStore,
    caller: PersonId,
    query: &'a SearchQuery,
    work: SearchWork,
    /// The caller's participant rows of the conversations in which something was found.
    participants: HashMap<ConversationId, ParticipantRow>,
}

impl ReadStore {
    /// Those of all the caller's conversations. A batch of conversations takes two round trips.
    pub(crate) async fn search_all(
        &self,
        caller: PersonId,
        query: &SearchQuery,
        page: PageRequest,
        bounds: SearchBounds,
    ) -> Result<Page<Message>> {
        let PageRequest { limit, position } = page;
        let backwards = position.is_backwards();
        let mut search = Search {
            store: self,
            caller,
            query,
            work: SearchWork::new(bounds, &self.meter),
            participants: HashMap::new(),
        };
        let mut sweep = match sweep_of(&position) {
            Some((sweep, held)) => search.resume(sweep, &held).await?,
            None => Sweep::of(Span::beyond(self.place_in_all(caller, position).await?)),
        };
        let mut found = Vec::new();
        let mut next = loop {
            if !search.go_on(&mut sweep, limit - found.len()).await? {
                break Some(sweep.cursor());
            }
            found.append(&mut sweep.held);
            let Some(rest) = sweep.slice.rest() else {
                break None;
            };
            if found.len() >= limit || search.work.is_over() {
                break Some(format!("{PLACE}{}", sweep.slice.end()));
            }
            search.work.read_more();
            sweep = Sweep::of(rest);
        };
        if let Some(last) = cut(&mut found, limit) {
            next = Some(format!("{PLACE}{last}"));
        }
        let shown = self.show(&found, &search.participants).await?;
        Ok(page_of(shown, backwards, next))
    }
}

impl Search<'_> {
    /// The sweep with what it holds, which is read again: it may have been changed or deleted. That is part of the call's
    /// work. When the work is over, the slice ends there, and what is left is found again in the next one.
    async fn resume(&mut self, mut sweep: Sweep, held: &[MessageId]) -> Result<Sweep> {
        let mut read_to = None;
        for batch in held.chunks(HELD_READ) {
            if let Some(place) = read_to
                && self.work.is_over()
            {
                sweep.slice = sweep.slice.up_to(place);
                break;
            }
            sweep.held.extend(self.read_held(batch).await?);
            read_to = batch.last().copied();
        }
        Ok(sweep)
    }

    /// Those of the messages that match, in conversations of the caller's.
    async fn read_held(&mut self, held: &[MessageId]) -> Result<Vec<MessageRow>> {
        let messages = held.iter().map(|id| Key::message(*id));
        let participants: HashSet<_> = held
            .iter()
            .map(|id| Key::participant(id.cast(), self.caller))
            .collect();
        let mut rows = self
            .store
            .rows(messages.chain(participants.iter().cloned()))
            .await?;
        for key in &participants {
            let participant = rows.take_if::<ParticipantRow>(key)?;
            self.participants
                .extend(participant.map(|participant| (participant.conversation_id, participant)));
        }
        let mut found = Vec::new();
        for id in held {
            let message: Option<MessageRow> = rows.take(&Key::message(*id))?;
            let is_found = |message: &MessageRow| {
                self.participants.contains_key(&message.conversation_id)
                    && self.query.matches(message.text.as_str())
            };
            found.extend(message.filter(is_found));
        }
        Ok(found)
    }

    /// Sees more conversations, until the work of this call is over. Whether it has seen all of them.
    async fn go_on(&mut self, sweep: &mut Sweep, room: usize) -> Result<bool> {
        let everything = ConversationFilter::default();
        let wanted = self.work.bounds.conversations;
        sweep.settle(room);
        let mut down = Inbox::new(
            self.store,
            self.caller,
            &everything,
            Position::After(sweep.bottom),
        );
        while sweep.bottom > sweep.slice.low.cast()
            && let Some(participants) = down.next(wanted).await?
        {
            if let Some(first) = participants.first().filter(|_| sweep.top == highest()) {
                sweep.top = long_before(first.rank);
            }
            sweep.bottom = participants.last().map_or(sweep.bottom, |last| last.rank);
            self.see(sweep, participants, room).await?;
            if self.work.is_over() {
                return Ok(false);
            }
        }
        sweep.bottom = Span::all().low.cast();
        let mut up = Inbox::new(self.store, self.caller, &everything, Position::Before(sweep.top));
        while let Some(participants) = up.next(wanted).await? {
            sweep.top = participants.last().map_or(sweep.top, |last| last.rank);
            self.see(sweep, participants, room).await?;
            if self.work.is_over() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads what conversations have in the slice: first one, then two, then four. What the first one has shortens the
    /// slice, and so what the others have in it.
    async fn see(&mut self, sweep: &mut Sweep, participants: Vec<ParticipantRow>, room: usize) -> Result<()> {
        let mut left = participants;
        left.retain(|participant| sweep.seen.insert((participant.conversation_id, participant.rank)));
        loop {
            // Nothing that was written there is newer than the rank. Without messages it is the conversation's id.
            left.retain(|participant| {
                participant.rank != participant.conversation_id && participant.rank >= sweep.slice.low.cast()
            });
            if left.is_empty() {
                return Ok(());
            }
            let few = left.drain(..sweep.width.min(left.len()));
            let few: Vec<_> = few.map(|participant| participant.conversation_id).collect();
            self.read(sweep, few).await?;
            sweep.settle(room);
            sweep.width = (sweep.width * 2).min(self.work.bounds.conversations);
        }
    }

    async fn read(&mut self, sweep: &mut Sweep, ids: Vec<ConversationId>) -> Result<()> {
        let keys = ids.iter().map(|id| Key::participant(*id, self.caller));
        let most = self.work.read().min(LARGEST_READ);
        let chunks = ids
            .iter()
            .map(|id| self.store.search_chunk(*id, self.query, sweep.slice, most));
        let (mut present, chunks) = tokio::try_join!(self.store.rows(keys), try_join_all(chunks))?;
        for (id, chunk) in ids.into_iter().zip(chunks) {
            // The index may still show conversations that have gone.
            if let Some(participant) = present.take_participant(id, self.caller)? {
                self.participants.insert(id, participant);
                sweep.add(chunk);
            }
        }
        Ok(())
    }
}

impl Sweep {
    /// A sweep that has seen nothing yet.
    fn of(slice: Span) -> Self {
        Self {
            slice,
            top: highest(),
            bottom: highest(),
            seen: HashSet::new(),
            held: Vec::new(),
            width: 1,
        }
    }

    fn add(&mut self, chunk: Chunk) {
        self.held.extend(chunk.messages);
        if let Some(place) = chunk.read_to {
            self.slice = self.slice.up_to(place);
        }
    }

    /// Holds what is in the slice, and no more than there is room for, in number and in bytes.
    fn settle(&mut self, room: usize) {
        self.held
            .retain(|message| self.slice.contains(message.message_id));
        self.held.sort_unstable_by_key(|message| message.message_id);
        // A conversation that has moved is seen twice.
        self.held.dedup_by_key(|message| message.message_id);
        if !self.slice.backwards {
            self.held.reverse();
        }
        let room = fitting(&self.held, room, size_of);
        if self.held.len() > room {
            self.held.truncate(room);
            let last = self.held.last().map(|message| message.message_id);
            self.slice = last.map_or(self.slice, |last| self.slice.up_to(last));
        }
    }

    fn cursor(&self) -> String {
        let Span { low, high, .. } = self.slice;
        let held: String = self
            .held
            .iter()
            .map(|message| message.message_id.to_string())
            .collect();
        format!("{PLACE}{low}{high}{}{}{held}", self.top, self.bottom)
    }
}

/// Above every rank.
fn highest() -> Rank {
    Span::all().high.just_after().cast()
}

/// The rank above which conversations show by now that have moved since this one was the highest.
fn long_before(rank: Rank) -> Rank {
    Id::from_parts(Millis(rank.made_at().0.saturating_sub(MOST_LAG)), 0)
}

/// The sweep that a cursor goes on with, and what it holds, in the direction of travel; none where it names no sweep.
fn sweep_of(position: &Position<String>) -> Option<(Sweep, Vec<MessageId>)> {
    let (Position::After(cursor) | Position::Before(cursor)) = position else {
        return None;
    };
    let text = cursor.strip_prefix(PLACE)?;
    let ids = text
        .as_bytes()
        .chunks(ID)
        .map(|id| std::str::from_utf8(id).ok()?.parse().ok());
    let ids: Vec<MessageId> = ids.collect::<Option<_>>()?;
    let (&[low, high, top, bottom], held) = ids.split_first_chunk::<FRAME>()?;
    if held.len() > MOST_HELD {
        return None;
    }
    let slice = Span {
        low,
        high,
        backwards: position.is_backwards(),
    };
    let mut held: Vec<_> = held.iter().copied().filter(|id| slice.contains(*id)).collect();
    held.sort_unstable();
    held.dedup();
    if !slice.backwards {
        held.reverse();
    }
    let sweep = Sweep {
        top: top.cast(),
        bottom: bottom.cast(),
        ..Sweep::of(slice)
    };
    (low <= high).then_some((sweep, held))
}
