//! The table and the model. Every step applies to both.

use std::collections::BTreeSet;

use shared::model::{
    ConversationId, ConversationPatch, MessageId, MessagePatch, PageRequest, Patch, PersonId, Position,
    ReactionName, ReadUpTo, Timestamp,
};
use shared::store::{SentMessage, StoreError};

use super::steps::{PAIRS, REACTIONS, Step};
use crate::table::{Table, list, no_bucket};

/// The expected state of a message.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub(super) id: MessageId,
    pub(super) sender: usize,
    pub(super) text: String,
    pub(super) reactions: Vec<(&'static str, Vec<usize>)>,
    pub(super) read_at: Option<Timestamp>,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) is_deleted: bool,
}

/// The expected state of one participant row.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    pub(super) opened_at: Option<Timestamp>,
    pub(super) is_archived: bool,
    /// The newest message by which the inbox ranks the conversation.
    pub(super) rank: Option<MessageId>,
}

#[derive(Debug)]
pub(super) struct Place {
    pub(super) id: ConversationId,
    pub(super) said: Vec<Said>,
    pub(super) sides: [Side; 2],
}

impl Place {
    pub(super) fn existing(&self) -> impl DoubleEndedIterator<Item = &Said> {
        self.said.iter().filter(|said| !said.is_deleted)
    }

    pub(super) fn unread(&self, person: usize) -> usize {
        let unread = |said: &&Said| said.sender != person && said.read_at.is_none();
        self.existing().filter(unread).count()
    }

    /// A person opens the conversation and has read it up to a message.
    pub(super) fn open(&mut self, person: usize, who: usize, up_to: Option<MessageId>, now: Timestamp) {
        self.sides[who].opened_at = Some(now);
        let is_read = |said: &&mut Said| said.sender != person && Some(said.id) <= up_to;
        for said in self.said.iter_mut().filter(is_read) {
            said.read_at.get_or_insert(now);
        }
    }
}

/// The table and the model beside it.
pub(super) struct World {
    pub(super) table: Table,
    pub(super) people: Vec<PersonId>,
    pub(super) places: Vec<Place>,
    /// Messages that the stream has not delivered yet: conversation, sender, message.
    pub(super) stream: Vec<(usize, usize, SentMessage, MessageId)>,
    pub(super) active_at: [Option<Timestamp>; 3],
}

impl World {
    pub(super) async fn start() -> Self {
        let table = Table::start().await;
        let kate = table.person("kate").await;
        let kevin = table.contact(kate, "kevin").await;
        let frank = table.contact(kate, "frank").await;
        let third = table.contact(kevin.id, "frank").await;
        assert_eq!(third.id, frank.id);
        let ids = [
            kevin.conversation_id,
            frank.conversation_id,
            third.conversation_id,
        ];
        let place = |id: Option<ConversationId>| Place {
            id: id.unwrap(),
            said: Vec::new(),
            sides: Default::default(),
        };
        Self {
            table,
            people: vec![kate, kevin.id, frank.id],
            places: ids.map(place).into(),
            stream: Vec::new(),
            active_at: [None; 3],
        }
    }

    pub(super) async fn happen(&mut self, step: &Step) {
        let now = self.table.next_second();
        match *step {
            Step::Send { place, who } => self.send(place, who, now).await,
            Step::Edit { place, who, which } => self.edit(place, who, which, now).await,
            Step::Delete { place, who, which } => self.delete(place, who, which).await,
            Step::React {
                place,
                who,
                which,
                name,
                on,
            } => self.react(place, who, which, REACTIONS[name], on).await,
            Step::List {
                place,
                who,
                from,
                limit,
                opens,
            } => {
                self.list(place, who, from, limit, opens, now).await;
            }
            Step::MarkRead { place, who, which } => self.mark_read(place, who, which, now).await,
            Step::Archive { place, who, on } => {
                let archived_at = if on { Patch::Value(now) } else { Patch::Null };
                let patch = ConversationPatch {
                    archived_at,
                    ..ConversationPatch::default()
                };
                let (person, id) = (self.people[PAIRS[place][who]], self.places[place].id);
                self.table
                    .store
                    .update_conversation(person, id, &patch)
                    .await
                    .unwrap();
                self.places[place].sides[who].is_archived = on;
            }
            Step::Stream { first, count, keeps } => self.bring(first, count, keeps).await,
        }
    }

    async fn send(&mut self, place: usize, who: usize, now: Timestamp) {
        let sender = PAIRS[place][who];
        let text_said = format!("{sender} at {}", now.0);
        let (person, id) = (self.people[sender], self.places[place].id);
        let sent = self.table.say(person, id, &text_said).await;
        let newest = self.places[place].said.last().map(|said| said.id);
        assert!(Some(sent.id) > newest && sent.created_at == now);
        let noted = self.table.streamed(&sent).await;
        self.stream.push((place, sender, noted, sent.id));
        let place = &mut self.places[place];
        place.sides[who].rank = Some(sent.id);
        place.said.push(Said {
            id: sent.id,
            sender,
            text: text_said,
            reactions: Vec::new(),
            read_at: None,
            updated_at: None,
            is_deleted: false,
        });
    }

    /// The message that a step refers to, deleted or not.
    fn meant(&mut self, place: usize, which: usize) -> Option<&mut Said> {
        let said = &mut self.places[place].said;
        // Prefers the newest messages.
        let at = said.len().checked_sub(1 + which % said.len().max(1))?;
        said.get_mut(at)
    }

    async fn edit(&mut self, place: usize, who: usize, which: usize, now: Timestamp) {
        let (store, person) = (self.table.store.clone(), self.people[PAIRS[place][who]]);
        let Some(said) = self.meant(place, which) else {
            return;
        };
        let changed = format!("edited at {}", now.0);
        let patch: MessagePatch = serde_json::from_value(serde_json::json!({ "message": changed })).unwrap();
        let outcome = store.update_message(person, said.id, &patch, &no_bucket()).await;
        if said.is_deleted {
            assert!(matches!(outcome, Err(StoreError::Missing { .. })), "{outcome:?}");
        } else if said.sender == PAIRS[place][who] {
            outcome.unwrap();
            (said.text, said.updated_at) = (changed, Some(now));
        } else {
            assert!(matches!(outcome, Err(StoreError::NotAllowed(_))), "{outcome:?}");
        }
    }

    async fn delete(&mut self, place: usize, who: usize, which: usize) {
        let (store, person) = (self.table.store.clone(), self.people[PAIRS[place][who]]);
        let Some(said) = self.meant(place, which) else {
            return;
        };
        let outcome = store.delete_message(person, said.id).await;
        if said.is_deleted {
            assert!(matches!(outcome, Err(StoreError::Missing { .. })), "{outcome:?}");
        } else if said.sender == PAIRS[place][who] {
            outcome.unwrap();
            said.is_deleted = true;
        } else {
            assert!(matches!(outcome, Err(StoreError::NotAllowed(_))), "{outcome:?}");
        }
    }

    async fn react(&mut self, place: usize, who: usize, which: usize, name: &'static str, on: bool) {
        let (store, me) = (self.table.store.clone(), PAIRS[place][who]);
        let person = self.people[me];
        let Some(said) = self.meant(place, which) else {
            return;
        };
        let reaction: ReactionName = name.to_owned().try_into().unwrap();
        let outcome = if on {
            store.add_reaction(person, said.id, &reaction).await.map(drop)
        } else {
            store.remove_reaction(person, said.id, &reaction).await.map(drop)
        };
        if said.is_deleted {
            assert!(matches!(outcome, Err(StoreError::Missing { .. })), "{outcome:?}");
            return;
        }
        outcome.unwrap();
        match said.reactions.iter_mut().find(|(other, _)| *other == name) {
            Some((_, people)) if on && !people.contains(&me) => people.push(me),
            Some((_, people)) if !on => people.retain(|other| *other != me),
            None if on => said.reactions.push((name, vec![me])),
            _ => {}
        }
        said.reactions.retain(|(_, people)| !people.is_empty());
    }

    async fn list(
        &mut self,
        at: usize,
        who: usize,
        from: Option<usize>,
        limit: usize,
        opens: bool,
        now: Timestamp,
    ) {
        let (me, id) = (PAIRS[at][who], self.places[at].id);
        let from = from.and_then(|which| self.meant(at, which).map(|said| said.id));
        let position = from.map_or(Position::Start, |from| Position::Before(from.to_string()));
        let page = PageRequest { limit, position };
        let store = &self.table.store;
        let page = list(store, self.people[me], id, page, opens).await.unwrap();
        let place = &mut self.places[at];
        let after: Vec<_> = place
            .existing()
            .map(|said| said.id)
            .filter(|id| Some(*id) > from)
            .collect();
        let (shown, reaches_newest) = match from {
            None => (&after[after.len().saturating_sub(limit)..], true),
            Some(_) => (&after[..after.len().min(limit)], after.len() <= limit),
        };
        let newest = shown.last().copied();
        assert_eq!(page.has_more, shown.len() < after.len());
        if opens && reaches_newest {
            place.open(me, who, newest, now);
        }
        let ids: BTreeSet<_> = shown.iter().copied().collect();
        let shown = self.places[at]
            .existing()
            .filter(|said| ids.contains(&said.id))
            .rev();
        self.assert_shown(&page.data, shown);
    }

    async fn mark_read(&mut self, at: usize, who: usize, which: Option<usize>, now: Timestamp) {
        let (me, id) = (PAIRS[at][who], self.places[at].id);
        let meant = which.and_then(|which| self.meant(at, which).cloned());
        let up_to = ReadUpTo {
            message_id: meant.as_ref().map(|said| said.id),
        };
        let outcome = self.table.store.mark_read(self.people[me], id, up_to, None).await;
        if meant.as_ref().is_some_and(|said| said.is_deleted) {
            assert!(matches!(outcome, Err(StoreError::Missing { .. })), "{outcome:?}");
            return;
        }
        let place = &mut self.places[at];
        let newest = place.said.last().map(|said| said.id);
        place.open(me, who, meant.map(|said| said.id).or(newest), now);
        assert_eq!(outcome.unwrap().resource.unread_count, place.unread(me) as u64);
    }

    pub(super) async fn bring(&mut self, first: usize, count: usize, keeps: bool) {
        let first = first.min(self.stream.len());
        let range = first..first.saturating_add(count).min(self.stream.len());
        let batch = self.stream[range.clone()].to_vec();
        let mut sent: Vec<_> = batch.iter().map(|(_, _, sent, _)| *sent).collect();
        sent.reverse();
        self.table.store.on_messages_sent(&sent).await.unwrap();
        for (place, sender, _, id) in batch {
            for side in &mut self.places[place].sides {
                side.rank = side.rank.max(Some(id));
            }
            self.active_at[sender] = self.active_at[sender].max(Some(id.created_at()));
        }
        if !keeps {
            self.stream.drain(range);
        }
    }
}
