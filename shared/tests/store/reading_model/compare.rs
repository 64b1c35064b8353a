//! Comparison of the store's answers with the model.

use std::collections::BTreeMap;

use shared::model::{ConversationFilter, Id, Message, Page, PageRequest, Position};

use super::steps::{PAIRS, PEOPLE};
use super::world::{Said, World};

impl World {
    /// Asserts that exactly these messages are shown, in this order, with all their fields.
    pub(super) fn assert_shown<'a>(&self, shown: &[Message], expected: impl Iterator<Item = &'a Said>) {
        let expected: Vec<_> = expected.collect();
        let ids: Vec<_> = shown.iter().map(|message| message.id).collect();
        assert_eq!(ids, expected.iter().map(|said| said.id).collect::<Vec<_>>());
        for (message, said) in shown.iter().zip(expected) {
            let lists = said.reactions.iter().map(|(name, people)| {
                let usernames: Vec<_> = people.iter().map(|person| PEOPLE[*person]).collect();
                serde_json::json!({ *name: usernames })
            });
            assert_eq!(
                serde_json::to_value(&message.reactions).unwrap(),
                lists.collect::<serde_json::Value>()
            );
            assert_eq!(
                serde_json::to_value(&message.message).unwrap(),
                said.text.as_str()
            );
            let times = (message.read_at, message.created_at, message.updated_at);
            assert_eq!(
                times,
                (said.read_at, said.id.created_at(), said.updated_at),
                "{said:?}"
            );
            let sender = (message.contact.id, message.contact.last_active_at);
            assert_eq!(sender, (self.people[said.sender], self.active_at[said.sender]));
        }
    }

    /// Asserts that a conversation is as expected for both participants.
    pub(super) async fn assert_place(&self, at: usize, limit: usize) {
        let place = &self.places[at];
        for (who, side) in place.sides.iter().enumerate() {
            let me = PAIRS[at][who];
            let found = self
                .table
                .store
                .conversation(self.people[me], place.id)
                .await
                .unwrap();
            let newest = place.said.last().map(|said| said.id.created_at());
            assert_eq!(
                (found.unread_count, found.last_opened_at, found.last_active_at),
                (place.unread(me) as u64, side.opened_at, newest),
                "{place:#?}"
            );
        }
        let reader = self.people[PAIRS[at][limit % 2]];
        let list = async |position| {
            let page = PageRequest { limit, position };
            self.table.store.messages(reader, place.id, page).await.unwrap()
        };
        self.assert_shown(&walk(list, limit).await, place.existing().rev());
    }

    /// Asserts that every person's conversations and feed are as expected.
    pub(super) async fn assert_lists(&self, limit: usize) {
        for (me, person) in self.people.iter().enumerate() {
            let mut by_rank = BTreeMap::new();
            let mut said = BTreeMap::new();
            for (place, pair) in self.places.iter().zip(PAIRS) {
                if let Some(who) = pair.iter().position(|person| *person == me) {
                    let side = &place.sides[who];
                    by_rank.insert(side.rank.map_or(place.id, Id::cast), (place.id, side.is_archived));
                    said.extend(place.existing().map(|said| (said.id, said)));
                }
            }
            for archived in [None, Some(false), Some(true)] {
                let filter = ConversationFilter {
                    archived,
                    ..ConversationFilter::default()
                };
                let page = PageRequest {
                    limit: 10,
                    position: Position::Start,
                };
                let found = self
                    .table
                    .store
                    .conversations(*person, &filter, page)
                    .await
                    .unwrap();
                let found: Vec<_> = found.data.iter().map(|conversation| conversation.id).collect();
                let fits =
                    |(_, is_archived): &&(_, bool)| archived.is_none_or(|archived| archived == *is_archived);
                let expected: Vec<_> = by_rank.values().rev().filter(fits).map(|(id, _)| *id).collect();
                assert_eq!(found, expected, "archived: {archived:?}");
            }
            if self.stream.is_empty() {
                let list = async |position| {
                    let page = PageRequest { limit, position };
                    self.table.store.feed(*person, page).await.unwrap()
                };
                self.assert_shown(&walk(list, limit).await, said.into_values().rev());
            }
        }
    }
}

/// Walks a list to its end with `next_cursor` and back with `ending_before`. Returns its messages.
async fn walk(list: impl AsyncFn(Position<String>) -> Page<Message>, limit: usize) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    let mut position = Position::Start;
    loop {
        let page = list(position).await;
        assert_eq!(page.has_more, page.next_cursor.is_some());
        assert!(page.data.len() == limit || !page.has_more);
        all.extend(page.data);
        match page.next_cursor {
            Some(cursor) => position = Position::After(cursor),
            None => break,
        }
    }
    let mut back: Vec<Message> = all.last().cloned().into_iter().collect();
    while let Some(first) = back.first() {
        let page = list(Position::Before(first.id.to_string())).await;
        back.splice(0..0, page.data);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(back, all);
    all
}
