//! Lists page by page, exactly: with every filter, and while contacts are added and removed.

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;
use shared::model::{
    Contact, ConversationFilter, ConversationPatch, PageRequest, Patch, Position, Timestamp,
};

use crate::table::Table;
use crate::walks::check;

#[test]
fn every_filter_pages_exactly_both_ways() {
    let flags = prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 1..16);
    let filter = any::<(Option<bool>, Option<bool>, Option<bool>)>();
    check(
        40,
        &(flags, filter, 1usize..5),
        async |(flags, (muted, archived, pinned), limit)| {
            let table = Table::start().await;
            let caller = table.person("kate").await;
            let mut expected = Vec::new();
            for (number, (is_muted, is_archived, is_pinned)) in flags.into_iter().enumerate() {
                let id = table.conversation(caller, &format!("contact-{number}")).await;
                let patch = ConversationPatch {
                    is_muted: Some(is_muted),
                    is_pinned: Some(is_pinned),
                    archived_at: if is_archived {
                        Patch::Value(Timestamp(1))
                    } else {
                        Patch::Null
                    },
                    ..ConversationPatch::default()
                };
                table.store.update_conversation(caller, id, &patch).await.unwrap();
                let fits = |wanted: Option<bool>, is| wanted.is_none_or(|wanted| wanted == is);
                if fits(muted, is_muted) && fits(archived, is_archived) && fits(pinned, is_pinned) {
                    expected.insert(0, id);
                }
            }
            let filter = ConversationFilter {
                muted,
                archived,
                pinned,
                group_id: None,
            };
            let list = async |position| {
                let page = table
                    .store
                    .conversations(caller, &filter, PageRequest { limit, position })
                    .await
                    .unwrap();
                let ids: Vec<_> = page.data.iter().map(|conversation| conversation.id).collect();
                (ids, page.has_more)
            };
            prop_assert_eq!(
                &list(Position::Start).await.0[..],
                &expected[..expected.len().min(limit)]
            );
            for (at, id) in expected.iter().enumerate() {
                let (after, before) = (&expected[at + 1..], &expected[..at]);
                let found = list(Position::After(id.to_string())).await;
                prop_assert_eq!(
                    found,
                    (after[..after.len().min(limit)].to_vec(), after.len() > limit)
                );
                let found = list(Position::Before(id.to_string())).await;
                prop_assert_eq!(
                    found,
                    (
                        before[before.len().saturating_sub(limit)..].to_vec(),
                        before.len() > limit
                    )
                );
            }
            Ok(())
        },
    );
}

#[test]
fn contacts_keep_their_places_while_others_come_and_go() {
    check(
        24,
        &(
            1usize..12,
            1usize..5,
            prop::collection::vec((any::<bool>(), 0usize..100), 0..12),
        ),
        async |case| {
            let (people, limit, changes) = case;
            let table = Table::start().await;
            let caller = table.person("kate").await;
            let mut contacts: Vec<Contact> = Vec::new();
            for number in 0..people {
                contacts.push(table.contact(caller, &format!("contact-{number}")).await);
            }
            let mut removed = HashSet::new();
            let mut changes = changes.into_iter().enumerate();
            let mut seen = Vec::new();
            let mut position = Position::Start;
            loop {
                let page = table
                    .store
                    .contacts(caller, PageRequest { limit, position })
                    .await
                    .unwrap();
                prop_assert_eq!(page.has_more, page.next_cursor.is_some());
                seen.extend(page.data.iter().map(|contact| contact.id));
                match page.next_cursor {
                    Some(cursor) => position = Position::After(cursor),
                    None => break,
                }
                // Sometimes the row at the cursor is removed.
                match changes.next() {
                    Some((number, (true, _))) => drop(table.contact(caller, &format!("late-{number}")).await),
                    Some((_, (false, which))) => {
                        let id = contacts[which % contacts.len()].id;
                        removed.insert(id);
                        // It may already be removed.
                        let _ = table.store.delete_contact(caller, id).await;
                    }
                    None => {}
                }
            }
            prop_assert!(
                seen.is_sorted_by(|one, next| one > next),
                "newest first, nothing twice"
            );
            let seen: BTreeSet<_> = seen.into_iter().collect();
            prop_assert!(
                contacts
                    .iter()
                    .all(|contact| seen.contains(&contact.id) || removed.contains(&contact.id))
            );
            Ok(())
        },
    );
}

#[tokio::test]
async fn what_the_stream_brings_late_or_twice_moves_nothing_back() {
    let table = Table::start().await;
    let kate = table.person("kate").await;
    let mut contacts = Vec::new();
    for username in ["kevin", "frank"] {
        contacts.push(table.contact(kate, username).await);
    }
    let mut streamed = Vec::new();
    let mut sent = Vec::new();
    for sender in [0, 1, 0] {
        table.next_second();
        let contact = &contacts[sender];
        let message = table
            .say(contact.id, contact.conversation_id.unwrap(), "Hello")
            .await;
        streamed.push(table.streamed(&message).await);
        sent.push(message);
    }
    // The newest first, the others late, then each again.
    for which in [2, 1, 0, 0, 1, 2] {
        table.store.on_messages_sent(&[streamed[which]]).await.unwrap();
        let active = table.store.person(contacts[0].id).await.unwrap().last_active_at;
        assert_eq!(active, Some(sent[2].created_at));
        let page = PageRequest {
            limit: 10,
            position: Position::Start,
        };
        let filter = ConversationFilter::default();
        let found = table.store.conversations(kate, &filter, page).await.unwrap();
        assert_eq!(found.data[0].id, sent[2].conversation_id, "after {which}");
    }
}

#[tokio::test]
async fn what_the_stream_brings_after_a_delete_brings_nothing_back() {
    let table = Table::start().await;
    let (kate, kevin, id) = table.pair().await;
    let message = table.say(kevin, id, "Hello").await;
    let streamed = table.streamed(&message).await;
    table.store.delete_conversation(kate, id).await.unwrap();
    let before = table.rows_of(id).await.len();
    table.store.on_messages_sent(&[streamed]).await.unwrap();
    assert_eq!(table.rows_of(id).await.len(), before);
    let active = table.store.person(kevin).await.unwrap().last_active_at;
    assert_eq!(
        active,
        Some(message.created_at),
        "the person was active all the same"
    );
}
