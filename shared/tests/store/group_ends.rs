//! The end of a group, of its conversation, or of a membership: nothing of it shows, even while rows remain, and no
//! rows remain in the end.

use std::collections::BTreeSet;

use shared::model::{
    ConversationFilter, ConversationWith, GroupFilter, Message, Page, PageRequest, Position,
};
use shared::store::{Store, StoreError};
use tokio::time::{Duration, Instant};

use crate::groups::{Club, first};
use crate::proxy::{Proxy, Verdict, script};
use crate::table::{Item, beginning, left_work, no_bucket, text};

#[tokio::test]
async fn a_conversation_that_follows_another_shows_nothing_of_it() {
    let club = Club::of(1, 0).await;
    let (table, kate, other) = (&club.table, club.kate, club.others[0]);
    let store = &table.store;
    let old = club.conversation().await;
    let mut left = Vec::new();
    for number in 0..8 {
        left.push(table.say(kate, old, &number.to_string()).await.id);
    }
    club.messages(other, true).await;
    let sent = table.say(other, old, "noted late").await;
    let late = table.streamed(&sent).await;
    let denied = store.delete_conversation(other, old).await;
    assert!(matches!(denied, Err(StoreError::NotAllowed(_))), "{denied:?}");
    store.delete_conversation(kate, old).await.unwrap();
    club.assert_one_truth().await;
    assert_eq!(
        store.group(other, club.group).await.unwrap().conversation_id,
        None
    );
    for id in &left {
        assert!(matches!(
            store.message(kate, *id).await,
            Err(StoreError::Missing { .. })
        ));
    }

    let with = ConversationWith::Group(club.group);
    let created = store.create_conversation(other, with, None).await.unwrap();
    assert!(created.is_new);
    let new = created.resource.id;
    assert!(new.cast() > sent.id);
    assert!(!store.create_conversation(kate, with, None).await.unwrap().is_new);
    club.assert_one_truth().await;
    store.on_messages_sent(&[late]).await.unwrap();
    let first_new = table.say(kate, new, "new").await;
    let second_new = table.say(kate, new, "newer").await;
    for message in [&first_new, &second_new] {
        let streamed = table.streamed(message).await;
        store.on_messages_sent(&[streamed]).await.unwrap();
    }
    let expected = [second_new.id, first_new.id];
    let check = async |when: &str| {
        let ids = |page: Page<Message>| page.data.iter().map(|message| message.id).collect::<Vec<_>>();
        for limit in [1, 2, 10] {
            let mut found = Vec::new();
            let mut position = Position::Start;
            loop {
                let request = PageRequest { limit, position };
                let page = store.messages(other, new, request).await.unwrap();
                let next = page.next_cursor.clone();
                found.extend(ids(page));
                let Some(cursor) = next else { break };
                position = Position::After(cursor);
            }
            assert_eq!(found, expected, "{when}");
            // From the beginning, and from a place in the previous conversation.
            let from = |place: String| PageRequest {
                limit,
                position: Position::Before(place),
            };
            let page = store
                .messages(other, new, from(beginning(new).to_string()))
                .await
                .unwrap();
            assert_eq!(page.has_more, limit == 1);
            assert_eq!(ids(page), expected[2 - limit.min(2)..], "{when}");
            let place = from(format!("cur_{}", left[2]));
            let page = store.feed(other, place).await.unwrap();
            assert_eq!(ids(page), expected[2 - limit.min(2)..], "{when}");
            let page = store.feed(other, first(limit)).await.unwrap();
            assert_eq!(ids(page), expected[..limit.min(2)], "{when}");
        }
        for foreign in [left[2].to_string(), old.to_string(), club.group.to_string()] {
            let page = PageRequest {
                limit: 10,
                position: Position::After(foreign),
            };
            let refused = store.messages(other, new, page.clone()).await;
            assert!(matches!(refused, Err(StoreError::CursorInvalid { .. })), "{when}");
            let refused = store.feed(other, page).await;
            assert!(matches!(refused, Err(StoreError::CursorInvalid { .. })), "{when}");
        }
        assert_eq!(table.unread(other, new).await, 2, "{when}");
    };
    check("before the purge").await;
    let works = table.rows().await;
    let work = works.iter().find(|row| text(row, "kind") == "purge").unwrap();
    let work = left_work(work.clone());
    let until = Instant::now() + Duration::from_mins(1);
    store.work(&work, &no_bucket(), until).await.unwrap();
    check("after the purge").await;
    assert!(table.rows_of(old).await.is_empty());
    club.assert_one_truth().await;
    let page = club.messages(other, true).await;
    assert!(page.data.iter().all(|message| message.read_at.is_some()));
}

#[tokio::test]
async fn a_deleted_group_leaves_nothing() {
    for (conversation_first, purges_first) in [(false, false), (true, false), (true, true)] {
        let club = Club::of(3, 0).await;
        let (table, store) = (&club.table, &club.table.store);
        let before: BTreeSet<_> = table
            .rows()
            .await
            .iter()
            .map(|row| text(row, "pk").to_owned())
            .collect();
        let id = club.conversation().await;
        let message = table.say(club.kate, id, "gone").await;
        club.messages(club.others[0], true).await;
        let until = Instant::now() + Duration::from_mins(1);
        let works = async || {
            let rows = table.rows().await.into_iter();
            let works = rows.filter(|row| text(row, "kind") == "purge");
            works.map(left_work).collect::<Vec<_>>()
        };
        let mut earlier = Vec::new();
        if conversation_first {
            store.delete_conversation(club.kate, id).await.unwrap();
            earlier = works().await;
            if purges_first {
                store.work(&earlier[0], &no_bucket(), until).await.unwrap();
            }
        }
        let denied = store.delete_group(club.others[0], club.group).await;
        assert!(matches!(denied, Err(StoreError::NotAllowed(_))), "{denied:?}");
        store.delete_group(club.kate, club.group).await.unwrap();
        for person in [club.kate, club.others[0]] {
            assert!(matches!(
                store.group(person, club.group).await,
                Err(StoreError::Missing { .. })
            ));
            assert!(matches!(
                store.message(person, message.id).await,
                Err(StoreError::Missing { .. })
            ));
            let groups = store
                .groups(person, &GroupFilter::default(), first(10))
                .await
                .unwrap();
            assert_eq!(groups.data, []);
        }
        // The work of the conversation's delete may come late, or twice.
        for work in earlier.iter().chain(&works().await) {
            store.work(work, &no_bucket(), until).await.unwrap();
        }
        assert!(works().await.is_empty());
        let partition = format!("CONVERSATION#{}", club.group.tag());
        let left: Vec<_> = table
            .rows()
            .await
            .into_iter()
            .filter(|row| text(row, "pk") == partition)
            .collect();
        assert!(before.contains(&partition) && left.is_empty(), "{left:?}");
    }
}

/// The index still lists groups that a person has left.
#[tokio::test]
async fn an_index_that_is_behind_shows_nothing_to_who_has_left() {
    let club = Club::of(2, 0).await;
    let (table, leaving) = (&club.table, club.others[0]);
    let id = club.conversation().await;
    table.say(club.kate, id, "secret").await;
    let behind = table.start_another().await;
    for row in table.rows().await {
        behind.put(row).await;
    }
    table.store.leave_group(leaving, club.group, None).await.unwrap();
    let url = behind.database.url().to_owned();
    let rule = move |operation: &str, request: &serde_json::Value| {
        if operation == "Query" && request.get("IndexName").is_some() {
            Verdict::Redirect(url.clone())
        } else {
            Verdict::Pass
        }
    };
    let proxy = Proxy::start(table.database.url(), rule).await;
    let store: Store = table.store_through(&proxy.url);
    let filter = ConversationFilter {
        group_id: Some(club.group),
        ..ConversationFilter::default()
    };
    let listed = store.conversations(leaving, &filter, first(10)).await.unwrap();
    assert_eq!(listed.data, []);
    assert_eq!(store.feed(leaving, first(10)).await.unwrap().data, []);
    let groups = store
        .groups(leaving, &GroupFilter::default(), first(10))
        .await
        .unwrap();
    assert_eq!(groups.data, []);
    let stays = store.conversations(club.kate, &filter, first(10)).await.unwrap();
    assert_eq!(stays.data.len(), 1);
}

/// Rows of a transaction may become visible one after the other: the group names a new conversation while the
/// conversation's key still has the leftover row of the previous one.
#[tokio::test]
async fn a_group_that_is_read_while_its_conversation_changes() {
    for act in ["update", "leave", "delete"] {
        let club = Club::of(2, 0).await;
        let (table, store, kate) = (&club.table, &club.table.store, club.kate);
        store
            .delete_conversation(kate, club.conversation().await)
            .await
            .unwrap();
        let of_club = |row: &Item| text(row, "pk").ends_with(&club.group.tag().to_string());
        let is_head = |row: &Item| text(row, "sk") == "MESSAGES" && of_club(row);
        let last = table.rows().await.into_iter().find(is_head).unwrap();
        let with = ConversationWith::Group(club.group);
        let new = store.create_conversation(kate, with, None).await.unwrap();
        table.say(kate, new.resource.id, "Hello").await;
        let alter = move |answer: &mut serde_json::Value| {
            let last = serde_json::to_value(serde_dynamo::Item::from(last)).unwrap();
            let tables = answer["Responses"].as_object_mut().unwrap();
            for row in tables.values_mut().flat_map(|rows| rows.as_array_mut().unwrap()) {
                if row["sk"]["S"] == "MESSAGES" {
                    *row = last.clone();
                }
            }
        };
        let rule = script("BatchGetItem", [Verdict::Alter(Box::new(alter))]);
        let proxy = Proxy::start(table.database.url(), rule).await;
        let through = table.store_through(&proxy.url);
        let before = through.take_usage().calls;
        match act {
            "update" => {
                let nobody = serde_json::from_value(serde_json::json!({ "contacts": [] })).unwrap();
                through.update_group(kate, club.group, &nobody).await.unwrap();
            }
            "leave" => {
                _ = through
                    .leave_group(club.others[0], club.group, None)
                    .await
                    .unwrap();
            }
            _ => through.delete_group(kate, club.group).await.unwrap(),
        }
        assert!(through.take_usage().calls > before + 2, "it was read again");
        if act != "delete" {
            club.assert_one_truth().await;
        }
        let found = store
            .check_integrity(None, Instant::now() + Duration::from_mins(1))
            .await
            .unwrap();
        assert!(found.problems.is_empty(), "{act}: {:?}", found.problems);
    }
}
