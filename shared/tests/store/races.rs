//! Real concurrency on one resource: one winner, one id.

use std::collections::HashSet;
use std::sync::Arc;

use shared::model::{ConversationWith, PersonId};
use shared::store::{Created, Idempotency, Store};
use tokio::task::JoinSet;

use crate::table::{Table, new_contact, text};

/// Runs `attempt` 32 times concurrently.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    attempt: impl Fn(usize) -> F,
) -> Vec<T> {
    (0..32).map(attempt).collect::<JoinSet<T>>().join_all().await
}

fn assert_one_winner<T, K: std::hash::Hash + Eq>(created: &[Created<T>], id: impl Fn(&T) -> K) {
    assert_eq!(
        created
            .iter()
            .filter(|created| created.is_new && !created.replayed)
            .count(),
        1
    );
    assert_eq!(
        created
            .iter()
            .map(|created| id(&created.resource))
            .collect::<HashSet<_>>()
            .len(),
        1
    );
}

/// Two people who have each other as contacts, without a conversation.
async fn two_strangers(table: &Table) -> [PersonId; 2] {
    let people = [table.person("kate").await, table.person("kevin").await];
    for (caller, other) in [(people[0], "kevin"), (people[1], "kate")] {
        let patch = serde_json::from_value(serde_json::json!({ "phone_number": "1-800-759-3000" })).unwrap();
        table.store.update_person(people[0], &patch).await.unwrap();
        table.store.update_person(people[1], &patch).await.unwrap();
        table.contact(caller, other).await;
    }
    let pair = table.contact(people[0], "kevin").await;
    table
        .store
        .delete_conversation(people[0], pair.conversation_id.unwrap())
        .await
        .unwrap();
    people
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_creating_their_conversation_get_one() {
    let table = Table::start().await;
    let [kate, kevin] = two_strangers(&table).await;
    let store = Arc::new(table.store.clone());
    let created = at_once(|attempt| {
        let store: Arc<Store> = store.clone();
        let (caller, contact) = if attempt % 2 == 0 {
            (kate, kevin)
        } else {
            (kevin, kate)
        };
        async move {
            store
                .create_conversation(caller, ConversationWith::Contact(contact), None)
                .await
                .unwrap()
        }
    })
    .await;
    assert_one_winner(&created, |conversation| conversation.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn adding_one_new_username_makes_one_person() {
    let table = Table::start().await;
    let mut callers = Vec::new();
    for caller in 0..32 {
        callers.push(table.person(&format!("caller-{caller}")).await);
    }
    let store = Arc::new(table.store.clone());
    let created = at_once(|attempt| {
        let (store, caller) = (store.clone(), callers[attempt]);
        async move {
            store
                .create_contact(caller, &new_contact("kevin"), None)
                .await
                .unwrap()
        }
    })
    .await;
    assert!(created.iter().all(|created| created.is_new));
    assert_eq!(
        created
            .iter()
            .map(|created| created.resource.id)
            .collect::<HashSet<_>>()
            .len(),
        1
    );
    let people = table
        .rows()
        .await
        .into_iter()
        .filter(|row| text(row, "kind") == "person")
        .count();
    assert_eq!(people, 33);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_with_one_key_have_one_effect() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let store = Arc::new(table.store.clone());
    let created = at_once(|_| {
        let store = store.clone();
        async move {
            let new = new_contact("kevin");
            let key = Idempotency::new(kate, "contacts-create", "k", &new);
            store.create_contact(kate, &new, Some(&key)).await.unwrap()
        }
    })
    .await;
    assert!(created.iter().all(|created| created.is_new));
    assert_one_winner(&created, |contact| contact.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_and_deleting_at_once_leaves_one_conversation_or_none() {
    let table = Table::start().await;
    let [kate, kevin] = two_strangers(&table).await;
    let store = Arc::new(table.store.clone());
    at_once(|attempt| {
        let store = store.clone();
        async move {
            let with = ConversationWith::Contact(kevin);
            let conversation = store
                .create_conversation(kate, with, None)
                .await
                .unwrap()
                .resource;
            if attempt % 2 == 0 {
                // Another task may have deleted it already.
                let _ = store.delete_conversation(kate, conversation.id).await;
            }
        }
    })
    .await;
    let rows = table.rows().await;
    let alive: Vec<_> = rows
        .iter()
        .filter(|row| text(row, "kind") == "conversation" && !row.contains_key("deleted_at"))
        .map(|row| text(row, "conversation_id"))
        .collect();
    let claimed: Vec<_> = rows
        .iter()
        .filter(|row| text(row, "kind") == "pair")
        .map(|row| text(row, "conversation_id"))
        .collect();
    assert!(alive.len() <= 1);
    assert_eq!(alive, claimed);
}
