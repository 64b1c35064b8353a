//! Marking as read up to a message: every message of others counts once, whatever is deleted or read at the same time.

use shared::model::{Position, ReadUpTo};
use shared::store::StoreError;
use tokio::task::JoinSet;

use crate::proxy::{Proxy, Verdict, script};
use crate::reading::{Reading, without};
use crate::table::text;

#[tokio::test]
async fn marking_up_to_a_message_counts_what_is_deleted_meanwhile_once() {
    for (operation, at) in [
        ("BatchGetItem", 1),
        ("Query", 0),
        ("BatchGetItem", 2),
        ("TransactWriteItems", 0),
    ] {
        for (deleted, after) in [(1, false), (1, true), (3, false), (3, true), (4, true)] {
            let reading = Reading::of(5).await;
            reading.mark(script("", []), 0).await;
            let delete = reading.deletes(deleted);
            let verdict = if after {
                Verdict::Then(delete)
            } else {
                Verdict::Before(delete)
            };
            let pass = (0..at).map(|_| Verdict::Pass).collect::<Vec<_>>();
            let rule = script(operation, pass.into_iter().chain([verdict]));
            let proxy = Proxy::start(reading.table.database.url(), rule).await;
            let store = reading.table.store_through(&proxy.url);
            let up_to = ReadUpTo {
                message_id: Some(reading.sent[2]),
            };
            store
                .mark_read(reading.kate, reading.id, up_to, None)
                .await
                .unwrap();
            let read: Vec<_> = reading.state().await;
            let expected = (0..5).filter(|which| *which != deleted);
            let expected: Vec<_> = expected.map(|which| (reading.sent[which], which <= 2)).collect();
            assert_eq!(
                read, expected,
                "{deleted} deleted at {operation} {at}, after it: {after}"
            );
        }
    }
}

#[tokio::test]
async fn marking_up_to_a_message_after_another_device_has_moved() {
    for (elsewhere, read) in [(1, 3), (4, 5)] {
        for operation in ["Query", "TransactWriteItems"] {
            let reading = Reading::of(6).await;
            let rule = script(operation, [Verdict::Before(reading.reads(elsewhere))]);
            reading.mark(rule, 2).await;
            let state = reading.state().await;
            assert_eq!(
                state.iter().filter(|(_, is_read)| *is_read).count(),
                read,
                "{operation}"
            );
        }
    }
}

#[tokio::test]
async fn a_delete_that_an_opening_overtakes_counts_nothing_twice() {
    for operation in ["Query", "TransactWriteItems"] {
        for opened in [0, 2, 3] {
            let reading = Reading::of(4).await;
            let rule = script(operation, [Verdict::Before(reading.reads(opened))]);
            let proxy = Proxy::start(reading.table.database.url(), rule).await;
            let store = reading.table.store_through(&proxy.url);
            store
                .delete_message(reading.kevin, reading.sent[2])
                .await
                .unwrap();
            let expected = [0, 1, 3].map(|which| (reading.sent[which], which <= opened));
            assert_eq!(reading.state().await, expected);
        }
    }
}

#[tokio::test]
async fn a_message_that_is_not_of_the_conversation_marks_nothing() {
    let reading = Reading::of(2).await;
    reading.deletes(1).await;
    let other = reading.table.conversation(reading.kate, "frank").await;
    let elsewhere = reading.table.say(reading.kate, other, "Hello").await.id;
    for message_id in [reading.sent[1], elsewhere] {
        let up_to = ReadUpTo {
            message_id: Some(message_id),
        };
        let refused = reading
            .table
            .store
            .mark_read(reading.kate, reading.id, up_to, None)
            .await;
        let missing = matches!(
            &refused,
            &Err(StoreError::Missing { what: "message", param: Some(ref param) }) if param == "message_id"
        );
        assert!(missing, "{refused:?}");
    }
    assert_eq!(reading.state().await, [(reading.sent[0], false)]);
}

/// Rows of a transaction may become visible one after the other: the conversation's before the message's.
#[tokio::test]
async fn a_message_that_cannot_be_seen_yet_is_not_marked() {
    let reading = Reading::of(3).await;
    let hidden = reading.sent[2];
    let rule = script("Query", [without(hidden), without(hidden)]);
    let page = reading.list(rule, 10, Position::Start).await;
    let shown: Vec<_> = page
        .data
        .iter()
        .map(|message| (message.id, message.read_at))
        .collect();
    assert_eq!(shown, [(reading.sent[1], None), (reading.sent[0], None)]);
    assert!(reading.state().await.iter().all(|(_, is_read)| !is_read));

    reading.list(script("", []), 10, Position::Start).await;
    assert!(reading.state().await.iter().all(|(_, is_read)| *is_read));
}

#[tokio::test]
async fn however_many_are_deleted_unread_the_count_is_exact_and_the_row_small() {
    let mut reading = Reading::of(1).await;
    let mut most = 0;
    for _ in 0..4 {
        for _ in 0..60 {
            let sent = reading.table.say(reading.kevin, reading.id, "a slip").await;
            reading.sent.push(sent.id);
        }
        let last = reading.sent.len();
        for which in (last - 60..last).filter(|which| which % 10 != 0) {
            reading.deletes(which).await;
        }
        most = most.max(unread_deleted(&reading).await);
        reading.state().await;
    }
    assert!((54..=101).contains(&most), "{most}");

    // Up to a message in the middle, then one more is deleted, then all.
    reading.mark(script("", []), 150).await;
    let read = reading.state().await;
    assert_eq!(read.iter().filter(|(_, is_read)| *is_read).count(), 16);
    for deleted in [160, 240] {
        reading.deletes(deleted).await;
        reading.state().await;
    }
    reading.list(script("", []), 10, Position::Start).await;
    assert!(reading.state().await.iter().all(|(_, is_read)| *is_read));
}

/// The size of the set in Kate's row.
async fn unread_deleted(reading: &Reading) -> usize {
    let rows = reading.table.rows_of(reading.id).await;
    let kates = format!("PARTICIPANT#{}", reading.kate);
    let row = rows.iter().find(|row| text(row, "sk") == kates).unwrap();
    row.get("unread_deleted")
        .map_or(0, |ids| ids.as_ss().unwrap().len())
}

#[tokio::test]
async fn five_who_delete_at_once_leave_the_row_small_and_the_count_exact() {
    let reading = Reading::of(3).await;
    reading.slips(95).await;
    for _ in 0..3 {
        let mut five: JoinSet<_> = (0..5).map(|_| reading.slips(4)).collect();
        while let Some(done) = five.join_next().await {
            done.unwrap();
        }
        let size = unread_deleted(&reading).await;
        assert!(size < 110, "{size} ids");
        reading.state().await;
    }
    reading.list(script("", []), 10, Position::Start).await;
    assert!(reading.state().await.iter().all(|(_, is_read)| *is_read));
}

/// Deletes of messages that came meanwhile move into `read_others` while an opening with earlier totals is in progress.
#[tokio::test]
async fn an_opening_that_deletes_overtake_marks_what_it_shows() {
    for operation in ["Query", "BatchGetItem", "TransactWriteItems"] {
        for after in [false, true] {
            let reading = Reading::of(3).await;
            reading.slips(99).await;
            let slips = reading.slips(3);
            let verdict = if after {
                Verdict::Then(slips)
            } else {
                Verdict::Before(slips)
            };
            reading
                .list(script(operation, [verdict]), 10, Position::Start)
                .await;
            let state = reading.state().await;
            assert!(
                state.iter().all(|(_, is_read)| *is_read),
                "{operation}, after it: {after}"
            );
        }
    }
}

#[tokio::test]
async fn a_conversation_that_was_read_before_what_is_counted_is_read_again() {
    let reading = Reading::of(3).await;
    let head = serde_json::to_value(serde_dynamo::Item::from(reading.head().await)).unwrap();
    reading.slips(101).await;
    let earlier = Verdict::Alter(Box::new(move |answer| {
        let tables = answer["Responses"].as_object_mut().unwrap().values_mut();
        let mut rows = tables.flat_map(|rows| rows.as_array_mut().unwrap());
        *rows.find(|row| row["kind"]["S"] == "conversation").unwrap() = head;
    }));
    let proxy = Proxy::start(reading.table.database.url(), script("BatchGetItem", [earlier])).await;
    let store = reading.table.store_through(&proxy.url);
    let seen = store.conversation(reading.kate, reading.id).await.unwrap();
    assert_eq!(seen.unread_count, 3);
}

/// A delete moves older messages into `read_others`, while a marking with earlier totals is in progress.
#[tokio::test]
async fn marking_up_to_a_message_while_deleted_ones_are_counted() {
    let reading = Reading::of(130).await;
    for which in 10..110 {
        reading.deletes(which).await;
    }
    let rule = script("TransactWriteItems", [Verdict::Before(reading.deletes(112))]);
    reading.mark(rule, 5).await;
    let read = reading.state().await;
    assert_eq!(read.iter().filter(|(_, is_read)| *is_read).count(), 6);
}
