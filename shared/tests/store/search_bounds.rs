//! What a call of the search does at most, and what its cursors hold.

use std::time::Duration;

use shared::model::{Id, Message, MessageId, MessageSearch, Page, PageRequest};
use shared::store::{SearchBounds, Store, StoreError};

use crate::proxy::{Proxy, Verdict};
use crate::search::{FOUND, find, position};
use crate::table::{Item, Table, no_bucket, text};

fn page(limit: usize, cursor: Option<String>) -> PageRequest {
    PageRequest {
        limit,
        position: position(cursor, false),
    }
}

/// Adds older copies of a message to its conversation. Returns the ids of the copies.
async fn fill(table: &Table, message: &Message, copies: usize, said: &str) -> Vec<MessageId> {
    let rows = table.rows_of(message.conversation_id).await;
    let is_it = |row: &&Item| text(row, "sk") == format!("MESSAGE#{}", message.id);
    let row = rows.iter().find(is_it).unwrap();
    let mut id = message.conversation_id.cast();
    let (mut filled, mut ids) = (Vec::new(), Vec::new());
    for _ in 0..copies {
        id = Id::next(id, shared::model::Millis(0));
        let mut row = row.clone();
        let attribute = |text: String| aws_sdk_dynamodb::types::AttributeValue::S(text);
        row.insert("sk".to_owned(), attribute(format!("MESSAGE#{id}")));
        row.insert("message_id".to_owned(), attribute(id.to_string()));
        row.insert("text".to_owned(), attribute(said.to_owned()));
        filled.push(row);
        ids.push(id);
    }
    table.import(filled);
    ids
}

#[tokio::test]
async fn a_call_does_no_more_than_its_bounds() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    let oldest = table.say(kate, id, FOUND).await;
    table.advance(60);
    let newest = table.say(kate, id, "Hay").await;
    // 25,000 messages of 100 characters: more than a call reads. The match is older than all of them.
    fill(&table, &newest, 25_000, &"Hay ".repeat(25)).await;
    let edited = serde_json::from_value(serde_json::json!({ "message": "Hay" })).unwrap();
    table
        .store
        .update_message(kate, oldest.id, &edited, &no_bucket())
        .await
        .unwrap();
    // However slow the machine is.
    let bounds = SearchBounds {
        time: Duration::from_mins(1),
        ..SearchBounds::CALL
    };
    for search in [find(Some(id)), find(None)] {
        let (mut cursor, mut calls, mut units) = (None, 0, 0.0);
        loop {
            let _ = table.store.take_usage();
            let page = page(10, cursor);
            let found = table.store.search(kate, &search, page, bounds).await.unwrap();
            let usage = table.store.take_usage();
            assert!(usage.read_units < 1024.0 + 256.0 + 20.0, "{usage:?}");
            assert_eq!((found.data.len(), usage.write_units), (0, 0.0));
            (calls, units) = (calls + 1, units + usage.read_units);
            cursor = found.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert!((2..=3).contains(&calls), "{calls} calls, {units} units");
    }
}

#[tokio::test]
async fn a_common_word_is_found_without_reading_much() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    // Late enough that all copies are older.
    table.advance(60);
    let newest = table.say(kate, id, FOUND).await;
    fill(&table, &newest, 5_000, &"Hay ".repeat(25)).await;
    for (search, most) in [(find(Some(id)), 22.0), (find(None), 26.0)] {
        let _ = table.store.take_usage();
        let found = table
            .store
            .search(kate, &search, page(1, None), SearchBounds::CALL)
            .await
            .unwrap();
        let usage = table.store.take_usage();
        assert_eq!((found.data.len(), found.has_more), (1, true));
        assert!(usage.read_units <= most, "{usage:?}");
    }
}

#[tokio::test]
async fn a_search_of_an_old_year_reads_only_that_year() {
    const YEAR: u64 = 365 * 86_400;
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let oldest = table.say(kate, id, "Hay").await;
    fill(&table, &oldest, 10_000, &"Hay ".repeat(25)).await;
    table.advance(YEAR);
    let mut wanted = Vec::new();
    for _ in 0..10 {
        wanted.insert(0, table.say(kevin, id, FOUND).await);
    }
    table.advance(YEAR);
    let newest = table.say(kate, id, "Hay").await;
    let last_year = MessageSearch {
        after: Some(wanted[9].created_at),
        before: Some(newest.created_at),
        contact_id: Some(kevin),
        ..find(Some(id))
    };
    let of_all = MessageSearch {
        conversation_id: None,
        ..last_year.clone()
    };
    // The messages, and the caller's row; of all conversations also the inbox.
    for (search, most) in [(last_year, 3.0), (of_all, 6.0)] {
        let _ = table.store.take_usage();
        let found = table
            .store
            .search(kate, &search, page(100, None), SearchBounds::CALL)
            .await
            .unwrap();
        let usage = table.store.take_usage();
        let ids = |messages: &[Message]| messages.iter().map(|message| message.id).collect::<Vec<_>>();
        assert_eq!((ids(&found.data), found.has_more), (ids(&wanted), false));
        assert!(usage.read_units <= most, "{usage:?}");
    }
}

#[tokio::test]
async fn many_conversations_take_many_calls_and_each_is_bounded() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let mut expected = Vec::new();
    for number in 0..30 {
        table.advance(60);
        let id = table.conversation(kate, &format!("contact-{number}")).await;
        expected.push(table.say(kate, id, FOUND).await.id);
        table.say(kate, id, "Hay").await;
    }
    expected.reverse();
    let bounds = SearchBounds {
        units: 8.0,
        conversations: 2,
        ..SearchBounds::CALL
    };
    let (mut cursor, mut seen, mut longest, mut calls) = (None, Vec::new(), 0, 0);
    loop {
        let _ = table.store.take_usage();
        let found = table
            .store
            .search(kate, &find(None), page(100, cursor), bounds)
            .await
            .unwrap();
        // Besides the messages: the held messages, each with its conversation, the inbox, and the senders.
        let usage = table.store.take_usage();
        assert!(usage.read_units < 8.0 + 60.0 + 16.0, "{usage:?}");
        calls += 1;
        seen.extend(found.data.iter().map(|message| message.id));
        cursor = found.next_cursor;
        let Some(next) = &cursor else { break };
        longest = longest.max(next.len());
    }
    assert_eq!(seen, expected);
    assert!(longest <= 4 + 104 * 16, "{longest}");
    assert!((8..=30).contains(&calls), "{calls}");
}

#[tokio::test]
async fn what_a_cursor_holds_is_part_of_the_work_of_its_call() {
    let table = Table::start().await;
    let (kate, _, id) = table.pair().await;
    table.advance(60);
    let newest = table.say(kate, id, FOUND).await;
    // Messages of the largest size, without a match.
    let large = fill(&table, &newest, 300, &"𝕏".repeat(20_000)).await;
    let held: String = large.iter().take(100).map(ToString::to_string).collect();
    let (first, last) = ("0".repeat(16), "z".repeat(16));
    for ranks in [format!("{last}{first}"), format!("{last}{last}")] {
        let _ = table.store.take_usage();
        let page = page(100, Some(format!("cur_{first}{last}{ranks}{held}")));
        let found = table
            .store
            .search(kate, &find(None), page, SearchBounds::CALL)
            .await
            .unwrap();
        assert!(found.next_cursor.is_some());
        let usage = table.store.take_usage();
        // Reads in progress when the work was over: 25 held messages, and a megabyte of a conversation.
        assert!(
            usage.read_units < 1024.0 + 25.0 * 21.0 + 256.0 + 20.0,
            "{usage:?}"
        );
    }
}

#[tokio::test]
async fn what_is_held_is_found_once_however_little_a_call_does() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let mut expected = Vec::new();
    for number in 0..3 {
        let id = table.conversation(kate, &format!("contact-{number}")).await;
        for _ in 0..40 {
            expected.push(table.say(kate, id, FOUND).await.id);
        }
    }
    expected.sort_unstable();
    for backwards in [false, true] {
        let bounds = SearchBounds {
            units: 1.0,
            conversations: 1,
            ..SearchBounds::CALL
        };
        let (mut seen, mut most_held) = (Vec::new(), 0);
        let mut cursor = backwards.then(|| format!("cur_{}", "0".repeat(16)));
        loop {
            let page = PageRequest {
                limit: 100,
                position: position(cursor.clone(), backwards),
            };
            let found = table.store.search(kate, &find(None), page, bounds).await.unwrap();
            let mut ids: Vec<_> = found.data.iter().map(|message| message.id).collect();
            if backwards {
                ids.reverse();
            }
            seen.extend(ids);
            cursor = found.next_cursor;
            let Some(next) = &cursor else { break };
            most_held = most_held.max((next.len() / 16).saturating_sub(4));
        }
        if !backwards {
            seen.reverse();
        }
        assert_eq!(seen, expected);
        assert!(most_held > 25, "{most_held}");
    }
}

#[tokio::test]
async fn the_index_only_proposes() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    table.say(kate, id, FOUND).await;
    // In another person's conversation, and in one that has been deleted since.
    let foreign = table.conversation(kevin, "frank").await;
    table.say(kevin, foreign, FOUND).await;
    let gone = table.conversation(kate, "frank").await;
    table.say(kate, gone, FOUND).await;
    let rows = table.rows().await;
    table.store.delete_conversation(kate, gone).await.unwrap();
    let is_shown = |row: &&Item| {
        let of = row.get("conversation_id").and_then(|id| id.as_s().ok());
        row.contains_key("rank") && of.is_some_and(|of| *of == foreign.to_string() || *of == gone.to_string())
    };
    let shown: Vec<_> = rows.iter().filter(is_shown).cloned().collect();
    assert_eq!(shown.len(), 4);
    let shown = shown
        .into_iter()
        .map(|row| serde_json::to_value(serde_dynamo::Item::from(row)).unwrap());
    let shown: Vec<_> = shown.collect();
    let proxy = Proxy::start(table.database.url(), move |_, request| {
        let shown = shown.clone();
        let is_inbox = request["ExpressionAttributeValues"][":inbox"]["S"].as_str();
        if is_inbox.is_some_and(|partition| partition.starts_with("INBOX")) {
            Verdict::Alter(Box::new(move |answer| {
                answer["Items"].as_array_mut().unwrap().extend(shown);
            }))
        } else {
            Verdict::Pass
        }
    })
    .await;
    let store = table.store_through(&proxy.url);
    let found: Page<Message> = store
        .search(kate, &find(None), page(10, None), SearchBounds::CALL)
        .await
        .unwrap();
    let found: Vec<_> = found.data.iter().map(|message| message.conversation_id).collect();
    assert_eq!(found, [id]);
}

#[tokio::test]
async fn a_cursor_that_somebody_made_up_shows_nothing_more() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let own = table.say(kate, id, FOUND).await;
    let hay = table.say(kate, id, "Hay").await;
    let foreign = table.conversation(kevin, "frank").await;
    let not_hers = table.say(kevin, foreign, FOUND).await;
    let (first, last) = ("0".repeat(16), "z".repeat(16));
    let search = async |store: &Store, cursor: String, backwards| {
        let page = PageRequest {
            limit: 10,
            position: position(Some(cursor), backwards),
        };
        store.search(kate, &find(None), page, SearchBounds::CALL).await
    };
    for backwards in [false, true] {
        // A finished sweep that claims to hold these messages.
        for held in [not_hers.id, hay.id, id.cast(), own.id] {
            let cursor = format!("cur_{first}{last}{last}{first}{held}{held}");
            let found = search(&table.store, cursor, backwards).await.unwrap();
            let ids: Vec<_> = found.data.iter().map(|message| message.id).collect();
            let expected: &[_] = if held == own.id { &[own.id] } else { &[] };
            assert_eq!(ids, expected);
        }
        for bad in [
            format!("cur_{last}{first}{first}{first}"),
            format!("cur_{first}{last}"),
            format!("cur_{first}{last}{last}"),
            format!("cur_{first}{last}{last}{first}0"),
            format!("cur_{first}{last}{last}-{}", &first[1..]),
            format!("{first}{last}{last}"),
            // More ids than any sweep holds.
            format!("cur_{first}{last}{last}{first}{}", own.id.to_string().repeat(101)),
        ] {
            let refused = search(&table.store, bad, backwards).await;
            assert!(
                matches!(refused, Err(StoreError::CursorInvalid { .. })),
                "{refused:?}"
            );
        }
    }
}
