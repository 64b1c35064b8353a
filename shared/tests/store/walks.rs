//! Paging through lists while rows move, appear and disappear, and while the index lags.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use local::database::Database;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};
use shared::model::{
    Conversation, ConversationFilter, ConversationId, ConversationPatch, Page, PageRequest, Patch, PersonId,
    Position, Timestamp,
};
use shared::store::Store;
use tokio::runtime::Runtime;

use crate::proxy::{Proxy, Verdict};
use crate::table::{Table, new_message, no_bucket};

/// An event between two pages.
#[derive(Clone, Debug)]
enum Event {
    /// A message moves a conversation to the top.
    Message(usize),
    /// The caller archives a conversation, or takes it out of the archive.
    Archive(usize, bool),
    /// A conversation is deleted.
    Delete(usize),
    /// One partition of the index, inbox or archive, catches up with the table.
    CatchUp(usize),
    /// A read of that partition reaches a replica that is further behind.
    FallBehind(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (0usize..100).prop_map(Event::Message),
        2 => (0usize..100, any::<bool>()).prop_map(|(which, archived)| Event::Archive(which, archived)),
        1 => (0usize..100).prop_map(Event::Delete),
        3 => (0usize..2).prop_map(Event::CatchUp),
        2 => (0usize..2).prop_map(Event::FallBehind),
    ];
    prop::collection::vec(event, 0..24)
}

/// Copies of the table at several times, and the copy that each partition of the index, inbox and archive, shows.
#[derive(Default)]
struct Index {
    copies: Vec<Database>,
    shown: [usize; 2],
}

/// A caller with conversations, and an index that lags until `catch_up`.
struct Inbox {
    table: Table,
    caller: PersonId,
    ids: Vec<ConversationId>,
    store: Store,
    index: Arc<Mutex<Index>>,
    _proxy: Proxy,
    disturbed: HashSet<ConversationId>,
}

impl Inbox {
    async fn with(conversations: usize) -> Self {
        let table = Table::start().await;
        let caller = table.person("kate").await;
        let mut ids = Vec::new();
        for number in 0..conversations {
            ids.push(table.conversation(caller, &format!("contact-{number}")).await);
        }
        let index: Arc<Mutex<Index>> = Arc::default();
        let shown = index.clone();
        let proxy = Proxy::start(table.database.url(), move |_, request| {
            let Some(partition) = request["ExpressionAttributeValues"][":inbox"]["S"].as_str() else {
                return Verdict::Pass;
            };
            let index = shown.lock().unwrap();
            let copy = index.shown[usize::from(partition.starts_with("ARCHIVE"))];
            Verdict::Redirect(index.copies[copy].url().to_owned())
        })
        .await;
        let store = table.store_through(&proxy.url);
        let mut inbox = Self {
            table,
            caller,
            ids,
            store,
            index,
            _proxy: proxy,
            disturbed: HashSet::new(),
        };
        inbox.catch_up(0).await;
        inbox.catch_up(1).await;
        inbox
    }

    /// From now on the partition shows the table's present state.
    async fn catch_up(&mut self, partition: usize) {
        let copy = self.table.start_another().await;
        copy.import(self.table.rows().await);
        let mut index = self.index.lock().unwrap();
        index.shown[partition] = index.copies.len();
        index.copies.push(copy.database);
    }

    async fn happen(&mut self, event: &Event) {
        let pick = |which: &usize| self.ids[which % self.ids.len()];
        match event {
            Event::Message(which) => {
                let id = pick(which);
                self.message(id).await;
            }
            Event::Archive(which, archived) => {
                let id = pick(which);
                self.disturbed.insert(id);
                let archived_at = if *archived {
                    Patch::Value(Timestamp(1))
                } else {
                    Patch::Null
                };
                let patch = ConversationPatch {
                    archived_at,
                    ..ConversationPatch::default()
                };
                // It may be deleted already.
                let _ = self
                    .table
                    .store
                    .update_conversation(self.caller, id, &patch)
                    .await;
            }
            Event::Delete(which) => {
                let id = pick(which);
                self.disturbed.insert(id);
                // It may be deleted already.
                let _ = self.table.store.delete_conversation(self.caller, id).await;
            }
            Event::CatchUp(partition) => self.catch_up(*partition).await,
            Event::FallBehind(partition) => {
                let mut index = self.index.lock().unwrap();
                index.shown[*partition] = index.shown[*partition].saturating_sub(1);
            }
        }
    }

    /// The caller sends a message, which moves the conversation up in the caller's inbox at once.
    async fn message(&mut self, id: ConversationId) {
        self.disturbed.insert(id);
        // It may be deleted already.
        let message = new_message(id, "Merry Christmas, ya filthy animal");
        let _ = self
            .table
            .store
            .send_message(self.caller, &message, None, &no_bucket())
            .await;
    }

    async fn page(&self, limit: usize, position: Position<String>) -> Page<Conversation> {
        let filter = ConversationFilter::default();
        self.store
            .conversations(self.caller, &filter, PageRequest { limit, position })
            .await
            .unwrap()
    }
}

/// Runs `walk` on some dozens of cases, each with its own database.
pub(crate) fn check<S: Strategy>(
    cases: u32,
    strategy: &S,
    walk: impl AsyncFn(S::Value) -> Result<(), TestCaseError>,
) {
    let runtime = Runtime::new().unwrap();
    let mut runner = proptest::test_runner::TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(cases)
    });
    runner.run(strategy, |case| runtime.block_on(walk(case))).unwrap();
}

#[test]
fn forwards_nothing_comes_twice_and_nothing_that_stays_is_skipped() {
    check(
        24,
        &(1usize..14, 1usize..6, events()),
        async |(conversations, limit, events)| {
            let mut inbox = Inbox::with(conversations).await;
            // Some events happen before the first page, so that a replica can be behind that page.
            let (before, during) = events.split_at(events.len() / 2);
            for event in before {
                inbox.happen(event).await;
            }
            let mut events = during.chunks(2);
            let mut seen: Vec<ConversationId> = Vec::new();
            let mut position = Position::Start;
            loop {
                let page = inbox.page(limit, position).await;
                prop_assert!(page.data.len() <= limit);
                prop_assert_eq!(page.has_more, page.next_cursor.is_some());
                if page.has_more {
                    prop_assert_eq!(page.data.len(), limit, "a page is full while more matches exist");
                }
                seen.extend(page.data.iter().map(|conversation| conversation.id));
                match page.next_cursor {
                    Some(cursor) => position = Position::After(cursor),
                    None => break,
                }
                for event in events.next().into_iter().flatten() {
                    inbox.happen(event).await;
                }
            }
            let unique: HashSet<_> = seen.iter().copied().collect();
            prop_assert_eq!(unique.len(), seen.len(), "nothing twice");
            let skipped: Vec<_> = inbox.ids.iter().filter(|id| !unique.contains(id)).collect();
            prop_assert!(
                skipped.iter().all(|id| inbox.disturbed.contains(id)),
                "skipped {:?}",
                skipped
            );
            Ok(())
        },
    );
}

#[tokio::test]
async fn a_replica_that_is_behind_shows_nothing_a_second_time() {
    let mut inbox = Inbox::with(3).await;
    let [first, second, third] = inbox.ids[..] else {
        panic!("three conversations")
    };
    inbox.happen(&Event::Message(0)).await;
    inbox.happen(&Event::CatchUp(0)).await;
    let page = inbox.page(1, Position::Start).await;
    assert_eq!(page.data[0].id, first);
    inbox.happen(&Event::FallBehind(0)).await;
    let page = inbox.page(10, Position::After(page.next_cursor.unwrap())).await;
    let ids: Vec<_> = page.data.iter().map(|conversation| conversation.id).collect();
    assert_eq!((ids, page.has_more), (vec![third, second], false));
}

#[tokio::test]
async fn a_row_that_stands_in_both_partitions_shows_once() {
    let mut inbox = Inbox::with(2).await;
    inbox.happen(&Event::Archive(0, true)).await;
    // The archive contains it already, and the inbox contains it still.
    inbox.happen(&Event::CatchUp(1)).await;
    let page = inbox.page(10, Position::Start).await;
    let ids: Vec<_> = page.data.iter().map(|conversation| conversation.id).collect();
    assert_eq!(ids, [inbox.ids[1], inbox.ids[0]]);
}

#[test]
fn backwards_everything_that_stays_comes_once() {
    check(
        24,
        &(2usize..14, 1usize..6, events()),
        async |(conversations, limit, events)| {
            let mut inbox = Inbox::with(conversations).await;
            let oldest = inbox.ids[0];
            let mut seen = vec![oldest];
            let mut cursor = oldest;
            let mut events = events.chunks(2);
            loop {
                let page = inbox.page(limit, Position::Before(cursor.to_string())).await;
                let ids: Vec<_> = page.data.iter().map(|conversation| conversation.id).collect();
                seen.extend(&ids);
                match ids.first() {
                    Some(first) if page.has_more => cursor = *first,
                    _ => break,
                }
                for event in events.next().into_iter().flatten() {
                    // A cursor that is a conversation moves with it: its present place counts, whatever the index
                    // shows.
                    let moves = |which: &usize| inbox.ids[which % inbox.ids.len()] == cursor;
                    if !matches!(event, Event::Message(which) | Event::Delete(which) if moves(which)) {
                        inbox.happen(event).await;
                        inbox.catch_up(0).await;
                        inbox.catch_up(1).await;
                    }
                }
            }
            let mut times: HashMap<_, usize> = HashMap::new();
            for id in &seen {
                *times.entry(*id).or_default() += 1;
            }
            for id in inbox.ids.iter().filter(|id| !inbox.disturbed.contains(id)) {
                prop_assert_eq!(times.get(id), Some(&1), "{} of {:?}", id, seen);
            }
            Ok(())
        },
    );
}
