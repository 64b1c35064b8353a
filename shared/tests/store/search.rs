//! Search: the results equal those of a plain model, however little a call does and whatever moves between calls. No
//! call exceeds its bounds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use shared::model::{
    ConversationId, ConversationPatch, MessageId, MessageSearch, PageRequest, Patch, PersonId, Position,
    Timestamp,
};
use shared::store::SearchBounds;
use tokio::runtime::Runtime;

use crate::table::{Table, no_bucket};

pub(crate) const FOUND: &str = "The NEEDLE is here";

/// An event before the search, or between its pages.
#[derive(Clone, Copy, Debug)]
enum Event {
    Send {
        place: usize,
        matches: bool,
        /// Who sends it: the other one, and not the caller.
        by_contact: bool,
        /// Seconds since the message before.
        pause: u64,
    },
    Edit {
        which: usize,
        matches: bool,
    },
    Delete {
        which: usize,
    },
    Archive {
        place: usize,
        on: bool,
    },
}

/// A search, and the way to page through it.
#[derive(Clone, Debug)]
struct Walk {
    /// Search only this conversation.
    place: Option<usize>,
    /// Search only messages of the caller, or of the other one of the first conversation.
    by_contact: Option<bool>,
    /// Search only from the second of this message on, and before the second of that one.
    time: [Option<usize>; 2],
    /// Start from this message; `None`: from the end.
    from: Option<usize>,
    backwards: bool,
    limits: Vec<usize>,
    bounds: SearchBounds,
    /// Events, one between each two pages.
    meanwhile: Vec<Event>,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => (0usize..6, any::<bool>(), any::<bool>(), 0u64..3)
            .prop_map(|(place, matches, by_contact, pause)| Event::Send { place, matches, by_contact, pause }),
        1 => (0usize..40, any::<bool>()).prop_map(|(which, matches)| Event::Edit { which, matches }),
        1 => (0usize..40).prop_map(|which| Event::Delete { which }),
        1 => (0usize..6, any::<bool>()).prop_map(|(place, on)| Event::Archive { place, on }),
    ]
}

fn walk() -> impl Strategy<Value = Walk> {
    let bounds = (1..6, any::<bool>(), 1usize..5, 1usize..4).prop_map(
        |(units, has_time, first_read, conversations)| SearchBounds {
            units: f64::from(units),
            time: if has_time {
                Duration::from_mins(1)
            } else {
                Duration::ZERO
            },
            first_read,
            conversations,
        },
    );
    let filters = (
        prop::option::weighted(0.3, 0usize..6),
        prop::option::weighted(0.3, any::<bool>()),
        [
            prop::option::weighted(0.3, 0usize..40),
            prop::option::weighted(0.3, 0usize..40),
        ],
    );
    let limits = prop::collection::vec(1usize..6, 1..4);
    let meanwhile = prop::collection::vec(event(), 0..6);
    (
        filters,
        prop::option::of(0usize..40),
        any::<bool>(),
        limits,
        bounds,
        meanwhile,
    )
        .prop_map(
            |((place, by_contact, time), from, backwards, limits, bounds, meanwhile)| Walk {
                place,
                by_contact,
                time,
                from,
                backwards,
                limits,
                bounds,
                meanwhile,
            },
        )
}

pub(crate) fn find(conversation_id: Option<ConversationId>) -> MessageSearch {
    let mut parameters = serde_json::json!({ "query": "needle" });
    if let Some(id) = conversation_id {
        parameters["conversation_id"] = serde_json::json!(id);
    }
    serde_json::from_value(parameters).unwrap()
}

/// What is known of a message.
#[derive(Clone, Copy)]
struct Said {
    place: usize,
    matches: bool,
    sender: PersonId,
}

/// A person with six conversations, and their messages.
struct World {
    table: Table,
    caller: PersonId,
    places: Vec<ConversationId>,
    /// The other one of each conversation.
    contacts: Vec<PersonId>,
    messages: BTreeMap<MessageId, Said>,
    /// The messages that were changed or deleted.
    touched: BTreeSet<MessageId>,
}

impl World {
    async fn start() -> Self {
        let table = Table::start().await;
        let caller = table.person("kate").await;
        let (mut places, mut contacts) = (Vec::new(), Vec::new());
        for number in 0..6 {
            let id = table.conversation(caller, &format!("contact-{number}")).await;
            let conversation = table.store.conversation(caller, id).await.unwrap();
            places.push(id);
            contacts.push(conversation.contact_id.unwrap());
        }
        Self {
            table,
            caller,
            places,
            contacts,
            messages: BTreeMap::new(),
            touched: BTreeSet::new(),
        }
    }

    async fn happen(&mut self, event: Event) {
        let said = |matches| if matches { FOUND } else { "Hay" };
        let which = |which: usize| {
            self.messages
                .keys()
                .nth(which % self.messages.len().max(1))
                .copied()
        };
        match event {
            Event::Send {
                place,
                matches,
                by_contact,
                pause,
            } => {
                self.table.advance(pause);
                let sender = if by_contact {
                    self.contacts[place]
                } else {
                    self.caller
                };
                let sent = self.table.say(sender, self.places[place], said(matches)).await;
                let streamed = self.table.streamed(&sent).await;
                self.table.store.on_messages_sent(&[streamed]).await.unwrap();
                let said = Said {
                    place,
                    matches,
                    sender,
                };
                self.messages.insert(sent.id, said);
            }
            Event::Edit {
                which: number,
                matches,
            } => {
                let Some(id) = which(number) else { return };
                let patch = serde_json::from_value(serde_json::json!({ "message": said(matches) })).unwrap();
                self.table
                    .store
                    .update_message(self.messages[&id].sender, id, &patch, &no_bucket())
                    .await
                    .unwrap();
                self.messages.get_mut(&id).unwrap().matches = matches;
                self.touched.insert(id);
            }
            Event::Delete { which: number } => {
                let Some(id) = which(number) else { return };
                let said = self.messages.remove(&id).unwrap();
                self.table.store.delete_message(said.sender, id).await.unwrap();
                self.touched.insert(id);
            }
            Event::Archive { place, on } => {
                let archived_at = if on {
                    Patch::Value(Timestamp(1))
                } else {
                    Patch::Null
                };
                let patch = ConversationPatch {
                    archived_at,
                    ..ConversationPatch::default()
                };
                let store = &self.table.store;
                store
                    .update_conversation(self.caller, self.places[place], &patch)
                    .await
                    .unwrap();
            }
        }
    }

    /// The search of a walk.
    fn search_of(&self, walk: &Walk) -> MessageSearch {
        let time = |which: usize| self.messages.keys().nth(which).map(|id| id.created_at());
        let [after, before] = walk.time.map(|which| which.and_then(time));
        MessageSearch {
            contact_id: walk
                .by_contact
                .map(|other| if other { self.contacts[0] } else { self.caller }),
            after,
            before: before.filter(|before| after < Some(*before)),
            ..find(walk.place.map(|place| self.places[place]))
        }
    }

    /// The expected results now, in the direction of travel.
    fn expected(&self, walk: &Walk, search: &MessageSearch, from: Option<MessageId>) -> Vec<MessageId> {
        let is_found = |(id, said): (&MessageId, &Said)| {
            let is_beyond = from.is_none_or(|from| if walk.backwards { *id > from } else { *id < from });
            let is_within = search.after.is_none_or(|after| id.created_at() >= after)
                && search.before.is_none_or(|before| id.created_at() < before);
            let is_wanted = walk.place.is_none_or(|place| place == said.place)
                && search.contact_id.is_none_or(|sender| sender == said.sender);
            (said.matches && is_beyond && is_within && is_wanted).then_some(*id)
        };
        let mut found: Vec<_> = self.messages.iter().filter_map(is_found).collect();
        if !walk.backwards {
            found.reverse();
        }
        found
    }

    async fn walk(&mut self, walk: &Walk) {
        let search = self.search_of(walk);
        let from = walk.from.and_then(|which| {
            let own = self
                .messages
                .iter()
                .filter(|(_, said)| walk.place.is_none_or(|place| place == said.place));
            own.map(|(id, _)| *id).nth(which)
        });
        // Backwards needs a start. By default, before all messages.
        let from = match from {
            None if walk.backwards => match self.expected(walk, &search, None).first() {
                Some(first) => Some(*first),
                None => return,
            },
            from => from,
        };
        let before = self.expected(walk, &search, from);
        self.touched.clear();
        let newest = self.messages.keys().next_back().copied();
        let mut events = walk.meanwhile.iter();
        let mut cursor = from.map(|id| id.to_string());
        let mut seen = Vec::new();
        for number in 0.. {
            assert!(number < 2_000, "it never ends: {walk:?}");
            let limit = walk.limits[number % walk.limits.len()];
            let page = PageRequest {
                limit,
                position: position(cursor, walk.backwards),
            };
            let found = self
                .table
                .store
                .search(self.caller, &search, page, walk.bounds)
                .await
                .unwrap();
            assert!(found.data.len() <= limit);
            assert_eq!(found.has_more, found.next_cursor.is_some());
            let mut ids: Vec<_> = found.data.iter().map(|message| message.id).collect();
            for message in &found.data {
                assert!(
                    message
                        .message
                        .as_ref()
                        .is_some_and(|text| text.as_str() == FOUND)
                        && self.messages.contains_key(&message.id)
                );
            }
            assert!(ids.is_sorted_by(|one, next| one > next), "newest first: {ids:?}");
            if walk.backwards {
                ids.reverse();
            }
            seen.extend(ids);
            cursor = found.next_cursor;
            if cursor.is_none() {
                break;
            }
            if let Some(event) = events.next() {
                self.happen(*event).await;
            }
        }
        let is_in_order =
            |one: &MessageId, next: &MessageId| if walk.backwards { one < next } else { one > next };
        assert!(
            seen.is_sorted_by(is_in_order),
            "nothing twice: {walk:?}: {seen:?}"
        );
        // Messages that were added, changed or deleted meanwhile may be found or not.
        let is_calm = |id: &MessageId| !self.touched.contains(id) && Some(*id) <= newest;
        let left: Vec<_> = seen.iter().copied().filter(is_calm).collect();
        let expected: Vec<_> = before.into_iter().filter(is_calm).collect();
        assert_eq!(left, expected, "{walk:?}");
    }
}

pub(crate) fn position(cursor: Option<String>, backwards: bool) -> Position<String> {
    match cursor {
        None => Position::Start,
        Some(cursor) if backwards => Position::Before(cursor),
        Some(cursor) => Position::After(cursor),
    }
}

#[test]
fn it_finds_what_a_plain_model_finds() {
    let runtime = Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(8)
    });
    let events = prop::collection::vec(event(), 0..40);
    let cases = (events, prop::collection::vec(walk(), 10));
    let run = |(events, walks): (Vec<Event>, Vec<Walk>)| {
        runtime.block_on(async {
            let mut world = World::start().await;
            for event in events {
                world.happen(event).await;
            }
            for walk in &walks {
                world.walk(walk).await;
            }
        });
        Ok(())
    };
    runner.run(&cases, run).unwrap();
}
