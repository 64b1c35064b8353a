//! Purging: removes all rows of a deleted conversation and no others, with interruptions at every point.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use shared::model::{ConversationId, ConversationWith, Id, Millis, PersonId};
use shared::store::{Progress, StoreError, Work};
use tokio::time::Instant;

use crate::faults::{count, first};
use crate::proxy::{Proxy, Verdict};
use crate::table::{Item, Table, left_work, no_bucket, text};

fn later() -> Instant {
    Instant::now() + Duration::from_mins(10)
}

/// A deleted conversation with this many messages, each with a read receipt, and the work of purging it.
async fn deleted(table: &Table, messages: u64) -> (PersonId, PersonId, ConversationId, Work) {
    let kate = table.person("kate").await;
    let contact = table.contact(kate, "kevin").await;
    let id = contact.conversation_id.unwrap();
    let rows = |number| [message(id, number), read_receipt(contact.id, id, number)];
    table.import((0..messages).flat_map(rows).collect());
    table.store.delete_conversation(kate, id).await.unwrap();
    (kate, contact.id, id, work(table, id).await)
}

/// A message row, with only the attributes that a purge reads.
fn message(id: ConversationId, number: u64) -> Item {
    row(id, "message", &format!("MESSAGE#{}", message_id(id, number)))
}

/// A read receipt row up to a message.
fn read_receipt(reader: PersonId, id: ConversationId, number: u64) -> Item {
    row(
        id,
        "read_receipt",
        &format!("READ#{reader}#{}", message_id(id, number)),
    )
}

fn message_id(id: ConversationId, number: u64) -> Id<()> {
    Id::from_parts(Millis(1_900_000_000_000 + number), u64::from(id.tag().0) << 21)
}

fn row(id: ConversationId, kind: &str, sk: &str) -> Item {
    let attributes = [
        ("pk", format!("CONVERSATION#{}", id.tag())),
        ("sk", sk.to_owned()),
        ("kind", kind.to_owned()),
        ("conversation_id", id.to_string()),
    ];
    attributes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value)))
        .collect()
}

/// The work row, as the stream delivers it.
async fn work(table: &Table, id: ConversationId) -> Work {
    let rows = table.rows_of(id).await;
    let row = rows.into_iter().find(|row| text(row, "kind") == "purge").unwrap();
    left_work(row)
}

#[tokio::test]
async fn nothing_is_readable_at_once_and_nothing_is_left_in_the_end() {
    let table = Table::start().await;
    let (kate, kevin, id, work) = deleted(&table, 10).await;
    let rows = table.rows_of(id).await;
    assert_eq!(
        [
            "conversation",
            "participant",
            "pair",
            "message",
            "read_receipt",
            "purge"
        ]
        .map(|kind| count(&rows, kind)),
        [1, 0, 0, 10, 10, 1],
        "nobody takes part any more, and the pair is free; the rest waits"
    );
    for person in [kate, kevin] {
        assert!(matches!(
            table.store.conversation(person, id).await,
            Err(StoreError::Missing { .. })
        ));
    }
    assert_eq!(
        table.store.work(&work, &no_bucket(), later()).await.unwrap(),
        Progress::Done
    );
    assert_eq!(table.rows_of(id).await, Vec::<Item>::new());
    assert_eq!(
        table.store.work(&work, &no_bucket(), later()).await.unwrap(),
        Progress::Done,
        "the same work a second time"
    );
}

/// Kills the purge at each of its calls in turn. The next purge finishes, and a conversation created meanwhile stays.
#[tokio::test]
async fn a_purge_killed_between_any_two_calls_is_finished_by_the_next() {
    for survived in 0.. {
        let table = Table::start().await;
        let (kate, kevin, id, work) = deleted(&table, 30).await;
        let mut left = survived;
        let proxy = Proxy::start(table.database.url(), move |_, _| {
            if left == 0 {
                return Verdict::Refuse("AccessDeniedException");
            }
            left -= 1;
            Verdict::Pass
        })
        .await;
        let killed = table
            .store_through(&proxy.url)
            .work(&work, &no_bucket(), later())
            .await;

        let new = table
            .store
            .create_conversation(kate, ConversationWith::Contact(kevin), None)
            .await
            .unwrap();
        assert!(new.is_new);
        let rows = table.rows_of(new.resource.id).await.len();
        if killed.is_err() {
            let rows = table.rows_of(id).await;
            assert!(
                rows.iter().any(|row| text(row, "kind") == "purge"),
                "the work row goes last"
            );
        }
        assert_eq!(
            table.store.work(&work, &no_bucket(), later()).await.unwrap(),
            Progress::Done
        );
        assert_eq!(table.rows_of(id).await, Vec::<Item>::new());
        assert_eq!(table.rows_of(new.resource.id).await.len(), rows);
        assert_eq!(
            table.store.conversation(kate, new.resource.id).await.unwrap(),
            new.resource
        );
        if killed.is_ok() {
            assert_eq!(
                survived, 6,
                "one query, three batches for 60 rows, the conversation, the work row"
            );
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_work_several_times_at_once() {
    let table = Table::start().await;
    let (kate, kevin, id, work) = deleted(&table, 100).await;
    let new = table
        .store
        .create_conversation(kate, ConversationWith::Contact(kevin), None)
        .await
        .unwrap()
        .resource;
    let bucket = no_bucket();
    let purge = || table.store.work(&work, &bucket, later());
    let outcomes = tokio::try_join!(purge(), purge(), purge(), purge()).unwrap();
    assert_eq!(
        outcomes,
        (Progress::Done, Progress::Done, Progress::Done, Progress::Done)
    );
    assert_eq!(table.rows_of(id).await, Vec::<Item>::new());
    assert_eq!(
        table.store.conversation(kevin, new.id).await.unwrap().contact_id,
        Some(kate)
    );
}

#[tokio::test]
async fn late_work_leaves_another_conversation_of_the_same_tag_alone() {
    let table = Table::start().await;
    let (_, _, id, work) = deleted(&table, 2).await;
    let frank = table.person("frank").await;
    let other = table.conversation(frank, "heather").await;
    table.store.work(&work, &no_bucket(), later()).await.unwrap();
    // Two tags collide once in four billion. The test moves the other conversation into the partition instead.
    for row in table
        .rows_of(other)
        .await
        .iter()
        .filter(|row| text(row, "pk").starts_with("CONVERSATION#"))
    {
        let mut row = row.clone();
        row.insert(
            "pk".to_owned(),
            AttributeValue::S(format!("CONVERSATION#{}", id.tag())),
        );
        table.put(row).await;
    }
    let before = table.rows_of(other).await.len();
    table.store.work(&work, &no_bucket(), later()).await.unwrap();
    assert_eq!(table.rows_of(other).await.len(), before);
}

#[tokio::test]
async fn a_purge_without_enough_time_asks_the_stream_for_more() {
    let table = Table::start().await;
    let (_, _, id, first) = deleted(&table, 1_250).await;
    let mut outcomes = Vec::new();
    let mut rows = table.rows_of(id).await.len();
    loop {
        table.advance(1);
        let waiting = work(&table, id).await;
        let outcome = table
            .store
            .work(&waiting, &no_bucket(), Instant::now())
            .await
            .unwrap();
        outcomes.push(outcome);
        if outcome == Progress::Done {
            break;
        }
        let left = table.rows_of(id).await.len();
        assert!(left < rows, "every invocation makes progress");
        rows = left;
        assert_ne!(
            work(&table, id).await,
            first,
            "a change that the stream brings again"
        );
    }
    let (last, before) = outcomes.split_last().unwrap();
    assert_eq!(*last, Progress::Done);
    assert!(before.len() > 10 && before.iter().all(|outcome| *outcome == Progress::Interrupted));
    assert_eq!(table.rows_of(id).await, Vec::<Item>::new());
}

#[tokio::test]
async fn reconcile_takes_only_what_the_stream_missed() {
    let table = Table::start().await;
    deleted(&table, 0).await;
    assert_eq!(table.store.waiting_work(false).await.unwrap().len(), 0);
    table.advance(121);
    let missed = table.store.waiting_work(false).await.unwrap();
    assert_eq!(missed.len(), 1);
    table
        .store
        .work(missed[0].as_ref().unwrap(), &no_bucket(), later())
        .await
        .unwrap();
    assert_eq!(table.store.waiting_work(false).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_work_row_that_cannot_be_read_keeps_no_other_waiting() {
    let table = Table::start().await;
    let (_, _, id, _) = deleted(&table, 0).await;
    let row = table
        .rows_of(id)
        .await
        .into_iter()
        .find(|row| text(row, "kind") == "purge")
        .unwrap();
    let broken = [("sk", "PURGE#1"), ("conversation_id", "x")];
    let broken = broken.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
    table.put(row.into_iter().chain(broken).collect()).await;
    table.advance(121);
    let missed = table.store.waiting_work(false).await.unwrap();
    assert_eq!(
        missed.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [false, true]
    );
}

#[tokio::test]
async fn rows_that_a_batch_leaves_out_are_removed_by_another() {
    let table = Table::start().await;
    let (_, _, id, work) = deleted(&table, 4).await;
    let rule = first("BatchWriteItem", 3, || Verdict::FirstOnly);
    let proxy = Proxy::start(table.database.url(), rule).await;
    let outcome = table
        .store_through(&proxy.url)
        .work(&work, &no_bucket(), later())
        .await;
    assert_eq!(outcome.unwrap(), Progress::Done);
    let seen = proxy.take_seen();
    let batches = seen.iter().filter(|call| call.operation == "BatchWriteItem");
    assert_eq!(batches.count(), 4, "three of one row each, then the other five");
    assert_eq!(table.rows_of(id).await, Vec::<Item>::new());
}

#[tokio::test]
async fn rows_that_every_batch_leaves_out_stay_for_the_next_purge() {
    let table = Table::start().await;
    let (_, _, id, work) = deleted(&table, 1).await;
    let refuse = || Verdict::Refuse("ProvisionedThroughputExceededException");
    let proxy = Proxy::start(table.database.url(), first("BatchWriteItem", u32::MAX, refuse)).await;
    let failed = table
        .store_through(&proxy.url)
        .work(&work, &no_bucket(), later())
        .await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    let rows = table.rows_of(id).await;
    assert_eq!(
        ["conversation", "message", "purge"].map(|kind| count(&rows, kind)),
        [1, 1, 1]
    );
    let outcome = table.store.work(&work, &no_bucket(), later()).await;
    assert_eq!(outcome.unwrap(), Progress::Done);
    assert_eq!(table.rows_of(id).await, Vec::<Item>::new());
}
