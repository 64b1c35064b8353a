//! The cost of calls: round trips, and request units as the database counts them.

use aws_sdk_dynamodb::types::AttributeValue;
use shared::model::{ConversationFilter, Id, Millis, PageRequest, PersonId, Position};
use shared::store::{Store, Usage};

use crate::proxy::{Proxy, Seen};
use crate::table::{Item, Table, new_contact, text};

fn operations(seen: &[Seen]) -> Vec<&str> {
    seen.iter().map(|call| call.operation.as_str()).collect()
}

fn units(seen: &[Seen]) -> f64 {
    seen.iter().map(|call| call.units).sum()
}

fn page(limit: usize, position: Position<String>) -> PageRequest {
    PageRequest { limit, position }
}

async fn cost_of_a_list(
    proxy: &Proxy,
    store: &Store,
    caller: PersonId,
    archived: Option<bool>,
) -> (usize, f64) {
    proxy.take_seen();
    let filter = ConversationFilter {
        archived,
        ..ConversationFilter::default()
    };
    let found = store
        .conversations(caller, &filter, page(10, Position::Start))
        .await
        .unwrap();
    assert_eq!((found.data.len(), found.has_more), (10, true));
    let seen = proxy.take_seen();
    assert_eq!(seen.last().unwrap().operation, "BatchGetItem");
    assert!(
        seen[..seen.len() - 1]
            .iter()
            .all(|call| call.operation == "Query")
    );
    (seen.len(), units(&seen))
}

/// Adds copies of some conversations to an inbox.
fn copy_conversations(table: &Table, templates: &[Vec<Item>], copies: u64) {
    let mut filled = Vec::new();
    for copy in 0..copies {
        for (which, rows) in (0..).zip(templates) {
            let id: Id<()> = Id::from_parts(Millis(1_700_000_000_000 + copy), (copy * 2 + which) << 21);
            for row in rows {
                let mut row = row.clone();
                row.insert("pk".to_owned(), s(format!("CONVERSATION#{}", id.tag())));
                row.insert("conversation_id".to_owned(), s(id.to_string()));
                row.entry("rank".to_owned())
                    .and_modify(|rank| *rank = s(id.to_string()));
                filled.push(row);
            }
        }
    }
    table.import(filled);
}

fn s(text: String) -> AttributeValue {
    AttributeValue::S(text)
}

#[tokio::test]
async fn a_get_is_one_round_trip() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let contact = table.contact(kate, "kevin").await;
    let proxy = Proxy::watching(table.database.url()).await;
    let store = table.store_through(&proxy.url);

    store
        .conversation(kate, contact.conversation_id.unwrap())
        .await
        .unwrap();
    let seen = proxy.take_seen();
    assert_eq!((operations(&seen), units(&seen)), (vec!["BatchGetItem"], 2.0));

    store.contact(kate, contact.id).await.unwrap();
    let seen = proxy.take_seen();
    assert_eq!((operations(&seen), units(&seen)), (vec!["BatchGetItem"], 3.0));

    store.person(kate).await.unwrap();
    let seen = proxy.take_seen();
    assert_eq!((operations(&seen), units(&seen)), (vec!["BatchGetItem"], 1.0));
}

#[tokio::test]
async fn the_token_check_is_one_unit() {
    let table = Table::start().await;
    let new = serde_json::from_value(serde_json::json!({ "username": "kate" })).unwrap();
    let issued = table.store.create_token(&new).await.unwrap();
    let proxy = Proxy::watching(table.database.url()).await;
    table
        .store_through(&proxy.url)
        .authenticate(&issued.token)
        .await
        .unwrap();
    let seen = proxy.take_seen();
    assert_eq!((operations(&seen), units(&seen)), (vec!["GetItem"], 1.0));
}

#[tokio::test]
async fn writes_cost_what_the_data_model_says() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let proxy = Proxy::watching(table.database.url()).await;
    let store = table.store_through(&proxy.url);

    let contact = store
        .create_contact(kate, &new_contact("kevin"), None)
        .await
        .unwrap()
        .resource;
    let seen = proxy.take_seen();
    assert_eq!(
        operations(&seen),
        ["BatchGetItem", "TransactWriteItems", "BatchGetItem"]
    );

    let patch = serde_json::from_value(serde_json::json!({ "is_muted": true })).unwrap();
    store
        .update_conversation(kate, contact.conversation_id.unwrap(), &patch)
        .await
        .unwrap();
    let seen = proxy.take_seen();
    assert_eq!(operations(&seen), ["TransactWriteItems", "BatchGetItem"]);

    store
        .delete_conversation(kate, contact.conversation_id.unwrap())
        .await
        .unwrap();
    let seen = proxy.take_seen();
    assert_eq!(operations(&seen), ["BatchGetItem", "TransactWriteItems"]);
}

#[tokio::test]
async fn a_page_costs_the_same_with_ten_and_with_ten_thousand_conversations() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let mut templates = Vec::new();
    for (username, archived_at) in [("kevin", None), ("frank", Some(1))] {
        let id = table.conversation(kate, username).await;
        let patch = serde_json::from_value(serde_json::json!({ "archived_at": archived_at })).unwrap();
        table.store.update_conversation(kate, id, &patch).await.unwrap();
        let mut rows = table.rows_of(id).await;
        rows.retain(|row| matches!(text(row, "kind"), "conversation" | "participant"));
        rows.retain(|row| {
            row.get("person_id")
                .is_none_or(|person| person.as_s() == Ok(&kate.to_string()))
        });
        templates.push(rows);
    }
    copy_conversations(&table, &templates, 10);
    let proxy = Proxy::watching(table.database.url()).await;
    let store = table.store_through(&proxy.url);
    let mut small = Vec::new();
    for archived in [None, Some(false), Some(true)] {
        small.push(cost_of_a_list(&proxy, &store, kate, archived).await);
    }
    copy_conversations(&table, &templates, 5_000);
    let mut large = Vec::new();
    for archived in [None, Some(false), Some(true)] {
        large.push(cost_of_a_list(&proxy, &store, kate, archived).await);
    }
    println!("calls and units of a page of ten with 20 and 10,000 conversations: {small:?}, {large:?}");
    assert_eq!(small, large);
    // 14 with the one unit for the token. The two queries of the first list run concurrently.
    assert!(small.iter().all(|(calls, units)| *calls <= 3 && *units <= 13.0));
}

#[tokio::test]
async fn a_store_counts_as_the_database_does() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let proxy = Proxy::watching(table.database.url()).await;
    let store = table.store_through(&proxy.url);
    let contact = store
        .create_contact(kate, &new_contact("kevin"), None)
        .await
        .unwrap()
        .resource;
    let patch = serde_json::from_value(serde_json::json!({ "display_name": "Kev" })).unwrap();
    store.update_contact(kate, contact.id, &patch).await.unwrap();
    store.contacts(kate, page(10, Position::Start)).await.unwrap();
    let seen = proxy.take_seen();
    let (writes, reads): (Vec<_>, Vec<_>) = seen
        .into_iter()
        .partition(|call| matches!(&*call.operation, "TransactWriteItems" | "UpdateItem"));
    let expected = Usage {
        calls: u32::try_from(reads.len() + writes.len()).unwrap(),
        read_units: units(&reads),
        write_units: units(&writes),
    };
    assert!(expected.read_units > 0.0 && expected.write_units > 0.0);
    assert_eq!(store.take_usage(), expected);
    assert_eq!(store.take_usage(), Usage::default());
}
