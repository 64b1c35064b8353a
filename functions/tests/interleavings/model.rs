//! The model: what the contract says, in memory, when all work in the background is done.

pub(crate) mod catalog;
mod facts;
pub(crate) mod files;
pub(crate) mod people;
mod start;
mod steps;
pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::scene::Who;

/// What can be seen: each fact's subject, and what is so of it.
pub(crate) type Facts = BTreeMap<String, String>;

/// Somebody's name, as facts say it: that of a `Who`, or of somebody who came later, such as "Nora".
pub(crate) type Name = &'static str;

/// All that there is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) people: BTreeMap<Name, people::Person>,
    pub(crate) tokens: BTreeMap<&'static str, people::Token>,
    /// How many tokens were issued beside those.
    pub(crate) more_tokens: BTreeMap<Name, usize>,
    /// How many wrong numbers people have tried.
    pub(crate) guesses: BTreeMap<Name, u32>,
    /// What people call their contacts, by owner and contact.
    pub(crate) contacts: BTreeMap<(Name, Name), Option<&'static str>>,
    pub(crate) groups: BTreeMap<Name, Group>,
    /// Those that are there now.
    pub(crate) conversations: BTreeMap<Conv, Conversation>,
    /// The conversation of the place.
    pub(crate) scene: Option<Conv>,
    pub(crate) files: files::Files,
    pub(crate) catalog: catalog::Catalog,
    /// What requests with an idempotency key have answered, and made or found.
    pub(crate) made: BTreeMap<(&'static str, Who), (u16, Thing)>,
    /// Counts what happens.
    pub(crate) time: u64,
}

/// Whose conversation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Conv {
    /// Of two people, in the order of their names.
    Pair(Name, Name),
    /// Of a group, by its first name.
    Group(Name),
}

/// A conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    /// Whether it is the one of the scene, and not one that took its place.
    pub(crate) is_first: bool,
    pub(crate) participants: BTreeMap<Name, Participant>,
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
    /// The first texts of all messages that were ever sent.
    pub(crate) sent: Vec<String>,
    /// The label of the pinned message.
    pub(crate) pin: Option<String>,
    pub(crate) made_at: u64,
    /// When a message was last sent, or when it was made.
    pub(crate) active_at: u64,
}

/// What somebody has to do with a conversation.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Participant {
    /// The labels of messages that they have not read.
    pub(crate) unread: BTreeSet<String>,
    pub(crate) is_pinned: bool,
    pub(crate) is_muted: bool,
    pub(crate) is_archived: bool,
    /// Whether they ever opened it.
    pub(crate) has_opened: bool,
}

/// A message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    /// Its first text, without " house". Tells messages of a conversation apart.
    pub(crate) label: String,
    /// Its text, without " house".
    pub(crate) text: String,
    pub(crate) sender: Name,
    pub(crate) sent_at: u64,
    /// The names of reactions, each with the people in the order in which they reacted.
    pub(crate) reactions: Vec<(String, Vec<Name>)>,
    pub(crate) files: Vec<files::File>,
    /// Whether somebody else has read it.
    pub(crate) is_read: bool,
    /// Whether its text or files were changed.
    pub(crate) is_changed: bool,
}

/// A group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) owner: Name,
    /// In the order of joining.
    pub(crate) others: Vec<Name>,
    pub(crate) is_archived: bool,
    pub(crate) made_at: u64,
}

/// What a request has made or found. A replay answers 404 once the caller sees it no more.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    /// Nothing that a replay shows.
    Nothing,
    /// By its label.
    Message(String),
    /// By its label.
    File(String),
    Contact(Name),
    Group(Name),
    /// The one that was made at this time.
    Conversation(Conv, u64),
}

impl Conv {
    pub(crate) fn of(one: Name, other: Name) -> Self {
        Self::Pair(one.min(other), one.max(other))
    }
}

impl fmt::Display for Conv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair(one, other) => {
                f.write_str(&words::of_people(vec![(*one).to_owned(), (*other).to_owned()]))
            }
            Self::Group(name) => f.write_str(&words::of_group(name)),
        }
    }
}

impl Group {
    /// The members, the owner first.
    pub(crate) fn members(&self) -> impl Iterator<Item = Name> {
        std::iter::once(self.owner).chain(self.others.iter().copied())
    }

    pub(crate) fn has(&self, person: Name) -> bool {
        self.members().any(|member| member == person)
    }
}
