//! During a deployment, old and new code run side by side. This code must keep attributes that newer code added to a
//! row. The test plays the old code.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::model::{PageRequest, Position};
use shared::store::StoreError;

use crate::groups::{Club, first};
use crate::table::{Item, Table, no_bucket, text};

/// The attribute that newer code has added.
const ADDED: &str = "of_newer_code";

fn given<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

/// Adds the attribute to every row.
async fn add(table: &Table) {
    for mut row in table.rows().await {
        row.insert(ADDED.to_owned(), AttributeValue::Bool(true));
        table.put(row).await;
    }
}

/// The rows by key, kind and conversation. A row that replaces another one at the same key counts as new.
async fn rows(table: &Table) -> BTreeMap<[String; 4], Item> {
    let named = |row: Item| {
        let conversation = row.get("conversation_id").and_then(|id| id.as_s().ok()).cloned();
        let [pk, sk, kind] = ["pk", "sk", "kind"].map(|name| text(&row, name).to_owned());
        ([pk, sk, kind, conversation.unwrap_or_default()], row)
    };
    table.rows().await.into_iter().map(named).collect()
}

/// Asserts that every remaining row still has the attribute, and that the call wrote something.
async fn assert_kept(table: &Table, call: &str, before: &BTreeMap<[String; 4], Item>) {
    let after = rows(table).await;
    assert_ne!(*before, after, "{call} wrote nothing");
    for (name, row) in after.iter().filter(|(name, _)| before.contains_key(*name)) {
        assert!(row.contains_key(ADDED), "{call}: {name:?}");
    }
}

/// Runs calls one after the other on rows of newer code.
macro_rules! keep {
    ($table:expr, $($call:expr),+ $(,)?) => {
        $(
            add($table).await;
            let before = rows($table).await;
            $call.await.unwrap();
            assert_kept($table, stringify!($call), &before).await;
        )+
    };
}

#[tokio::test]
async fn what_newer_code_has_added_to_a_row_stays() {
    let club = Club::of(2, 1).await;
    let (table, store, kate, group) = (&club.table, &club.table.store, club.kate, club.group);
    let [kevin, frank, late] = [club.others[0], club.others[1], club.others[2]];
    let id = club.conversation().await;
    let said = table.say(kate, id, "hello").await;
    let gone = table.say(kate, id, "to be deleted").await;
    let one_page = || PageRequest {
        limit: 1,
        position: Position::Start,
    };
    let read_all = given(json!({}));
    keep!(
        table,
        store.open_messages(kevin, id, one_page()),
        store.mark_read(frank, id, read_all, None),
        store.send_message(
            kevin,
            &given(json!({"conversation_id": id, "message": "one more"})),
            None,
            &no_bucket()
        ),
        store.open_messages(kate, id, one_page()),
        store.update_message(kate, said.id, &given(json!({"message": "changed"})), &no_bucket()),
        store.add_reaction(kevin, said.id, &given(json!("heart"))),
        store.remove_reaction(kevin, said.id, &given(json!("heart"))),
        store.delete_message(kate, gone.id),
        store.update_conversation(
            kate,
            id,
            &given(json!({"is_pinned": true, "pinned_message_id": said.id}))
        ),
        store.update_person(kate, &given(json!({"phone_number": "1-800-759-3001"}))),
        store.update_contact(kate, kevin, &given(json!({"display_name": "Kev"}))),
        store.update_group(kate, group, &given(json!({"description": "all of us"}))),
        store.update_group(
            kate,
            group,
            &given(json!({"description": null, "contacts": [kevin, frank, late]}))
        ),
        store.leave_group(frank, group, None),
        store.delete_conversation(kate, id),
        store.create_conversation(kevin, given(json!({"group_id": group})), None),
    );
    assert_eq!(club.table.store.feed(kate, first(10)).await.unwrap().data, []);
}

#[tokio::test]
async fn a_row_of_a_newer_format_is_an_error_and_never_misread() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    let said = table.say(kate, id, "hello").await.id;
    for mut row in table.rows().await {
        let known: u32 = row["v"].as_n().unwrap().parse().unwrap();
        row.insert("v".to_owned(), AttributeValue::N((known + 1).to_string()));
        table.put(row).await;
    }
    let (store, page) = (&table.store, || PageRequest {
        limit: 1,
        position: Position::Start,
    });
    let refusals = [
        store.person(kate).await.map(drop),
        store.contacts(kate, page()).await.map(drop),
        store.conversation(kate, id).await.map(drop),
        store.message(kate, said).await.map(drop),
        store.messages(kate, id, page()).await.map(drop),
        store
            .send_message(
                kate,
                &given(json!({"conversation_id": id, "message": "a"})),
                None,
                &no_bucket(),
            )
            .await
            .map(drop),
    ];
    for refusal in refusals {
        let Err(StoreError::Internal(cause)) = refusal else {
            panic!("it was read: {refusal:?}");
        };
        assert!(cause.contains("deploy newer code"), "{cause}");
    }
}
