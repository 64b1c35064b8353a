//! Sending: in order despite different clocks, once despite retries and lost replies, never into a deleted
//! conversation.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use shared::model::{
    ConversationId, Message, MessageId, Millis, NewMessage, PageRequest, PersonId, Position,
};
use shared::store::{Created, Idempotency, Progress, Store, StoreError};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::faults::{count, first};
use crate::proxy::{Proxy, Verdict};
use crate::table::{Table, beginning, left_work, new_message, no_bucket, text};

/// A sent message, with the times just before and after the send, on this process's clock.
#[derive(Clone, Copy)]
struct Sent {
    began: u64,
    ended: u64,
    id: MessageId,
}

/// Milliseconds since `start`.
fn elapsed(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap()
}

/// Follows a conversation from its beginning, until all messages are sent and a page shows nothing new.
async fn follow(
    store: Store,
    reader: PersonId,
    id: ConversationId,
    all_sent: Arc<AtomicBool>,
) -> Vec<MessageId> {
    let mut last = beginning(id);
    let mut seen = Vec::new();
    loop {
        let ends = all_sent.load(Ordering::SeqCst);
        let page = PageRequest {
            limit: 100,
            position: Position::Before(last.to_string()),
        };
        let page = store.messages(reader, id, page).await.unwrap();
        if page.data.is_empty() && ends {
            return seen;
        }
        seen.extend(page.data.iter().rev().map(|message| message.id));
        last = seen.last().copied().unwrap_or(last);
    }
}

/// Sends, and sends again if the races for the next id outlast the time limit, as happens on a slow machine.
async fn send_until_answered(
    store: &Store,
    sender: PersonId,
    new: &NewMessage,
    given_up: &AtomicU64,
) -> MessageId {
    loop {
        match store.send_message(sender, new, None, &no_bucket()).await {
            Ok(sent) => return sent.resource.id,
            Err(StoreError::Unavailable(cause)) if cause.ends_with("a race") => {
                given_up.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_in_the_order_of_commits_whatever_the_clocks_and_a_follower_sees_each_once() {
    const SENDERS: u64 = 32;
    const SKEW: u64 = 10_000;
    const EACH: usize = 50;
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let moment = Arc::new(AtomicU64::new(0));
    let given_up = Arc::new(AtomicU64::new(0));
    let all_sent = Arc::new(AtomicBool::new(false));
    let follower = tokio::spawn(follow(table.store.clone(), kevin, id, all_sent.clone()));
    let start = Instant::now();
    let senders: JoinSet<Vec<Sent>> = (0..SENDERS)
        .map(|number| {
            // From five seconds behind to five seconds ahead.
            let skew = SKEW * number / (SENDERS - 1);
            let clock = move || Millis(1_800_000_001_000 + skew + elapsed(start));
            let store = table.store_by(Arc::new(clock));
            let sender = if number % 2 == 0 { kate } else { kevin };
            let (moment, given_up) = (moment.clone(), given_up.clone());
            async move {
                let mut sent = Vec::new();
                for which in 0..EACH {
                    let new = new_message(id, &format!("{number}.{which}"));
                    let began = moment.fetch_add(1, Ordering::SeqCst);
                    let id = send_until_answered(&store, sender, &new, &given_up).await;
                    let ended = moment.fetch_add(1, Ordering::SeqCst);
                    sent.push(Sent { began, ended, id });
                }
                sent
            }
        })
        .collect();
    let sent: Vec<Sent> = senders.join_all().await.into_iter().flatten().collect();
    println!(
        "{} messages in {:?}; {given_up:?} times a race outlasted the time and was run again",
        sent.len(),
        start.elapsed()
    );
    all_sent.store(true, Ordering::SeqCst);
    let seen = follower.await.unwrap();

    let ids: BTreeSet<_> = sent.iter().map(|sent| sent.id).collect();
    assert_eq!(ids.len(), 32 * EACH);
    assert_eq!(seen, Vec::from_iter(ids), "each once, in order");

    // A message answered before another send began has the smaller id.
    let (mut by_begin, mut by_end) = (sent.clone(), sent);
    by_begin.sort_by_key(|sent| sent.began);
    by_end.sort_by_key(|sent| sent.ended);
    let mut answered = by_end.iter().peekable();
    let (mut newest, mut compared) = (None, 0);
    for sent in &by_begin {
        while let Some(earlier) = answered.next_if(|earlier| earlier.ended < sent.began) {
            newest = newest.max(Some(earlier.id));
        }
        assert!(newest < Some(sent.id), "{newest:?}, then {:?}", sent.id);
        compared += u32::from(newest.is_some());
    }
    assert!(compared >= 1_568, "all but the first of each sender at least");
    for (reader, others) in [(kate, 16 * EACH as u64), (kevin, 16 * EACH as u64)] {
        assert_eq!(table.unread(reader, id).await, others);
    }
}

/// Sends "Keep the change" through a store, with an idempotency key.
async fn send(
    store: &Store,
    sender: PersonId,
    id: ConversationId,
    key: Option<&str>,
) -> Result<Created<Message>, StoreError> {
    let new = new_message(id, "Keep the change");
    let key = key.map(|key| Idempotency::new(sender, "messages-create", key, &new));
    store.send_message(sender, &new, key.as_ref(), &no_bucket()).await
}

/// The only message of the table.
async fn the_only(table: &Table) -> MessageId {
    let rows = table.rows().await;
    let ids: Vec<_> = rows.iter().filter(|row| text(row, "kind") == "message").collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    text(ids[0], "message_id").parse().unwrap()
}

#[tokio::test]
async fn a_send_whose_reply_is_lost_is_one_message() {
    for key in [None, Some("k")] {
        let table = Table::start().await;
        let (kate, kevin, id) = table.pair().await;
        let lose = first("TransactWriteItems", 3, || Verdict::LoseReply);
        let proxy = Proxy::start(table.database.url(), lose).await;
        let sent = send(&table.store_through(&proxy.url), kate, id, key)
            .await
            .unwrap();
        assert!(sent.is_new && !sent.replayed);
        assert_eq!(the_only(&table).await, sent.resource.id);
        assert_eq!(table.unread(kevin, id).await, 1);
        let seen = proxy.take_seen();
        let commits = seen.iter().filter(|call| call.operation == "TransactWriteItems");
        assert_eq!(commits.count(), 4, "{key:?}");
    }
}

#[tokio::test]
async fn a_retry_with_the_key_finds_what_was_sent_although_no_reply_came() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let lose = first("TransactWriteItems", 4, || Verdict::LoseReply);
    let proxy = Proxy::start(table.database.url(), lose).await;
    let store = table.store_through(&proxy.url);
    let failed = send(&store, kate, id, Some("k")).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    let retried = send(&store, kate, id, Some("k")).await.unwrap();
    assert!(retried.is_new && retried.replayed);
    assert_eq!(the_only(&table).await, retried.resource.id);
    assert_eq!(table.unread(kevin, id).await, 1);
}

#[tokio::test]
async fn conflicts_and_throttling_are_waited_out_and_it_is_sent_once() {
    let cancel = |at: usize| {
        let mut reasons = vec!["None"; 3];
        reasons[at] = "TransactionConflict";
        reasons
    };
    for at in 0..3 {
        let table = Table::start().await;
        let (kate, _, id) = table.pair().await;
        let rule = first("TransactWriteItems", 4, move || Verdict::Cancel(cancel(at)));
        let proxy = Proxy::start(table.database.url(), rule).await;
        let sent = send(&table.store_through(&proxy.url), kate, id, None)
            .await
            .unwrap();
        assert_eq!(the_only(&table).await, sent.resource.id);
    }
    for code in [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "InternalServerError",
    ] {
        for operation in ["BatchGetItem", "TransactWriteItems"] {
            let table = Table::start().await;
            let (kate, _, id) = table.pair().await;
            let rule = first(operation, 2, move || Verdict::Refuse(code));
            let proxy = Proxy::start(table.database.url(), rule).await;
            let sent = send(&table.store_through(&proxy.url), kate, id, None)
                .await
                .unwrap();
            assert_eq!(the_only(&table).await, sent.resource.id, "{code} at {operation}");
        }
    }
}

#[tokio::test]
async fn a_send_that_the_database_goes_on_throttling_leaves_nothing() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let before = table.rows().await.len();
    for reasons in [
        vec!["None", "ThrottlingError", "None"],
        vec!["None", "None", "ProvisionedThroughputExceeded"],
    ] {
        let rule = first("TransactWriteItems", u32::MAX, move || {
            Verdict::Cancel(reasons.clone())
        });
        let proxy = Proxy::start(table.database.url(), rule).await;
        let failed = send(&table.store_through(&proxy.url), kate, id, Some("k")).await;
        assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    }
    assert_eq!(table.rows().await.len(), before);
    assert_eq!(table.unread(kevin, id).await, 0);
    let sent = send(&table.store, kate, id, Some("k")).await.unwrap();
    assert!(sent.is_new && !sent.replayed, "a failure leaves no record");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_equal_sends_with_one_key_are_one_message() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let sends: JoinSet<_> = (0..100)
        .map(|_| {
            let store = table.store.clone();
            async move { send(&store, kate, id, Some("k")).await.unwrap() }
        })
        .collect();
    let sent = sends.join_all().await;
    let ids: HashSet<_> = sent.iter().map(|sent| sent.resource.id).collect();
    assert_eq!(ids, HashSet::from([the_only(&table).await]));
    assert!(sent.iter().all(|sent| sent.is_new));
    assert_eq!(sent.iter().filter(|sent| !sent.replayed).count(), 1);
    assert_eq!(table.unread(kevin, id).await, 1);
}

#[tokio::test]
async fn a_key_names_one_message_as_it_is_now() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let sent = send(&table.store, kate, id, Some("k")).await.unwrap().resource;
    let other = new_message(id, "Merry Christmas, ya filthy animal");
    let key = Idempotency::new(kate, "messages-create", "k", &other);
    let reused = table
        .store
        .send_message(kate, &other, Some(&key), &no_bucket())
        .await;
    assert!(matches!(reused, Err(StoreError::KeyReused)), "{reused:?}");

    // The same key of another person is a different key.
    assert!(!send(&table.store, kevin, id, Some("k")).await.unwrap().replayed);

    let patch = serde_json::from_value(serde_json::json!({ "message": "Keep it" })).unwrap();
    let changed = table
        .store
        .update_message(kate, sent.id, &patch, &no_bucket())
        .await
        .unwrap();
    let replayed = send(&table.store, kate, id, Some("k")).await.unwrap();
    assert!(replayed.replayed);
    assert_eq!(replayed.resource, changed);

    table.store.delete_message(kate, sent.id).await.unwrap();
    let gone = send(&table.store, kate, id, Some("k")).await;
    assert!(matches!(gone, Err(StoreError::Missing { .. })), "{gone:?}");
    assert_eq!(
        count(&table.rows().await, "message"),
        1,
        "the one of somebody else"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_races_a_delete_of_the_conversation_is_refused_or_disappears() {
    let mut outcomes = HashSet::new();
    for round in 0..6 {
        let table = Table::start().await;
        let (kate, kevin, id) = table.pair().await;
        let sends: JoinSet<_> = (0..16)
            .map(|number| {
                let store = table.store.clone();
                let sender = if number % 2 == 0 { kate } else { kevin };
                async move {
                    let mut sent = Vec::new();
                    loop {
                        match send(&store, sender, id, None).await {
                            Ok(created) => sent.push(created.resource.id),
                            Err(error) => return (sent, error),
                        }
                    }
                }
            })
            .collect();
        let mut deletes = JoinSet::new();
        let store = table.store.clone();
        let watched = table.store.clone();
        deletes.spawn(async move {
            // During the sends, later in each round.
            while watched.conversation(kevin, id).await.unwrap().unread_count < 1 + round {}
            store.delete_conversation(kate, id).await.unwrap();
        });
        deletes.join_all().await;
        for (sent, error) in sends.join_all().await {
            let refused = matches!(
                error,
                StoreError::Missing {
                    what: "conversation",
                    ..
                }
            );
            assert!(refused, "{error:?}");
            outcomes.insert(sent.is_empty());
            for id in sent {
                for reader in [kate, kevin] {
                    let gone = table.store.message(reader, id).await;
                    assert!(matches!(gone, Err(StoreError::Missing { .. })), "{gone:?}");
                }
            }
        }
        let rows = table.rows_of(id).await;
        let work = rows.into_iter().find(|row| text(row, "kind") == "purge").unwrap();
        let work = left_work(work);
        let purged = table
            .store
            .work(
                &work,
                &no_bucket(),
                Instant::now() + std::time::Duration::from_mins(1),
            )
            .await;
        assert_eq!(purged.unwrap(), Progress::Done);
        assert!(table.rows_of(id).await.is_empty());
    }
    assert!(outcomes.contains(&false), "some were sent before");
}
