//! Search: the results equal those of a plain model, however little a call does and whatever moves between calls. No
//! call exceeds its bounds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::model::{
    ConversationId, ConversationPatch, Id, Message, MessageId, MessageSearch, Page, PageRequest, Patch,
    PersonId, Position, Timestamp,
};
use shared::store::{SearchBounds, Store, StoreError};
use tokio::runtime::Runtime;

use crate::proxy::{Proxy, Verdict};
use crate::table::{Item, Table, text};

const FOUND: &str = "The NEEDLE is here";

/// An event before the search, or between its pages.
#[derive(Clone, Copy, Debug)]
enum Event {
    Send { place: usize, matches: bool },
    Edit { which: usize, matches: bool },
    Delete { which: usize },
    Archive { place: usize, on: bool },
}

/// A search, and the way to page through it.
#[derive(Clone, Debug)]
struct Walk {
    /// Search only this conversation.
    place: Option<usize>,
    /// Start from this message; `None`: from the end.
    from: Option<usize>,
    backwards: bool,
    limits: Vec<usize>,
    bounds: SearchBounds,
    /// Events, one between each two pages.
    meanwhile: Vec<Event>,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (0usize..6, any::<bool>()).prop_map(|(place, matches)| Event::Send { place, matches }),
        1 => (0usize..40, any::<bool>()).prop_map(|(which, matches)| Event::Edit { which, matches }),
        1 => (0usize..40).prop_map(|which| Event::Delete { which }),
        1 => (0usize..6, any::<bool>()).prop_map(|(place, on)| Event::Archive { place, on }),
    ]
}

fn walk() -> impl Strategy<Value = Walk> {
    let bounds = (1..6, any::<bool>(), 1usize..5, 1usize..4).prop_map(
        |(units, has_time, first_read, conversations)| SearchBounds {
            units: f64::from(units),
            time: if has_time {
                Duration::from_mins(1)
            } else {
                Duration::ZERO
            },
            first_read,
            conversations,
        },
    );
    let place = prop::option::weighted(0.3, 0usize..6);
    let limits = prop::collection::vec(1usize..6, 1..4);
    let meanwhile = prop::collection::vec(event(), 0..6);
    (
        place,
        prop::option::of(0usize..40),
        any::<bool>(),
        limits,
        bounds,
        meanwhile,
    )
        .prop_map(|(place, from, backwards, limits, bounds, meanwhile)| Walk {
            place,
            from,
            backwards,
            limits,
            bounds,
            meanwhile,
        })
}

fn find(conversation_id: Option<ConversationId>) -> MessageSearch {
    let mut parameters = serde_json::json!({ "query": "needle" });
    if let Some(id) = conversation_id {
        parameters["conversation_id"] = serde_json::json!(id);
    }
    serde_json::from_value(parameters).unwrap()
}

/// A person with six conversations, and their messages: the conversation of each, and whether it matches.
struct World {
    table: Table,
    caller: PersonId,
    places: Vec<ConversationId>,
    messages: BTreeMap<MessageId, (usize, bool)>,
    /// The messages that were changed or deleted.
    touched: BTreeSet<MessageId>,
}

impl World {
    async fn start() -> Self {
        let table = Table::start().await;
        let caller = table.person("kate").await;
        let mut places = Vec::new();
        for number in 0..6 {
            places.push(table.conversation(caller, &format!("contact-{number}")).await);
        }
        Self {
            table,
            caller,
            places,
            messages: BTreeMap::new(),
            touched: BTreeSet::new(),
        }
    }

    async fn happen(&mut self, event: Event) {
        let said = |matches| if matches { FOUND } else { "Hay" };
        let which = |which: usize| {
            self.messages
                .keys()
                .nth(which % self.messages.len().max(1))
                .copied()
        };
        match event {
            Event::Send { place, matches } => {
                let sent = self
                    .table
                    .say(self.caller, self.places[place], said(matches))
                    .await;
                self.messages.insert(sent.id, (place, matches));
            }
            Event::Edit {
                which: number,
                matches,
            } => {
                let Some(id) = which(number) else { return };
                let patch = serde_json::from_value(serde_json::json!({ "message": said(matches) })).unwrap();
                self.table
                    .store
                    .update_message(self.caller, id, &patch)
                    .await
                    .unwrap();
                self.messages.get_mut(&id).unwrap().1 = matches;
                self.touched.insert(id);
            }
            Event::Delete { which: number } => {
                let Some(id) = which(number) else { return };
                self.table.store.delete_message(self.caller, id).await.unwrap();
                self.messages.remove(&id);
                self.touched.insert(id);
            }
            Event::Archive { place, on } => {
                let archived_at = if on {
                    Patch::Value(Timestamp(1))
                } else {
                    Patch::Null
                };
                let patch = ConversationPatch {
                    archived_at,
                    ..ConversationPatch::default()
                };
                let store = &self.table.store;
                store
                    .update_conversation(self.caller, self.places[place], &patch)
                    .await
                    .unwrap();
            }
        }
    }

    /// The expected results now, in the direction of travel.
    fn expected(&self, walk: &Walk, from: Option<MessageId>) -> Vec<MessageId> {
        let is_found = |(id, (place, matches)): (&MessageId, &(usize, bool))| {
            let is_beyond = from.is_none_or(|from| if walk.backwards { *id > from } else { *id < from });
            (*matches && is_beyond && walk.place.is_none_or(|own| own == *place)).then_some(*id)
        };
        let mut found: Vec<_> = self.messages.iter().filter_map(is_found).collect();
        if !walk.backwards {
            found.reverse();
        }
        found
    }

    async fn walk(&mut self, walk: &Walk) {
        let place = walk.place.map(|place| self.places[place]);
        let from = walk.from.and_then(|which| {
            let own = self
                .messages
                .iter()
                .filter(|(_, (at, _))| walk.place.is_none_or(|own| own == *at));
            own.map(|(id, _)| *id).nth(which)
        });
        // Backwards needs a start. By default, before all messages.
        let from = match from {
            None if walk.backwards => match self.expected(walk, None).first() {
                Some(first) => Some(*first),
                None => return,
            },
            from => from,
        };
        let before = self.expected(walk, from);
        self.touched.clear();
        let newest = self.messages.keys().next_back().copied();
        let mut events = walk.meanwhile.iter();
        let mut cursor = from.map(|id| id.to_string());
        let mut seen = Vec::new();
        for number in 0.. {
            assert!(number < 2_000, "it never ends: {walk:?}");
            let limit = walk.limits[number % walk.limits.len()];
            let page = PageRequest {
                limit,
                position: position(cursor, walk.backwards),
            };
            let search = find(place);
            let found = self
                .table
                .store
                .search(self.caller, &search, page, walk.bounds)
                .await
                .unwrap();
            assert!(found.data.len() <= limit);
            assert_eq!(found.has_more, found.next_cursor.is_some());
            let mut ids: Vec<_> = found.data.iter().map(|message| message.id).collect();
            for message in &found.data {
                assert!(message.message.as_str() == FOUND && self.messages.contains_key(&message.id));
            }
            assert!(ids.is_sorted_by(|one, next| one > next), "newest first: {ids:?}");
            if walk.backwards {
                ids.reverse();
            }
            seen.extend(ids);
            cursor = found.next_cursor;
            if cursor.is_none() {
                break;
            }
            if let Some(event) = events.next() {
                self.happen(*event).await;
            }
        }
        let is_in_order =
            |one: &MessageId, next: &MessageId| if walk.backwards { one < next } else { one > next };
        assert!(
            seen.is_sorted_by(is_in_order),
            "nothing twice: {walk:?}: {seen:?}"
        );
        // Messages that were added, changed or deleted meanwhile may be found or not.
        let is_calm = |id: &MessageId| !self.touched.contains(id) && Some(*id) <= newest;
        let left: Vec<_> = seen.iter().copied().filter(is_calm).collect();
        let expected: Vec<_> = before.into_iter().filter(is_calm).collect();
        assert_eq!(left, expected, "{walk:?}");
    }
}

fn position(cursor: Option<String>, backwards: bool) -> Position<String> {
    match cursor {
        None => Position::Start,
        Some(cursor) if backwards => Position::Before(cursor),
        Some(cursor) => Position::After(cursor),
    }
}

#[test]
fn it_finds_what_a_plain_model_finds() {
    let runtime = Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(8)
    });
    let events = prop::collection::vec(event(), 0..40);
    let cases = (events, prop::collection::vec(walk(), 10));
    let run = |(events, walks): (Vec<Event>, Vec<Walk>)| {
        runtime.block_on(async {
            let mut world = World::start().await;
            for event in events {
                world.happen(event).await;
            }
            for walk in &walks {
                world.walk(walk).await;
            }
        });
        Ok(())
    };
    runner.run(&cases, run).unwrap();
}

fn page(limit: usize, cursor: Option<String>) -> PageRequest {
    PageRequest {
        limit,
        position: position(cursor, false),
    }
}

/// Adds older copies of a message to its conversation. Returns the ids of the copies.
async fn fill(table: &Table, message: &Message, copies: usize, said: &str) -> Vec<MessageId> {
    let rows = table.rows_of(message.conversation_id).await;
    let is_it = |row: &&Item| text(row, "sk") == format!("MESSAGE#{}", message.id);
    let row = rows.iter().find(is_it).unwrap();
    let mut id = message.conversation_id.cast();
    let (mut filled, mut ids) = (Vec::new(), Vec::new());
    for _ in 0..copies {
        id = Id::next(id, shared::model::Millis(0));
        let mut row = row.clone();
        let attribute = |text: String| aws_sdk_dynamodb::types::AttributeValue::S(text);
        row.insert("sk".to_owned(), attribute(format!("MESSAGE#{id}")));
        row.insert("message_id".to_owned(), attribute(id.to_string()));
        row.insert("text".to_owned(), attribute(said.to_owned()));
        filled.push(row);
        ids.push(id);
    }
    table.import(filled);
    ids
}

#[tokio::test]
async fn a_call_does_no_more_than_its_bounds() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    let oldest = table.say(kate, id, FOUND).await;
    table.advance(60);
    let newest = table.say(kate, id, "Hay").await;
    // 25,000 messages of 100 characters: more than a call reads. The match is older than all of them.
    fill(&table, &newest, 25_000, &"Hay ".repeat(25)).await;
    let edited = serde_json::from_value(serde_json::json!({ "message": "Hay" })).unwrap();
    table
        .store
        .update_message(kate, oldest.id, &edited)
        .await
        .unwrap();
    for search in [find(Some(id)), find(None)] {
        let (mut cursor, mut calls, mut units) = (None, 0, 0.0);
        loop {
            let _ = table.store.take_usage();
            let page = page(10, cursor);
            let found = table
                .store
                .search(kate, &search, page, SearchBounds::CALL)
                .await
                .unwrap();
            let usage = table.store.take_usage();
            assert!(usage.read_units < 1024.0 + 256.0 + 20.0, "{usage:?}");
            assert_eq!((found.data.len(), usage.write_units), (0, 0.0));
            (calls, units) = (calls + 1, units + usage.read_units);
            cursor = found.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert!((2..=3).contains(&calls), "{calls} calls, {units} units");
    }
}

#[tokio::test]
async fn a_common_word_is_found_without_reading_much() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    // Late enough that all copies are older.
    table.advance(60);
    let newest = table.say(kate, id, FOUND).await;
    fill(&table, &newest, 5_000, &"Hay ".repeat(25)).await;
    for (search, most) in [(find(Some(id)), 22.0), (find(None), 26.0)] {
        let _ = table.store.take_usage();
        let found = table
            .store
            .search(kate, &search, page(1, None), SearchBounds::CALL)
            .await
            .unwrap();
        let usage = table.store.take_usage();
        assert_eq!((found.data.len(), found.has_more), (1, true));
        assert!(usage.read_units <= most, "{usage:?}");
    }
}

#[tokio::test]
async fn many_conversations_take_many_calls_and_each_is_bounded() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let mut expected = Vec::new();
    for number in 0..30 {
        table.advance(60);
        let id = table.conversation(kate, &format!("contact-{number}")).await;
        expected.push(table.say(kate, id, FOUND).await.id);
        table.say(kate, id, "Hay").await;
    }
    expected.reverse();
    let bounds = SearchBounds {
        units: 8.0,
        conversations: 2,
        ..SearchBounds::CALL
    };
    let (mut cursor, mut seen, mut longest, mut calls) = (None, Vec::new(), 0, 0);
    loop {
        let _ = table.store.take_usage();
        let found = table
            .store
            .search(kate, &find(None), page(100, cursor), bounds)
            .await
            .unwrap();
        // Besides the messages: the held messages, each with its conversation, the inbox, and the senders.
        let usage = table.store.take_usage();
        assert!(usage.read_units < 8.0 + 60.0 + 16.0, "{usage:?}");
        calls += 1;
        seen.extend(found.data.iter().map(|message| message.id));
        cursor = found.next_cursor;
        let Some(next) = &cursor else { break };
        longest = longest.max(next.len());
    }
    assert_eq!(seen, expected);
    assert!(longest <= 4 + 104 * 16, "{longest}");
    assert!((8..=30).contains(&calls), "{calls}");
}

#[tokio::test]
async fn what_a_cursor_holds_is_part_of_the_work_of_its_call() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    table.advance(60);
    let newest = table.say(kate, id, FOUND).await;
    // Messages of the largest size, without a match.
    let large = fill(&table, &newest, 300, &"𝕏".repeat(20_000)).await;
    let held: String = large.iter().take(100).map(ToString::to_string).collect();
    let (first, last) = ("0".repeat(16), "z".repeat(16));
    for ranks in [format!("{last}{first}"), format!("{last}{last}")] {
        let _ = table.store.take_usage();
        let page = page(100, Some(format!("cur_{first}{last}{ranks}{held}")));
        let found = table
            .store
            .search(kate, &find(None), page, SearchBounds::CALL)
            .await
            .unwrap();
        assert!(found.next_cursor.is_some());
        let usage = table.store.take_usage();
        // Reads in progress when the work was over: 25 held messages, and a megabyte of a conversation.
        assert!(
            usage.read_units < 1024.0 + 25.0 * 21.0 + 256.0 + 20.0,
            "{usage:?}"
        );
    }
}

#[tokio::test]
async fn what_is_held_is_found_once_however_little_a_call_does() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let mut expected = Vec::new();
    for number in 0..3 {
        let id = table.conversation(kate, &format!("contact-{number}")).await;
        for _ in 0..40 {
            expected.push(table.say(kate, id, FOUND).await.id);
        }
    }
    expected.sort_unstable();
    for backwards in [false, true] {
        let bounds = SearchBounds {
            units: 1.0,
            conversations: 1,
            ..SearchBounds::CALL
        };
        let (mut seen, mut most_held) = (Vec::new(), 0);
        let mut cursor = backwards.then(|| format!("cur_{}", "0".repeat(16)));
        loop {
            let page = PageRequest {
                limit: 100,
                position: position(cursor.clone(), backwards),
            };
            let found = table.store.search(kate, &find(None), page, bounds).await.unwrap();
            let mut ids: Vec<_> = found.data.iter().map(|message| message.id).collect();
            if backwards {
                ids.reverse();
            }
            seen.extend(ids);
            cursor = found.next_cursor;
            let Some(next) = &cursor else { break };
            most_held = most_held.max((next.len() / 16).saturating_sub(4));
        }
        if !backwards {
            seen.reverse();
        }
        assert_eq!(seen, expected);
        assert!(most_held > 25, "{most_held}");
    }
}

#[tokio::test]
async fn the_index_only_proposes() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    table.say(kate, id, FOUND).await;
    // In another person's conversation, and in one that has been deleted since.
    let foreign = table.conversation(kevin, "frank").await;
    table.say(kevin, foreign, FOUND).await;
    let gone = table.conversation(kate, "frank").await;
    table.say(kate, gone, FOUND).await;
    let rows = table.rows().await;
    table.store.delete_conversation(kate, gone).await.unwrap();
    let is_shown = |row: &&Item| {
        let of = row.get("conversation_id").and_then(|id| id.as_s().ok());
        row.contains_key("rank") && of.is_some_and(|of| *of == foreign.to_string() || *of == gone.to_string())
    };
    let shown: Vec<_> = rows.iter().filter(is_shown).cloned().collect();
    assert_eq!(shown.len(), 4);
    let shown = shown
        .into_iter()
        .map(|row| serde_json::to_value(serde_dynamo::Item::from(row)).unwrap());
    let shown: Vec<_> = shown.collect();
    let proxy = Proxy::start(table.database.url(), move |_, request| {
        let shown = shown.clone();
        let is_inbox = request["ExpressionAttributeValues"][":inbox"]["S"].as_str();
        if is_inbox.is_some_and(|partition| partition.starts_with("INBOX")) {
            Verdict::Alter(Box::new(move |answer| {
                answer["Items"].as_array_mut().unwrap().extend(shown);
            }))
        } else {
            Verdict::Pass
        }
    })
    .await;
    let store = table.store_through(&proxy.url);
    let found: Page<Message> = store
        .search(kate, &find(None), page(10, None), SearchBounds::CALL)
        .await
        .unwrap();
    let found: Vec<_> = found.data.iter().map(|message| message.conversation_id).collect();
    assert_eq!(found, [id]);
}

#[tokio::test]
async fn a_cursor_that_somebody_made_up_shows_nothing_more() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let own = table.say(kate, id, FOUND).await;
    let hay = table.say(kate, id, "Hay").await;
    let foreign = table.conversation(kevin, "frank").await;
    let not_hers = table.say(kevin, foreign, FOUND).await;
    let (first, last) = ("0".repeat(16), "z".repeat(16));
    let search = async |store: &Store, cursor: String, backwards| {
        let page = PageRequest {
            limit: 10,
            position: position(Some(cursor), backwards),
        };
        store.search(kate, &find(None), page, SearchBounds::CALL).await
    };
    for backwards in [false, true] {
        // A finished sweep that claims to hold these messages.
        for held in [not_hers.id, hay.id, id.cast(), own.id] {
            let cursor = format!("cur_{first}{last}{last}{first}{held}{held}");
            let found = search(&table.store, cursor, backwards).await.unwrap();
            let ids: Vec<_> = found.data.iter().map(|message| message.id).collect();
            let expected: &[_] = if held == own.id { &[own.id] } else { &[] };
            assert_eq!(ids, expected);
        }
        for bad in [
            format!("cur_{last}{first}{first}{first}"),
            format!("cur_{first}{last}"),
            format!("cur_{first}{last}{last}"),
            format!("cur_{first}{last}{last}{first}0"),
            format!("cur_{first}{last}{last}-{}", &first[1..]),
            format!("{first}{last}{last}"),
            // More ids than any sweep holds.
            format!("cur_{first}{last}{last}{first}{}", own.id.to_string().repeat(101)),
        ] {
            let refused = search(&table.store, bad, backwards).await;
            assert!(
                matches!(refused, Err(StoreError::CursorInvalid { .. })),
                "{refused:?}"
            );
        }
    }
}
