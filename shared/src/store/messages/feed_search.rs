//! Search over all the caller's conversations, newest message first, however many conversations there are.
//!
//! The search divides the order of messages into slices. A sweep reads each conversation that may have messages in the
//! slice, and holds back its finds until it has seen all of them. A slice ends early if a conversation has more
//! messages in it than one read returns, or if the finds exceed the page. Slices only shrink, so earlier reads still
//! cover them. A call that ends during a sweep writes the sweep into its cursor.
//!
//! A sweep walks down the inbox, from the most recently active conversation to the end of the slice. Then it walks up
//! from its start: ranks only rise, so it meets moved conversations there.

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join_all;

use super::list::size_of;
use super::search::{Chunk, SearchBounds, SearchWork, Span, cut, page_of};
use crate::model::{
    ConversationFilter, ConversationId, Id, Message, MessageId, MessageSearch, Millis, Page, PageRequest,
    PersonId, Position, fitting,
};
use crate::store::conversations::inbox::{Inbox, PLACE, Rank};
use crate::store::conversations::rows::{MessageRow, ParticipantRow};
use crate::store::error::Result;
use crate::store::table::{Key, ReadStore};

/// The length of an id, in characters.
const ID: usize = 16;
/// The ids in a sweep's cursor before the held messages: both ends of the slice, and both ranks.
const FRAME: usize = 4;
/// The most messages that a sweep holds. No page shows more.
const MOST_HELD: usize = 100;
/// Held messages of a cursor that are read at once, with the caller's participant rows.
const HELD_READ: usize = 25;
/// The most messages of a conversation read at once. Other conversations are read concurrently.
const LARGEST_READ: usize = 1000;

/// How far below a visible rank a moved conversation may appear, in milliseconds. Covers clock differences and the lag
/// of the index.
const MOST_LAG: u64 = 10_000;

/// A walk through the conversations that may have messages in a slice.
struct Sweep {
    slice: Span,
    /// The sweep has seen all conversations from `top` down to `bottom`.
    top: Rank,
    bottom: Rank,
    /// The conversations that this call has seen, with their ranks.
    seen: HashSet<(ConversationId, Rank)>,
    /// The matches found so far, in the direction of travel.
    held: Vec<MessageRow>,
    /// Conversations to read concurrently in the next step.
    width: usize,
}

/// The state shared by all sweeps of a call.
struct Search<'a> {
    store: &'a ReadStore,
    caller: PersonId,
    wanted: &'a MessageSearch,
    work: SearchWork,
    /// The caller's participant rows of the conversations read so far.
    participants: HashMap<ConversationId, ParticipantRow>,
}

impl ReadStore {
    /// The matches in all the caller's conversations. Two round trips per batch of conversations.
    pub(crate) async fn search_all(
        &self,
        caller: PersonId,
        wanted: &MessageSearch,
        page: PageRequest,
        bounds: SearchBounds,
    ) -> Result<Page<Message>> {
        let PageRequest { limit, position } = page;
        let backwards = position.is_backwards();
        let whole = Span::of(wanted);
        let mut search = Search {
            store: self,
            caller,
            wanted,
            work: SearchWork::new(bounds, &self.meter),
            participants: HashMap::new(),
        };
        let mut sweep = match sweep_of(&position, whole) {
            Some((sweep, held)) => search.resume(sweep, &held).await?,
            None => Sweep::of(whole.beyond(self.place_in_all(caller, position).await?)),
        };
        let mut found = Vec::new();
        let mut next = loop {
            if sweep.slice.is_empty() {
                break None;
            }
            if !search.go_on(&mut sweep, limit - found.len()).await? {
                break Some(sweep.cursor());
            }
            found.append(&mut sweep.held);
            let Some(rest) = sweep.slice.rest_of(whole) else {
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
    /// Restores a sweep. Reads its held messages again, because they may have changed or been deleted. That counts as
    /// the call's work. When the work is over, the slice ends there, and the next slice finds the rest again.
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

    /// The messages that still match and are in the caller's conversations.
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
                self.participants.contains_key(&message.conversation_id) && message.is_found_by(self.wanted)
            };
            found.extend(message.filter(is_found));
        }
        Ok(found)
    }

    /// Reads more conversations until the call's work is over. Returns whether the sweep has seen all of them.
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

    /// Reads the slice in these conversations: first in one, then in two, then in four. The finds of the first one
    /// shorten the slice, so the others have less to read.
    async fn see(&mut self, sweep: &mut Sweep, participants: Vec<ParticipantRow>, room: usize) -> Result<()> {
        let mut left = participants;
        left.retain(|participant| sweep.seen.insert((participant.conversation_id, participant.rank)));
        loop {
            // No message is newer than the rank, and none older than the conversation. One without messages has its own
            // id as rank.
            left.retain(|participant| {
                participant.rank != participant.conversation_id
                    && participant.rank >= sweep.slice.low.cast()
                    && participant.conversation_id <= sweep.slice.high.cast()
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
            .map(|id| self.store.search_chunk(*id, self.wanted, sweep.slice, most));
        let (mut present, chunks) = tokio::try_join!(self.store.rows(keys), try_join_all(chunks))?;
        for (id, chunk) in ids.into_iter().zip(chunks) {
            // The index may still list conversations that are gone.
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

    /// Keeps the held messages that are in the slice, up to the room in the page, in number and in bytes.
    fn settle(&mut self, room: usize) {
        self.held
            .retain(|message| self.slice.contains(message.message_id));
        self.held.sort_unstable_by_key(|message| message.message_id);
        // A conversation that has moved is read twice.
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

/// A rank above all ranks.
fn highest() -> Rank {
    Span::all().high.just_after().cast()
}

/// A rank below every conversation that has moved since `rank` was the highest.
fn long_before(rank: Rank) -> Rank {
    Id::from_parts(Millis(rank.made_at().0.saturating_sub(MOST_LAG)), 0)
}

/// The sweep that a cursor continues, and its held messages, in the direction of travel. `None` for other cursors.
fn sweep_of(position: &Position<String>, whole: Span) -> Option<(Sweep, Vec<MessageId>)> {
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
    let written = Span {
        low,
        high,
        backwards: position.is_backwards(),
    };
    let slice = written.within(whole);
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
    (!written.is_empty()).then_some((sweep, held))
}
