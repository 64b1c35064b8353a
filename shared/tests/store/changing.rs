//! Concurrent changes of one message: no change with a successful answer is lost.

use std::collections::BTreeSet;

use shared::model::{Message, MessageId, MessagePatch, Patch, PersonId, ReactionName};
use shared::store::StoreError;
use tokio::task::JoinSet;

use crate::faults::first;
use crate::proxy::{Proxy, Verdict};
use crate::table::{Item, Table, no_bucket, text};

fn name(text: &str) -> ReactionName {
    text.to_owned().try_into().unwrap()
}

fn patch(json: &serde_json::Value) -> MessagePatch {
    serde_json::from_value(json.clone()).unwrap()
}

/// The reactions as pairs of name and username.
fn reactions(message: &Message) -> BTreeSet<(String, String)> {
    let json = serde_json::to_value(&message.reactions).unwrap();
    let mut pairs = BTreeSet::new();
    for reaction in json.as_array().unwrap() {
        for (name, usernames) in reaction.as_object().unwrap() {
            for username in usernames.as_array().unwrap() {
                let is_new = pairs.insert((name.clone(), username.as_str().unwrap().to_owned()));
                assert!(is_new, "once each: {json}");
            }
        }
    }
    pairs
}

async fn row(table: &Table, id: MessageId) -> Item {
    let rows = table.rows().await;
    let is_it = |row: &Item| text(row, "kind") == "message" && text(row, "message_id") == id.to_string();
    rows.into_iter().find(is_it).unwrap()
}

async fn setting() -> (Table, PersonId, PersonId, MessageId) {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let sent = table.say(kate, id, "Everyone in this family hates me").await;
    (table, kate, kevin, sent.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn reactions_and_edits_of_many_at_once_all_hold() {
    let (table, kate, kevin, id) = setting().await;
    let mut changes = JoinSet::new();
    for (person, username) in [(kate, "kate"), (kevin, "kevin")] {
        for number in 0..12 {
            let store = table.store.clone();
            changes.spawn(async move {
                let name_text = format!("r{number}");
                let name = name(&name_text);
                let after = store.add_reaction(person, id, &name).await.unwrap();
                assert!(reactions(&after).contains(&(name_text.clone(), username.to_owned())));
                if number % 3 == 0 {
                    store.remove_reaction(person, id, &name).await.unwrap();
                    let after = store.message(person, id).await.unwrap();
                    assert!(!reactions(&after).contains(&(name_text, username.to_owned())));
                }
            });
        }
    }
    for number in 0..8 {
        let store = table.store.clone();
        changes.spawn(async move {
            let text = serde_json::json!({ "message": format!("version {number}") });
            let after = store
                .update_message(kate, id, &patch(&text), &no_bucket())
                .await
                .unwrap();
            let shown = serde_json::to_value(&after.message).unwrap();
            assert_eq!(shown, text["message"]);
        });
    }
    changes.join_all().await;
    let left = (0..12)
        .filter(|number| number % 3 != 0)
        .map(|number| format!("r{number}"));
    let both = left.flat_map(|name| ["kate", "kevin"].map(|username| (name.clone(), username.to_owned())));
    let message = table.store.message(kevin, id).await.unwrap();
    assert_eq!(reactions(&message), both.collect());
    // 24 reactions added, 8 removed, and 8 edits: each changed the row once.
    assert_eq!(row(&table, id).await["revision"].as_n().unwrap(), "40");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_of_ones_own_reactions_keeps_what_others_do_meanwhile() {
    let (table, kate, kevin, id) = setting().await;
    let mut changes = JoinSet::new();
    for number in 0..10 {
        let store = table.store.clone();
        changes.spawn(async move {
            store
                .add_reaction(kevin, id, &name(&format!("r{number}")))
                .await
                .unwrap();
        });
        let store = table.store.clone();
        changes.spawn(async move {
            let lists = serde_json::json!({ "reactions": [{ "mine": ["kate", "kevin"] }] });
            store
                .update_message(kate, id, &patch(&lists), &no_bucket())
                .await
                .unwrap();
        });
    }
    changes.join_all().await;
    let message = table.store.message(kevin, id).await.unwrap();
    let kevins = (0..10).map(|number| (format!("r{number}"), "kevin".to_owned()));
    let all = kevins.chain([("mine".to_owned(), "kate".to_owned())]).collect();
    assert_eq!(reactions(&message), all, "nobody reacts for somebody else");

    let clear = MessagePatch {
        reactions: Patch::Null,
        ..MessagePatch::default()
    };
    let message = table
        .store
        .update_message(kevin, id, &clear, &no_bucket())
        .await
        .unwrap();
    assert_eq!(
        reactions(&message),
        BTreeSet::from([("mine".to_owned(), "kate".to_owned())])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_names_of_each_are_the_most_however_many_race() {
    let (table, kate, kevin, id) = setting().await;
    let mut adds = JoinSet::new();
    for number in 0..15 {
        for (person, whose) in [(kate, "kate"), (kevin, "kevin")] {
            let store = table.store.clone();
            adds.spawn(async move {
                store
                    .add_reaction(person, id, &name(&format!("{whose}{number}")))
                    .await
            });
        }
    }
    let outcomes = adds.join_all().await;
    let (done, refused): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (20, 10));
    let is_refusal =
        |outcome: &Result<_, _>| matches!(outcome, Err(StoreError::Invalid { param, .. }) if param == "name");
    assert!(refused.iter().all(is_refusal), "{refused:?}");
    let message = table.store.message(kate, id).await.unwrap();
    for whose in ["kate", "kevin"] {
        let own = reactions(&message).into_iter().filter(|(_, who)| who == whose);
        assert_eq!(own.count(), 10, "{whose}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_race_a_delete_do_not_bring_the_message_back() {
    for _ in 0..4 {
        let (table, kate, kevin, id) = setting().await;
        let mut changes = JoinSet::new();
        for number in 0..8 {
            let store = table.store.clone();
            changes.spawn(async move {
                store
                    .add_reaction(kevin, id, &name(&format!("r{number}")))
                    .await
                    .map(drop)
            });
        }
        let store = table.store.clone();
        changes.spawn(async move { store.delete_message(kate, id).await });
        for outcome in changes.join_all().await {
            let settled = matches!(outcome, Ok(()) | Err(StoreError::Missing { what: "message", .. }));
            assert!(settled, "{outcome:?}");
        }
        for person in [kate, kevin] {
            let gone = table.store.message(person, id).await;
            assert!(matches!(gone, Err(StoreError::Missing { .. })), "{gone:?}");
        }
        let rows = table.rows().await;
        assert!(rows.iter().all(|row| text(row, "kind") != "message"));
    }
}

#[tokio::test]
async fn a_change_whose_reply_is_lost_or_that_meets_another_is_done_once() {
    let (table, _, kevin, id) = setting().await;
    let cancel = || Verdict::Cancel(vec!["None", "TransactionConflict"]);
    for (number, verdict) in [(1, (|| Verdict::LoseReply) as fn() -> Verdict), (2, cancel)] {
        let rule = first("TransactWriteItems", 3, verdict);
        let proxy = Proxy::start(table.database.url(), rule).await;
        let store = table.store_through(&proxy.url);
        store
            .add_reaction(kevin, id, &name(&format!("r{number}")))
            .await
            .unwrap();
        assert_eq!(
            row(&table, id).await["revision"].as_n().unwrap(),
            &number.to_string()
        );
    }
}

#[tokio::test]
async fn a_pin_on_a_message_goes_with_it_also_when_it_comes_meanwhile() {
    let (table, kate, kevin, id) = setting().await;
    let conversation = table.store.message(kate, id).await.unwrap().conversation_id;
    let pin = serde_json::from_value(serde_json::json!({ "pinned_message_id": id })).unwrap();
    let store = table.store.clone();
    let mut pinning = Some(Box::pin(async move {
        store
            .update_conversation(kevin, conversation, &pin)
            .await
            .unwrap();
    }));
    let rule = move |operation: &str, _: &serde_json::Value| match pinning
        .take_if(|_| operation == "TransactWriteItems")
    {
        Some(pinning) => Verdict::Before(pinning),
        None => Verdict::Pass,
    };
    let proxy = Proxy::start(table.database.url(), rule).await;
    table
        .store_through(&proxy.url)
        .delete_message(kate, id)
        .await
        .unwrap();
    let seen = proxy.take_seen();
    let commits = seen
        .iter()
        .filter(|call| call.operation == "TransactWriteItems")
        .count();
    assert_eq!(commits, 2, "the first is refused, for the message was pinned");
    for person in [kate, kevin] {
        let conversation = table.store.conversation(person, conversation).await.unwrap();
        assert_eq!(
            (conversation.pinned_message_id, conversation.unread_count),
            (None, 0)
        );
    }
}
