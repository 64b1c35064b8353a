//! Expiry of idempotency keys: valid for the promised day, but not forever.

use shared::model::ConversationWith;
use shared::store::{Idempotency, StoreError};

use crate::proxy::{Proxy, Verdict};
use crate::table::{Table, new_contact};

const HOUR: u64 = 3600;

#[tokio::test]
async fn a_key_counts_for_a_day_and_can_then_be_used_anew() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let new = new_contact("kevin");
    let key = Idempotency::new(kate, "contacts-create", "k", &new);
    let first = table.store.create_contact(kate, &new, Some(&key)).await.unwrap();
    assert!(first.is_new && !first.replayed);

    table.advance(24 * HOUR);
    let again = table.store.create_contact(kate, &new, Some(&key)).await.unwrap();
    assert!(again.is_new && again.replayed);
    assert_eq!(again.resource, first.resource);

    table.advance(2 * HOUR);
    let later = table.store.create_contact(kate, &new, Some(&key)).await.unwrap();
    assert!(
        !later.is_new && !later.replayed,
        "the contact exists, and the key is unused again"
    );
    let replay = table.store.create_contact(kate, &new, Some(&key)).await.unwrap();
    assert!(!replay.is_new && replay.replayed);
}

#[tokio::test]
async fn a_key_remembers_that_the_resource_existed_already() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let contact = table.contact(kate, "kevin").await;
    let with = ConversationWith::Contact(contact.id);
    let key = Idempotency::new(kate, "conversations-create", "k", &with);
    for replayed in [false, true] {
        let found = table
            .store
            .create_conversation(kate, with, Some(&key))
            .await
            .unwrap();
        assert_eq!((found.is_new, found.replayed), (false, replayed));
    }
    table
        .store
        .delete_conversation(kate, contact.conversation_id.unwrap())
        .await
        .unwrap();
    let gone = table.store.create_conversation(kate, with, Some(&key)).await;
    assert!(matches!(gone, Err(StoreError::Missing { .. })), "{gone:?}");
    let unused = Idempotency::new(kate, "conversations-create", "another", &with);
    assert!(
        table
            .store
            .create_conversation(kate, with, Some(&unused))
            .await
            .unwrap()
            .is_new
    );
}

#[tokio::test]
async fn a_retry_after_a_lost_reply_finds_what_was_done() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let new = new_contact("kevin");
    let key = Idempotency::new(kate, "contacts-create", "k", &new);
    let lost = |operation: &str, _: &serde_json::Value| match operation {
        "TransactWriteItems" => Verdict::LoseReply,
        _ => Verdict::Pass,
    };
    let proxy = Proxy::start(table.database.url(), lost).await;
    let failed = table
        .store_through(&proxy.url)
        .create_contact(kate, &new, Some(&key))
        .await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");

    let retried = table.store.create_contact(kate, &new, Some(&key)).await.unwrap();
    assert!(retried.is_new && retried.replayed);
}
