//! Database faults: throttling, errors, lost replies, unprocessed keys, and conflicts with other transactions.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use shared::model::{ContactPatch, Patch, PersonId};
use shared::store::{Idempotency, StoreError};

use crate::proxy::{Proxy, Verdict};
use crate::table::{Table, new_contact, text};

/// Breaks the first `times` calls of `operation`.
pub(crate) fn first(
    operation: &'static str,
    mut times: u32,
    verdict: impl Fn() -> Verdict + Send + 'static,
) -> impl FnMut(&str, &Value) -> Verdict + Send + 'static {
    move |called, _| {
        if called != operation || times == 0 {
            return Verdict::Pass;
        }
        times -= 1;
        verdict()
    }
}

/// The number of rows of this kind.
pub(crate) fn count(rows: &[crate::table::Item], kind: &str) -> usize {
    rows.iter().filter(|row| text(row, "kind") == kind).count()
}

#[tokio::test]
async fn a_reply_lost_after_the_commit_is_not_done_twice() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let proxy = Proxy::start(
        table.database.url(),
        first("TransactWriteItems", 2, || Verdict::LoseReply),
    )
    .await;
    let created = table
        .store_through(&proxy.url)
        .create_contact(kate, &new_contact("kevin"), None)
        .await
        .unwrap();
    assert!(created.is_new && !created.replayed);
    let tokens: Vec<_> = proxy
        .take_seen()
        .into_iter()
        .filter(|call| call.operation == "TransactWriteItems")
        .collect();
    assert_eq!(tokens.len(), 3);
    assert!(
        tokens
            .iter()
            .all(|call| call.request["ClientRequestToken"] == tokens[0].request["ClientRequestToken"])
    );
    let rows = table.rows().await;
    assert_eq!(
        (
            count(&rows, "conversation"),
            count(&rows, "participant"),
            count(&rows, "contact")
        ),
        (1, 2, 1)
    );
}

#[tokio::test]
async fn throttling_and_failures_are_waited_out() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    for code in [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "InternalServerError",
    ] {
        for operation in ["BatchGetItem", "TransactWriteItems"] {
            let proxy = Proxy::start(
                table.database.url(),
                first(operation, 2, move || Verdict::Refuse(code)),
            )
            .await;
            let username = format!("{code}.{operation}");
            let created = table
                .store_through(&proxy.url)
                .create_contact(kate, &new_contact(&username), None)
                .await;
            assert!(created.unwrap().is_new, "{username}");
        }
    }
}

#[tokio::test]
async fn a_transaction_of_which_a_row_is_throttled_is_the_same_one_again() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    for code in ["ThrottlingError", "ProvisionedThroughputExceeded"] {
        let tokens = Arc::<Mutex<Vec<_>>>::default();
        let seen = Arc::clone(&tokens);
        let mut cancel = first("TransactWriteItems", 3, move || {
            Verdict::Cancel(vec!["None", code])
        });
        let rule = move |operation: &str, request: &Value| {
            if operation == "TransactWriteItems" {
                seen.lock().unwrap().push(request["ClientRequestToken"].clone());
            }
            cancel(operation, request)
        };
        let proxy = Proxy::start(table.database.url(), rule).await;
        let store = table.store_through(&proxy.url);
        let created = store.create_contact(kate, &new_contact(code), None).await;
        assert!(created.unwrap().is_new);
        // With a different token, the database could apply a transaction twice after a lost reply.
        let mut tokens = tokens.lock().unwrap().clone();
        assert_eq!(tokens.len(), 4);
        tokens.dedup();
        assert!(tokens.len() == 1 && tokens[0].is_string(), "{tokens:?}");
    }
}

#[tokio::test]
async fn a_database_that_goes_on_failing_is_unavailable_and_nothing_is_half_done() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    for code in ["ProvisionedThroughputExceededException", "InternalServerError"] {
        let proxy = Proxy::start(
            table.database.url(),
            first("TransactWriteItems", 99, move || Verdict::Refuse(code)),
        )
        .await;
        let failed = table
            .store_through(&proxy.url)
            .create_contact(kate, &new_contact("kevin"), None)
            .await;
        assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    }
    let cancel = || Verdict::Cancel(vec!["None", "ThrottlingError"]);
    let proxy = Proxy::start(table.database.url(), first("TransactWriteItems", 99, cancel)).await;
    let failed = table
        .store_through(&proxy.url)
        .create_contact(kate, &new_contact("kevin"), None)
        .await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    assert_eq!(count(&table.rows().await, "person"), 1);

    let proxy = Proxy::start(table.database.url(), |_, _| {
        Verdict::Refuse("AccessDeniedException")
    })
    .await;
    let failed = table.store_through(&proxy.url).person(kate).await;
    assert!(matches!(failed, Err(StoreError::Internal(_))), "{failed:?}");
}

#[tokio::test]
async fn keys_left_out_are_asked_for_again() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let contact = table.contact(kate, "kevin").await;
    let proxy = Proxy::start(table.database.url(), |_, _| Verdict::FirstOnly).await;
    assert_eq!(
        table
            .store_through(&proxy.url)
            .contact(kate, contact.id)
            .await
            .unwrap(),
        contact
    );
    assert_eq!(proxy.take_seen().len(), 3);
}

#[tokio::test]
async fn conflicts_with_other_transactions_are_settled_by_trying_again() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let contact = table.contact(kate, "kevin").await;
    let cancel = || Verdict::Cancel(vec!["TransactionConflict", "None"]);
    let proxy = Proxy::start(table.database.url(), first("TransactWriteItems", 3, cancel)).await;
    table
        .store_through(&proxy.url)
        .delete_contact(kate, contact.id)
        .await
        .unwrap();
    assert!(matches!(
        table.store.contact(kate, contact.id).await,
        Err(StoreError::Missing { .. })
    ));

    let contact = table.contact(kate, "frank").await;
    let refuse = || Verdict::Refuse("TransactionConflictException");
    let proxy = Proxy::start(table.database.url(), first("UpdateItem", 3, refuse)).await;
    let display_name = serde_json::from_value(serde_json::json!("Frankie")).unwrap();
    let patch = ContactPatch {
        display_name: Patch::Value(display_name),
    };
    let updated = table
        .store_through(&proxy.url)
        .update_contact(kate, contact.id, &patch)
        .await
        .unwrap();
    assert_eq!(updated.display_name.unwrap().as_str(), "Frankie");
}

#[tokio::test]
async fn a_race_that_outlasts_the_time_says_whose_it_was() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    // The idempotency record is the last row of the transaction.
    let cancel = || {
        Verdict::Cancel(vec![
            "None",
            "None",
            "None",
            "None",
            "None",
            "None",
            "None",
            "TransactionConflict",
        ])
    };
    let proxy = Proxy::start(
        table.database.url(),
        first("TransactWriteItems", u32::MAX, cancel),
    )
    .await;
    let store = table.store_through(&proxy.url);
    let (new, key) = (new_contact("kevin"), key(kate, "k"));
    let (with_key, without_key) = tokio::join!(
        store.create_contact(kate, &new, Some(&key)),
        store.create_contact(kate, &new, None)
    );
    assert!(matches!(with_key, Err(StoreError::KeyInUse)), "{with_key:?}");
    assert!(
        matches!(without_key, Err(StoreError::Unavailable(_))),
        "{without_key:?}"
    );
}

fn key(caller: PersonId, key: &str) -> Idempotency {
    Idempotency::new(caller, "contacts-create", key, &new_contact("kevin"))
}
