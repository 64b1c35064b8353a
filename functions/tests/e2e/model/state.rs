//! The model: what the contract says of people, contacts, conversations, messages and groups, in memory.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde_json::{Value, json};

use super::steps::Place;
use crate::world::now;

/// A time that the test can only bound until it has been shown once. From then on it must stay as it is.
#[derive(Clone, Debug)]
pub(super) struct Moment {
    bounds: RangeInclusive<i64>,
    shown: Cell<Option<i64>>,
}

impl Moment {
    /// Some time between `start` and now.
    pub(super) fn since(start: i64) -> Self {
        Self {
            bounds: start..=now(),
            shown: Cell::new(None),
        }
    }

    /// What must stand where `shown` does.
    pub(super) fn expected(&self, shown: &Value) -> Value {
        let allowed = shown.as_i64().filter(|time| self.bounds.contains(time));
        match self.shown.get().or(allowed) {
            Some(time) => {
                self.shown.set(Some(time));
                json!(time)
            }
            None => json!(format!("{:?}", self.bounds)),
        }
    }
}

/// A person as everybody sees them.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: String,
    /// The embedded contact, but for `last_active_at`.
    pub(super) card: Value,
    pub(super) active_at: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) sender: usize,
    pub(super) text: String,
    pub(super) reactions: Vec<(&'static str, Vec<usize>)>,
    pub(super) created_at: i64,
    pub(super) updated_at: Option<Moment>,
    pub(super) read_at: Option<Moment>,
    pub(super) is_deleted: bool,
}

impl Message {
    /// Somebody adds a reaction or takes it back.
    pub(super) fn react(&mut self, who: usize, name: &'static str, on: bool) {
        match self.reactions.iter_mut().find(|(other, _)| *other == name) {
            Some((_, people)) if on && !people.contains(&who) => people.push(who),
            Some((_, people)) if !on => people.retain(|other| *other != who),
            None if on => self.reactions.push((name, vec![who])),
            _ => {}
        }
        self.reactions.retain(|(_, people)| !people.is_empty());
    }
}

/// One participant's side of a conversation.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) opened_at: Option<Moment>,
    /// How many of all messages ever sent this person has read.
    read: usize,
    /// Whether messages were there when they joined that they have not opened yet: they count as read by them, and yet
    /// they are not read by them for others.
    has_history: bool,
    /// The place in their lists: the newest message that the stream has brought, or the conversation's own id.
    pub(super) rank: String,
    pub(super) is_pinned: bool,
    pub(super) is_muted: bool,
    pub(super) archived_at: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Conversation {
    pub(super) id: String,
    pub(super) created_at: i64,
    pub(super) pinned: Option<String>,
    /// All that were ever sent, oldest first.
    pub(super) messages: Vec<Message>,
    pub(super) sides: BTreeMap<usize, Side>,
}

impl Conversation {
    pub(super) fn new(id: String, created_at: i64, people: impl IntoIterator<Item = usize>) -> Self {
        let mut new = Self {
            id,
            created_at,
            pinned: None,
            messages: Vec::new(),
            sides: BTreeMap::new(),
        };
        people.into_iter().for_each(|who| new.join(who));
        new
    }

    /// Somebody comes in: they may read everything, and nothing is unread.
    pub(super) fn join(&mut self, who: usize) {
        let side = Side {
            opened_at: None,
            read: self.messages.len(),
            has_history: !self.messages.is_empty(),
            rank: self.rank().to_owned(),
            is_pinned: false,
            is_muted: false,
            archived_at: None,
        };
        self.sides.insert(who, side);
    }

    /// Its place in every list, once the stream has been delivered.
    pub(super) fn rank(&self) -> &str {
        self.messages.last().map_or(&self.id, |newest| &newest.id)
    }

    /// The messages that are not deleted, newest first.
    pub(super) fn existing(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter().rev().filter(|message| !message.is_deleted)
    }

    /// Where the message of that number is, counted back from the newest ever sent and again from there after the oldest.
    pub(super) fn at(&self, which: usize) -> Option<usize> {
        let back = which.checked_rem(self.messages.len())?;
        Some(self.messages.len() - 1 - back)
    }

    /// The message of that number.
    pub(super) fn message(&mut self, which: usize) -> Option<&mut Message> {
        let at = self.at(which)?;
        self.messages.get_mut(at)
    }

    pub(super) fn unread(&self, who: usize) -> usize {
        let unread = self.messages.iter().skip(self.sides[&who].read);
        unread
            .filter(|message| message.sender != who && !message.is_deleted)
            .count()
    }

    /// Somebody opens it.
    pub(super) fn open(&mut self, who: usize, seen: Seen, at: &Moment) {
        let (all, has_unread) = (self.messages.len(), self.unread(who) > 0);
        let Some(side) = self.sides.get_mut(&who) else {
            return;
        };
        side.opened_at = Some(at.clone());
        let read = match seen {
            Seen::All => all,
            Seen::First(count) if count > side.read => count,
            Seen::First(_) | Seen::Nothing => return,
        };
        if has_unread || side.has_history {
            (side.read, side.has_history) = (read, false);
            for message in self.messages[..read]
                .iter_mut()
                .filter(|message| message.sender != who)
            {
                message.read_at.get_or_insert_with(|| at.clone());
            }
        }
    }
}

/// What somebody has seen who opens a conversation: of all messages that were ever sent there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen {
    All,
    /// So many, in the order in which they were sent.
    First(usize),
    Nothing,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: String,
    /// The owner, then the others in the order in which they joined.
    pub(super) members: Vec<usize>,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) archived_at: Option<i64>,
    pub(super) created_at: i64,
}

impl Group {
    pub(super) fn is_owned_by(&self, who: usize) -> bool {
        self.members.first() == Some(&who)
    }
}

/// A message that the stream has still to bring.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) conversation: String,
    pub(super) message: String,
    pub(super) sender: usize,
    pub(super) at: i64,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) people: Vec<Known>,
    /// The entry of the first person for the second one: the display name.
    pub(super) contacts: BTreeMap<(usize, usize), Option<String>>,
    pub(super) conversations: BTreeMap<Place, Conversation>,
    pub(super) groups: BTreeMap<usize, Group>,
    /// What was there and is deleted: ids that nobody must get anything for.
    pub(super) gone: BTreeMap<Place, Conversation>,
    pub(super) gone_groups: BTreeMap<usize, Group>,
    pub(super) stream: Vec<Sent>,
}

impl State {
    /// The conversation there, if that person takes part in it.
    pub(super) fn conversation_of(&mut self, who: usize, place: Place) -> Option<&mut Conversation> {
        let found = self.conversations.get_mut(&place);
        found.filter(|conversation| conversation.sides.contains_key(&who))
    }

    /// The conversation there, or the last one that there was.
    pub(super) fn known(&self, place: Place) -> Option<&Conversation> {
        self.conversations.get(&place).or_else(|| self.gone.get(&place))
    }

    /// The group of that number, or the last one that there was.
    pub(super) fn known_group(&self, number: usize) -> Option<&Group> {
        self.groups.get(&number).or_else(|| self.gone_groups.get(&number))
    }

    pub(super) fn end_conversation(&mut self, place: Place) {
        if let Some(conversation) = self.conversations.remove(&place) {
            self.gone.insert(place, conversation);
        }
    }

    /// From now on the group has these members, of whom those who were there keep their order.
    pub(super) fn set_members(&mut self, number: usize, wanted: &BTreeSet<usize>) {
        let Some(group) = self.groups.get_mut(&number) else {
            return;
        };
        let owner = group.members[0];
        group.members.retain(|who| *who == owner || wanted.contains(who));
        for who in wanted {
            if !group.members.contains(who) {
                group.members.push(*who);
            }
        }
        let members = group.members.clone();
        if let Some(conversation) = self.conversations.get_mut(&Place::Group(number)) {
            conversation.sides.retain(|who, _| members.contains(who));
            for who in members {
                if !conversation.sides.contains_key(&who) {
                    conversation.join(who);
                }
            }
        }
    }

    /// The stream brings everything that it still has.
    pub(super) fn deliver(&mut self) {
        for Sent {
            conversation,
            message,
            sender,
            at,
        } in std::mem::take(&mut self.stream)
        {
            let active_at = &mut self.people[sender].active_at;
            *active_at = (*active_at).max(Some(at));
            let found = self.conversations.values_mut().find(|own| own.id == conversation);
            for side in found.into_iter().flat_map(|own| own.sides.values_mut()) {
                if side.rank < message {
                    side.rank.clone_from(&message);
                }
            }
        }
    }
}
