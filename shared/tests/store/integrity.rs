//! The integrity check: it finds nothing in an intact table, and every kind of damage in a broken one.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use shared::model::{ConversationPatch, NewGroup, Patch};
use shared::store::{IntegrityReport, TablePlace};
use tokio::time::{Duration, Instant};

use crate::catalog_world::{content, publish, sound};
use crate::groups::first;
use crate::table::{Item, Table, text};

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

async fn check(table: &Table) -> IntegrityReport {
    let until = Instant::now() + Duration::from_mins(1);
    table.store.check_integrity(None, until).await.unwrap()
}

/// The problems as text.
async fn problems(table: &Table) -> String {
    serde_json::to_string_pretty(&check(table).await.problems).unwrap()
}

/// A table with every kind of data: people, contacts, conversations, a group with a conversation and one without,
/// messages that are read, deleted and pinned, and a waiting purge.
async fn populated() -> Table {
    let table = Table::start().await;
    let store = &table.store;
    let (kate, kevin, id) = table.pair().await;
    let frank = table.contact(kate, "frank").await;
    let message = table.say(kate, id, "one").await;
    table.say(kevin, id, "two").await;
    let deleted = table.say(kevin, id, "three").await;
    store.open_messages(kevin, id, first(10)).await.unwrap();
    table.say(kevin, id, "four").await;
    store.delete_message(kevin, deleted.id).await.unwrap();
    let pin = ConversationPatch {
        pinned_message_id: Patch::Value(message.id),
        ..ConversationPatch::default()
    };
    store.update_conversation(kate, id, &pin).await.unwrap();
    for has_conversation in [true, false] {
        let new = serde_json::json!({ "name": "Neighbours", "contacts": [kevin, frank.id] });
        let new: NewGroup = serde_json::from_value(new).unwrap();
        let group = store.create_group(kate, &new, None).await.unwrap().resource;
        let conversation = group.conversation_id.unwrap();
        let said = table.say(kevin, conversation, "in the group").await;
        store.open_messages(kate, conversation, first(10)).await.unwrap();
        table.say(frank.id, conversation, "as well").await;
        store.delete_message(kate, said.id).await.unwrap();
        store.leave_group(kevin, group.id, None).await.unwrap();
        if !has_conversation {
            store.delete_conversation(kate, conversation).await.unwrap();
        }
    }
    let lost = table.conversation(kate, "buzz").await;
    table.say(kate, lost, "gone").await;
    store.delete_conversation(kate, lost).await.unwrap();
    // Also two versions of the catalogue. The newer one has replaced the older one.
    publish(store, &content(0..2)).await;
    table.advance(1);
    publish(store, &content(1..4)).await;
    table
}

#[tokio::test]
async fn nothing_is_wrong_with_a_table_that_was_only_written_by_the_store() {
    let table = populated().await;
    let found = check(&table).await;
    assert_eq!(problems(&table).await, "[]");
    assert_eq!(found.rows, table.rows().await.len());
    assert!(found.continue_from.is_none());
}

#[tokio::test]
async fn places_in_inboxes_that_the_stream_missed_are_raised() {
    let table = populated().await;
    table.advance(60);
    assert_eq!(check(&table).await.raised, 0, "the stream still has time");
    table.advance(120);
    let found = check(&table).await;
    assert!(found.raised > 0);
    assert_eq!(problems(&table).await, "[]");
    assert_eq!(check(&table).await.raised, 0);
}

/// Removes each row in turn, and changes references between rows. The check must notice each, except rows that may be
/// missing.
#[tokio::test]
async fn every_row_that_is_lost_or_wrong_is_noticed() {
    let table = populated().await;
    let rows = table.rows().await;
    let replaced = replaced_version(&rows);
    let mut unnoticed = BTreeSet::new();
    for row in &rows {
        if text(row, "pk").contains(&replaced) || text(row, "pk") == unused_audio() {
            continue;
        }
        remove(&table, row).await;
        if check(&table).await.problems.is_empty() {
            unnoticed.insert(text(row, "kind").to_owned());
        }
        table.put(row.clone()).await;
    }
    // Without an idempotency record, contact entry, read receipt or synonyms, the table is as if it had never existed.
    // The check notices a lost purge work row only if it is the last trace of leftovers, and a lost message only if
    // somebody has not read it.
    let may_go: BTreeSet<_> = [
        "contact",
        "first_reads",
        "message",
        "purge",
        "read_receipt",
        "synonyms",
    ]
    .map(str::to_owned)
    .into();
    assert!(unnoticed.is_subset(&may_go), "{unnoticed:?}");

    let mut changes = 0;
    for row in &rows {
        for name in [
            "person_id",
            "conversation_id",
            "group_id",
            "member_id",
            "owner_id",
            "sent_total",
        ] {
            let Some(value) = row.get(name) else { continue };
            if name == "sent_total" && row.contains_key("deleted_at") {
                // The total of a deleted conversation is not used any more.
                continue;
            }
            let mut wrong = row.clone();
            let other = if value.is_n() {
                AttributeValue::N("1000".to_owned())
            } else {
                s("0000000000000000")
            };
            wrong.insert(name.to_owned(), other);
            table.put(wrong).await;
            let found = problems(&table).await;
            assert!(found != "[]", "{name} of {row:?}");
            changes += 1;
            table.put(row.clone()).await;
        }
    }
    assert!(changes > 40, "{changes}");
    assert_eq!(problems(&table).await, "[]");
}

#[tokio::test]
async fn a_check_without_time_goes_on_where_it_stopped() {
    let table = populated().await;
    let filler = |number: usize| {
        let key = format!("IDEMPOTENCY#{number:05}");
        let mut row: Item = [
            ("pk", key.as_str()),
            ("sk", "x"),
            ("kind", "idempotency"),
            ("fingerprint", "f"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), s(value)))
        .collect();
        row.insert("resource_id".to_owned(), s(&"x".repeat(1000)));
        row.insert("is_new".to_owned(), AttributeValue::Bool(true));
        row.insert("kept_until".to_owned(), AttributeValue::N("1".to_owned()));
        row
    };
    table.import((0..3000).map(filler).collect());
    let (mut calls, mut rows, mut from) = (0, 0, None::<TablePlace>);
    loop {
        let found = table.store.check_integrity(from, Instant::now()).await.unwrap();
        assert!(found.problems.is_empty());
        calls += 1;
        rows += found.rows;
        from = found.continue_from;
        if from.is_none() {
            break;
        }
    }
    assert!(calls > 1);
    assert_eq!(rows, table.rows().await.len());
}

/// The replaced version of the catalogue, whose rows nobody reads.
fn replaced_version(rows: &[Item]) -> String {
    let versions = rows.iter().filter(|row| text(row, "kind") == "catalog_version");
    versions.map(|row| text(row, "version").to_owned()).min().unwrap()
}

/// The partition key of the measurements of audio that only the replaced version has.
fn unused_audio() -> String {
    format!("AUDIO#{}", sound(0).audio)
}

async fn remove(table: &Table, row: &Item) {
    table
        .client
        .delete_item()
        .table_name(table.database.table_name())
        .key("pk", row["pk"].clone())
        .key("sk", row["sk"].clone())
        .send()
        .await
        .unwrap();
}
