//! The inbox: the caller's conversations by activity.
//!
//! The index `inbox` contains every participant row, in a partition per person; archived rows have a partition of their
//! own. Rows are ordered by rank: the id of the newest message, or of the conversation if it has none. Ranks only rise.
//! The index may lag, so it only gives candidates; strongly consistent reads of the conversation rows verify them.

use std::collections::{HashMap, HashSet, VecDeque};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;

use super::keys::inbox;
use super::rows::{ConversationRow, ParticipantRow};
use crate::model::{
    Conversation, ConversationFilter, ConversationId, Page, PageRequest, PersonId, Position, Tag,
};
use crate::store::error::{Result, StoreError};
use crate::store::table::{Item, Key, ReadStore, attribute, decode};

/// The index over participant rows.
const INDEX: &str = "inbox";
/// Prefix of a cursor that is a place, not a conversation's id.
pub(crate) const PLACE: &str = "cur_";
/// The most rows read at once while a filter matches only few.
const LARGEST_READ: usize = 1000;

/// A place in the inbox order.
pub(crate) type Rank = ConversationId;

/// A conversation, with its place in the index.
struct Found {
    rank: Rank,
    conversation: Conversation,
}

/// One partition of the index, read page by page in the direction of travel.
struct Source {
    partition: String,
    buffer: VecDeque<ParticipantRow>,
    next: Option<Item>,
    is_exhausted: bool,
    next_read: usize,
}

/// The parameters shared by all reads of one list.
struct Walk<'a> {
    filter: &'a ConversationFilter,
    place: Position<Rank>,
}

/// A walk through a person's inbox and archive, in the direction of travel.
pub(crate) struct Inbox<'a> {
    store: &'a ReadStore,
    walk: Walk<'a>,
    sources: Vec<Source>,
    seen: HashSet<Tag>,
}

impl<'a> Inbox<'a> {
    pub(crate) fn new(
        store: &'a ReadStore,
        caller: PersonId,
        filter: &'a ConversationFilter,
        place: Position<Rank>,
    ) -> Self {
        let archives = match filter.archived {
            Some(archived) => vec![archived],
            None => vec![false, true],
        };
        let sources = archives
            .into_iter()
            .map(|archived| Source::new(inbox(caller, archived)))
            .collect();
        Self {
            store,
            walk: Walk { filter, place },
            sources,
            seen: HashSet::new(),
        }
    }

    /// The next rows: `wanted` of them, or fewer if a row came up twice. `None` at the end.
    pub(crate) async fn next(&mut self, wanted: usize) -> Result<Option<Vec<ParticipantRow>>> {
        let Self {
            store, walk, sources, ..
        } = self;
        try_join_all(sources.iter_mut().map(|source| source.fill(store, walk, wanted))).await?;
        let mut rows = merge(&mut self.sources, wanted, self.walk.place.is_backwards());
        if rows.is_empty() {
            return Ok(None);
        }
        // While the index moves a row between its two partitions, both may contain it, even as the row of a former
        // conversation of the same group.
        rows.retain(|row| self.seen.insert(row.conversation_id.tag()));
        Ok(Some(rows))
    }
}

impl ReadStore {
    /// The caller's conversations, most recently active first. Two round trips. A page of ten takes at most thirteen
    /// read units, however many conversations the caller has. A filter that matches few conversations reads on until
    /// the page is full. A cursor that is a conversation's id costs one more round trip.
    pub async fn conversations(
        &self,
        caller: PersonId,
        filter: &ConversationFilter,
        page: PageRequest,
    ) -> Result<Page<Conversation>> {
        let place = self.rank_of(caller, page.position).await?;
        let mut inbox = Inbox::new(self, caller, filter, place);
        let wanted = page.limit + 1;
        let mut found: Vec<Found> = Vec::new();
        while found.len() < wanted
            && let Some(candidates) = inbox.next(wanted - found.len()).await?
        {
            found.extend(self.alive(candidates, place).await?);
        }
        let page = Page::of(found, page.limit, place.is_backwards(), |found| {
            format!("{PLACE}{}", found.rank)
        });
        Ok(page.map(|found| found.conversation))
    }

    /// The rank that a cursor names: a place from a page, or the present rank of a conversation.
    async fn rank_of(&self, caller: PersonId, position: Position<String>) -> Result<Position<Rank>> {
        let (Position::After(cursor) | Position::Before(cursor)) = &position else {
            return Ok(Position::Start);
        };
        let invalid = || StoreError::CursorInvalid {
            param: position.parameter(),
        };
        let rank = if let Some(place) = cursor.strip_prefix(PLACE) {
            place.parse().map_err(|_| invalid())?
        } else {
            let id = cursor.parse().map_err(|_| invalid())?;
            match self.conversation_rows(caller, id).await {
                Ok((conversation, participant)) => conversation.rank().max(participant.rank),
                Err(StoreError::Missing { .. }) => return Err(invalid()),
                Err(error) => return Err(error),
            }
        };
        Ok(position.map(|_| rank))
    }

    /// The candidates that still exist and have not crossed the start of the walk, in their order.
    async fn alive(&self, candidates: Vec<ParticipantRow>, place: Position<Rank>) -> Result<Vec<Found>> {
        let mut rows = self
            .rows(
                candidates
                    .iter()
                    .map(|row| Key::conversation(row.conversation_id)),
            )
            .await?;
        let mut found = Vec::with_capacity(candidates.len());
        for participant in candidates {
            let (id, rank) = (participant.conversation_id, participant.rank);
            let conversation: Option<ConversationRow> = rows.take(&Key::conversation(id))?;
            let stays = |row: &ConversationRow| match place {
                // The index may still show the row here although the reader has already met it further up.
                Position::After(place) => row.rank() < place,
                Position::Start | Position::Before(_) => true,
            };
            // The index may still contain people who have just left a group.
            let takes_part = |row: &ConversationRow| row.sent_by.contains_key(&participant.person_id);
            if let Some(conversation) =
                conversation.filter(|row| row.is_alive(id) && takes_part(row) && stays(row))
            {
                found.push(Found {
                    rank,
                    conversation: participant.view_of(&conversation),
                });
            }
        }
        Ok(found)
    }
}

impl Source {
    fn new(partition: String) -> Self {
        Self {
            partition,
            buffer: VecDeque::new(),
            next: None,
            is_exhausted: false,
            next_read: 0,
        }
    }

    /// Reads until `wanted` rows are available or none are left.
    async fn fill(&mut self, store: &ReadStore, walk: &Walk<'_>, wanted: usize) -> Result<()> {
        while self.buffer.len() < wanted && !self.is_exhausted {
            // The filter applies after the limit, so reads grow while little matches.
            self.next_read = (self.next_read * 2).clamp(wanted, LARGEST_READ);
            let output = walk
                .query(store, &self.partition)?
                .limit(i32::try_from(self.next_read).unwrap_or(i32::MAX))
                .set_exclusive_start_key(self.next.take())
                .send()
                .await?;
            for item in output.items.unwrap_or_default() {
                self.buffer.push_back(decode(item)?);
            }
            self.is_exhausted = output.last_evaluated_key.is_none();
            self.next = output.last_evaluated_key;
        }
        Ok(())
    }
}

impl Walk<'_> {
    fn query(
        &self,
        store: &ReadStore,
        partition: &str,
    ) -> Result<aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder> {
        let mut values = HashMap::from([(":inbox".to_owned(), AttributeValue::S(partition.to_owned()))]);
        let range = match self.place {
            Position::Start => "",
            Position::After(_) => " AND #rank < :rank",
            Position::Before(_) => " AND #rank > :rank",
        };
        if let Position::After(rank) | Position::Before(rank) = self.place {
            values.insert(":rank".to_owned(), attribute(rank)?);
        }
        let mut matches = Vec::new();
        let mut demand = |name: &str, value: Option<AttributeValue>| {
            if let Some(value) = value {
                matches.push(format!("{name} = :{name}"));
                values.insert(format!(":{name}"), value);
            }
        };
        demand("is_muted", self.filter.muted.map(AttributeValue::Bool));
        demand("is_pinned", self.filter.pinned.map(AttributeValue::Bool));
        demand("group_id", self.filter.group_id.map(attribute).transpose()?);
        let query = store
            .client
            .query()
            .table_name(&*store.table)
            .index_name(INDEX)
            .key_condition_expression(format!("inbox = :inbox{range}"))
            .set_filter_expression(Some(matches.join(" AND ")).filter(|filter| !filter.is_empty()))
            .scan_index_forward(self.place.is_backwards())
            .set_expression_attribute_values(Some(values));
        Ok(if range.is_empty() {
            query
        } else {
            query.expression_attribute_names("#rank", "rank")
        })
    }
}

/// Takes up to `wanted` rows from all sources in the direction of travel. Each source must hold that many rows, or all
/// that are left of it.
fn merge(sources: &mut [Source], wanted: usize, backwards: bool) -> Vec<ParticipantRow> {
    let mut merged = Vec::with_capacity(wanted);
    while merged.len() < wanted {
        let heads = sources.iter_mut().filter(|source| !source.buffer.is_empty());
        let rank = |source: &&mut Source| source.buffer.front().map(|row| row.rank);
        let next = if backwards {
            heads.min_by_key(rank)
        } else {
            heads.max_by_key(rank)
        };
        match next.and_then(|source| source.buffer.pop_front()) {
            Some(row) => merged.push(row),
            None => break,
        }
    }
    merged
}
