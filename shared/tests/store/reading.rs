//! Reading: exactly the shown messages are marked as read, and the unread count is exact, even with concurrent changes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use shared::model::{
    ConversationId, Message, MessageId, Millis, Page, PageRequest, PersonId, Position, ReadUpTo,
};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::proxy::{Happening, Proxy, Verdict, both, script};
use crate::table::{Item, Table, beginning, new_message, no_bucket, text};

/// Kate, who reads, and Kevin, who has sent some messages.
pub(crate) struct Reading {
    pub(crate) table: Table,
    pub(crate) kate: PersonId,
    pub(crate) kevin: PersonId,
    pub(crate) id: ConversationId,
    pub(crate) sent: Vec<MessageId>,
}

impl Reading {
    pub(crate) async fn of(messages: usize) -> Self {
        let table = Table::start().await;
        let (kate, kevin, id) = table.pair().await;
        let mut sent = Vec::new();
        for number in 0..messages {
            sent.push(table.say(kevin, id, &number.to_string()).await.id);
        }
        table.next_second();
        Self {
            table,
            kate,
            kevin,
            id,
            sent,
        }
    }

    /// Kevin sends one more message.
    fn sends(&self) -> Happening {
        let (store, kevin, id) = (self.table.store.clone(), self.kevin, self.id);
        Box::pin(async move {
            store
                .send_message(kevin, &new_message(id, "late"), None, &no_bucket())
                .await
                .unwrap();
        })
    }

    /// Kevin deletes one of his messages.
    pub(crate) fn deletes(&self, which: usize) -> Happening {
        let (store, kevin, id) = (self.table.store.clone(), self.kevin, self.sent[which]);
        Box::pin(async move { store.delete_message(kevin, id).await.unwrap() })
    }

    /// Kevin sends so many messages and deletes each at once.
    pub(crate) fn slips(&self, count: usize) -> Happening {
        let (store, kevin, id) = (self.table.store.clone(), self.kevin, self.id);
        Box::pin(async move {
            for _ in 0..count {
                let sent = store
                    .send_message(kevin, &new_message(id, "a slip"), None, &no_bucket())
                    .await
                    .unwrap();
                store.delete_message(kevin, sent.resource.id).await.unwrap();
            }
        })
    }

    /// Kate marks the conversation as read on another device, up to one of Kevin's messages.
    pub(crate) fn reads(&self, which: usize) -> Happening {
        let (store, kate, id) = (self.table.store.clone(), self.kate, self.id);
        let up_to = ReadUpTo {
            message_id: Some(self.sent[which]),
        };
        Box::pin(async move { _ = store.mark_read(kate, id, up_to, None).await.unwrap() })
    }

    /// Kate lists the messages through a proxy with this rule.
    pub(crate) async fn list(
        &self,
        rule: impl FnMut(&str, &serde_json::Value) -> Verdict + Send + 'static,
        limit: usize,
        position: Position<String>,
    ) -> Page<Message> {
        let proxy = Proxy::start(self.table.database.url(), rule).await;
        let store = self.table.store_through(&proxy.url);
        let page = PageRequest { limit, position };
        store.open_messages(self.kate, self.id, page).await.unwrap()
    }

    /// Kate marks the conversation as read up to one of Kevin's messages, through a proxy with this rule.
    pub(crate) async fn mark(
        &self,
        rule: impl FnMut(&str, &serde_json::Value) -> Verdict + Send + 'static,
        which: usize,
    ) {
        let proxy = Proxy::start(self.table.database.url(), rule).await;
        let store = self.table.store_through(&proxy.url);
        let up_to = ReadUpTo {
            message_id: Some(self.sent[which]),
        };
        store.mark_read(self.kate, self.id, up_to, None).await.unwrap();
    }

    /// Kevin's existing messages, oldest first, and whether each is read. Asserts that the unread count matches.
    pub(crate) async fn state(&self) -> Vec<(MessageId, bool)> {
        let page = PageRequest {
            limit: 100,
            position: Position::Start,
        };
        let all = self.table.store.messages(self.kate, self.id, page).await.unwrap();
        assert!(!all.has_more);
        let his = all
            .data
            .iter()
            .rev()
            .filter(|message| message.contact.id == self.kevin);
        let state: Vec<_> = his
            .map(|message| (message.id, message.read_at.is_some()))
            .collect();
        let unread = state.iter().filter(|(_, is_read)| !is_read).count() as u64;
        assert_eq!(self.table.unread(self.kate, self.id).await, unread, "{state:?}");
        state
    }

    /// Asserts that the messages up to the newest one of the page are read, on the page and in the table, and no later
    /// ones.
    async fn assert_read_up_to_newest_of(&self, page: &Page<Message>) {
        let newest = page.data[0].id;
        assert!(
            page.data.iter().all(|message| message.read_at.is_some()),
            "{page:#?}"
        );
        for (id, is_read) in self.state().await {
            assert_eq!(is_read, id <= newest, "{id} where {newest} is the newest shown");
        }
    }

    pub(crate) async fn head(&self) -> Item {
        let rows = self.table.rows_of(self.id).await;
        rows.into_iter()
            .find(|row| text(row, "kind") == "conversation")
            .unwrap()
    }
}

/// The newest page, with the conversation's row `head` as it was earlier.
fn with_head(head: Item) -> Verdict {
    Verdict::Alter(Box::new(move |reply| {
        let head = serde_json::to_value(serde_dynamo::Item::from(head)).unwrap();
        let items = reply["Items"].as_array_mut().unwrap();
        *items
            .iter_mut()
            .find(|item| item["sk"]["S"] == "MESSAGES")
            .unwrap() = head;
    }))
}

/// A page without the message `id`, as if it had arrived too late for the read.
pub(crate) fn without(id: MessageId) -> Verdict {
    Verdict::Alter(Box::new(move |reply| {
        let items = reply["Items"].as_array_mut().unwrap();
        let before = items.len();
        items.retain(|item| item["message_id"]["S"] != id.to_string().as_str());
        assert_eq!(items.len(), before - 1);
    }))
}

#[tokio::test]
async fn what_arrives_after_the_page_was_read_stays_unread() {
    for limit in [2, 10] {
        let reading = Reading::of(4).await;
        let rule = script("Query", [Verdict::Then(reading.sends())]);
        let page = reading.list(rule, limit, Position::Start).await;
        assert_eq!(page.data[0].id, reading.sent[3]);
        reading.assert_read_up_to_newest_of(&page).await;
        assert_eq!(reading.table.unread(reading.kate, reading.id).await, 1);
    }
}

#[tokio::test]
async fn a_message_that_the_page_has_and_its_conversation_does_not_know_yet() {
    for limit in [2, 10] {
        let mut reading = Reading::of(3).await;
        let head = reading.head().await;
        reading
            .sent
            .push(reading.table.say(reading.kevin, reading.id, "late").await.id);
        let rule = script("Query", [with_head(head)]);
        let page = reading.list(rule, limit, Position::Start).await;
        reading.assert_read_up_to_newest_of(&page).await;
    }
}

#[tokio::test]
async fn a_message_that_the_conversation_knows_and_the_page_has_missed() {
    // With room for the new message, and without: then the page no longer includes the newest message and opens
    // nothing.
    for limit in [10, 4, 3] {
        let reading = Reading::of(4).await;
        let rule = script("Query", [without(reading.sent[3])]);
        let page = reading
            .list(rule, limit, Position::Before(beginning(reading.id).to_string()))
            .await;
        assert_eq!(page.has_more, limit == 3);
        if page.has_more {
            let unread = reading.state().await;
            assert!(
                unread.iter().all(|(_, is_read)| !is_read),
                "it shows {page:#?}, then {unread:?}"
            );
        } else {
            reading.assert_read_up_to_newest_of(&page).await;
        }
    }
}

#[tokio::test]
async fn the_newest_message_is_deleted_before_between_and_after_the_reads() {
    for limit in [2, 10] {
        let reading = Reading::of(4).await;
        reading.deletes(3).await;
        let page = reading.list(script("", []), limit, Position::Start).await;
        assert_eq!(page.data[0].id, reading.sent[2]);
        reading.assert_read_up_to_newest_of(&page).await;

        // After the read of the caller's participant row, before the read of the page.
        let reading = Reading::of(4).await;
        let (deleted, is_deleted) = oneshot::channel();
        let delete = reading.deletes(3);
        let delete = Box::pin(async move {
            delete.await;
            deleted.send(()).unwrap();
        });
        let wait = Box::pin(async move { is_deleted.await.unwrap() });
        let rule = both(
            script("BatchGetItem", [Verdict::Then(delete)]),
            script("Query", [Verdict::Before(wait)]),
        );
        let page = reading.list(rule, limit, Position::Start).await;
        assert_eq!(page.data[0].id, reading.sent[2]);
        reading.assert_read_up_to_newest_of(&page).await;

        // After both reads.
        let reading = Reading::of(4).await;
        let rule = script("TransactWriteItems", [Verdict::Before(reading.deletes(3))]);
        let page = reading.list(rule, limit, Position::Start).await;
        assert_eq!(page.data[0].id, reading.sent[3], "as it was a moment before");
        reading.assert_read_up_to_newest_of(&page).await;
    }
}

#[tokio::test]
async fn a_message_that_comes_and_goes_while_the_page_is_read() {
    for messages in [1, 2] {
        let reading = Reading::of(messages).await;
        let (kevin, id, store) = (reading.kevin, reading.id, reading.table.store.clone());
        let (gone, is_gone) = oneshot::channel();
        // After the read of the page, before the read of the caller's participant row.
        let come_and_go = Box::pin(async move {
            let late = new_message(id, "late");
            let sent = store
                .send_message(kevin, &late, None, &no_bucket())
                .await
                .unwrap();
            store.delete_message(kevin, sent.resource.id).await.unwrap();
            gone.send(()).unwrap();
        });
        let wait = Box::pin(async move { is_gone.await.unwrap() });
        let rule = both(
            script("Query", [Verdict::Then(come_and_go)]),
            script("BatchGetItem", [Verdict::Before(wait)]),
        );
        let page = reading.list(rule, 10, Position::Start).await;
        assert_eq!(page.data[0].id, reading.sent[messages - 1]);
        reading.assert_read_up_to_newest_of(&page).await;
    }
}

/// The lowest and the highest id number that a tag allows. Each occurs once in 2,097,152 messages.
#[tokio::test]
async fn messages_at_the_edges_of_their_tag() {
    let reading = Reading::of(1).await;
    let (table, tag) = (&reading.table, u64::from(reading.id.tag().0));
    let rows = table.rows_of(reading.id).await;
    let template = rows.iter().find(|row| text(row, "kind") == "message").unwrap();
    let mut head = reading.head().await;
    let s = |text: String| AttributeValue::S(text);
    for (later, low) in [(1, 0), (2, (1 << 21) - 1)] {
        let id = MessageId::from_parts(Millis(1_800_000_000_900 + later), (tag << 21) | low);
        let mut row = template.clone();
        row.insert("sk".to_owned(), s(format!("MESSAGE#{id}")));
        row.insert("message_id".to_owned(), s(id.to_string()));
        table.put(row).await;
        let kevin = (
            reading.kevin.to_string(),
            AttributeValue::N((later + 1).to_string()),
        );
        head.insert("sent_by".to_owned(), AttributeValue::M([kevin].into()));
        head.insert(
            "sent_total".to_owned(),
            AttributeValue::N((later + 1).to_string()),
        );
        let before = head
            .insert("last_message_id".to_owned(), s(id.to_string()))
            .unwrap();
        table.put(head.clone()).await;
        let mut older = head.clone();
        older.insert("last_message_id".to_owned(), before);
        let found = table.store.message(reading.kate, id).await.unwrap();
        assert_eq!(found.read_at, None);
        for position in [Position::Start, Position::Before(reading.sent[0].to_string())] {
            let page = reading.list(script("", []), 1, position).await;
            assert!(
                page.data.iter().all(|message| message.read_at.is_some()),
                "{page:?}"
            );
        }
        let page = reading
            .list(script("Query", [with_head(older)]), 1, Position::Start)
            .await;
        assert_eq!(page.data[0].id, id);
        reading.assert_read_up_to_newest_of(&page).await;
    }
}

#[tokio::test]
async fn whoever_has_opened_it_at_the_same_moment_elsewhere_set_the_time() {
    let reading = Reading::of(4).await;
    let now = reading.table.next_second();
    let rule = script("TransactWriteItems", [Verdict::Before(reading.reads(3))]);
    let page = reading.list(rule, 10, Position::Start).await;
    assert!(page.data.iter().all(|message| message.read_at == Some(now)));
    reading.assert_read_up_to_newest_of(&page).await;
    // Another device has opened only a part. This opening reads the rest.
    let reading = Reading::of(4).await;
    let rule = script("TransactWriteItems", [Verdict::Before(reading.reads(1))]);
    let page = reading.list(rule, 10, Position::Start).await;
    reading.assert_read_up_to_newest_of(&page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletes_that_race_openings_leave_the_count_exact() {
    for _ in 0..3 {
        let reading = Arc::new(Reading::of(60).await);
        let all_done = Arc::new(AtomicBool::new(false));
        let mut writers = JoinSet::new();
        for first in 0..4 {
            let reading = reading.clone();
            writers.spawn(async move {
                for which in (first..60).step_by(4).filter(|which| which % 3 != 0) {
                    reading.deletes(which).await;
                    reading.sends().await;
                }
            });
        }
        let mut readers = JoinSet::new();
        for reader in 0..2 {
            let (reading, all_done) = (reading.clone(), all_done.clone());
            readers.spawn(async move {
                let mut openings = 0;
                for which in (0..60).step_by(3).cycle() {
                    let store = &reading.table.store;
                    let page = PageRequest {
                        limit: 5,
                        position: Position::Start,
                    };
                    if reader == 0 {
                        let page = store.open_messages(reading.kate, reading.id, page).await.unwrap();
                        assert!(page.data.iter().all(|message| message.read_at.is_some()));
                    } else {
                        reading.reads(which).await;
                    }
                    openings += 1;
                    if all_done.load(Ordering::SeqCst) {
                        return openings;
                    }
                }
                openings
            });
        }
        writers.join_all().await;
        all_done.store(true, Ordering::SeqCst);
        assert!(readers.join_all().await.into_iter().all(|openings| openings > 1));
        let state = reading.state().await;
        assert_eq!(state.len(), 60);
        reading.sends().await;
        assert_eq!(
            reading.state().await.last().map(|(_, is_read)| *is_read),
            Some(false)
        );
        let page = reading.list(script("", []), 3, Position::Start).await;
        reading.assert_read_up_to_newest_of(&page).await;
    }
}
