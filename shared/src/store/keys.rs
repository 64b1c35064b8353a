//! The keys of every row, in one place. `docs/DATA-MODEL.md` shows them as a table, and the functions' policies name how
//! the partitions begin.

use std::collections::HashMap;
use std::fmt::Display;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Item;
use crate::model::{Conversation, Group, Id, Message, Person, Token, TokenHash, Username};

/// The partition of rows that stand for work still to be done.
const WORK: &str = "WORK";

/// Where a row stands in the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    pub(super) fn new(pk: impl Display, sk: impl Display) -> Self {
        Self {
            pk: pk.to_string(),
            sk: sk.to_string(),
        }
    }

    /// A person.
    pub(super) fn person(id: Id<Person>) -> Self {
        Self::new(person_partition(id), "PERSON")
    }

    /// The claim on a username.
    pub(super) fn username(username: &Username) -> Self {
        Self::new(format_args!("USERNAME#{}", username.folded()), "USERNAME")
    }

    /// A token as `serve` looks it up.
    pub(super) fn token(hash: &TokenHash) -> Self {
        Self::new(format_args!("TOKEN#{hash}"), "TOKEN")
    }

    /// A key of a token that never exists: reading it opens the connection.
    pub(super) fn warm_up() -> Self {
        Self::new("TOKEN#", "WARM-UP")
    }

    /// A token as its person's tokens are listed.
    pub(super) fn person_token(person: Id<Person>, id: Id<Token>) -> Self {
        Self::new(person_partition(person), format_args!("{PERSON_TOKENS}{id}"))
    }

    /// The entry for `person` in the address book of `owner`.
    pub(super) fn contact(owner: Id<Person>, person: Id<Person>) -> Self {
        Self::new(person_partition(owner), format_args!("{CONTACTS}{person}"))
    }

    /// The claim of two people on their one conversation, whoever asks.
    pub(super) fn pair(one: Id<Person>, other: Id<Person>) -> Self {
        Self::new(format_args!("PAIR#{}#{}", one.min(other), one.max(other)), "PAIR")
    }

    /// A conversation, in the partition of its tag. It sorts right after its newest message, so that the query for
    /// the newest page of messages reads it too.
    pub(super) fn conversation(id: Id<Conversation>) -> Self {
        Self::new(conversation_partition(id), "MESSAGES")
    }

    /// How far a group has read its conversation. It sorts right after the conversation, and is read with it.
    pub(super) fn first_reads(id: Id<Conversation>) -> Self {
        Self::new(conversation_partition(id), "MESSAGES#READ")
    }

    /// A group, in the partition of its tag, which its conversations share.
    pub(super) fn group(id: Id<Group>) -> Self {
        Self::new(conversation_partition(id.cast()), "GROUP")
    }

    /// One person's side of a conversation. It is their membership of the group too, where it is a group's.
    pub(super) fn participant(id: Id<Conversation>, person: Id<Person>) -> Self {
        Self::new(conversation_partition(id), format_args!("{PARTICIPANTS}{person}"))
    }

    /// A message, in the partition of its conversation.
    pub(super) fn message(id: Id<Message>) -> Self {
        Self::new(conversation_partition(id.cast()), format_args!("MESSAGE#{id}"))
    }

    /// That a message, and all before it, had been read at some time, in one series of read marks.
    pub(super) fn read_mark(series: impl Display, up_to: Id<Message>) -> Self {
        Self::new(
            conversation_partition(up_to.cast()),
            format_args!("{}{up_to}", read_marks(series)),
        )
    }

    /// The phone numbers that a caller has tried.
    pub(super) fn attempts(caller: Id<Person>) -> Self {
        Self::new(format_args!("ATTEMPTS#{caller}"), "PHONE_NUMBERS")
    }

    /// What an idempotency key has done.
    pub(super) fn idempotency(caller: Id<Person>, route: &str, digest: &str) -> Self {
        Self::new(
            format_args!("IDEMPOTENCY#{caller}"),
            format_args!("{route}#{digest}"),
        )
    }

    /// A conversation that waits for its purge.
    pub(super) fn purge(id: Id<Conversation>) -> Self {
        Self::new(WORK, format_args!("PURGE#{id}"))
    }

    /// A person that waits to be taken out of everything.
    pub(super) fn retirement(person: Id<Person>) -> Self {
        Self::new(WORK, format_args!("RETIREMENT#{person}"))
    }

    /// Before the keys of all work.
    pub(super) fn first_work() -> Self {
        Self::new(WORK, "0")
    }

    /// The key of a row that was read.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let text = |name| Some(item.get(name)?.as_s().ok()?.clone());
        Some(Self {
            pk: text("pk")?,
            sk: text("sk")?,
        })
    }

    /// Whether it stands in the partition of a conversation or group.
    pub(super) fn is_of_conversation(&self) -> bool {
        self.pk.starts_with(CONVERSATION)
    }

    /// The key as DynamoDB takes it.
    pub(super) fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// How the partitions of conversations begin; the tag follows.
const CONVERSATION: &str = "CONVERSATION#";
/// How the sort keys of contact entries begin; the person's id follows.
pub(super) const CONTACTS: &str = "CONTACT#";
/// How the sort keys of a person's tokens begin.
pub(super) const PERSON_TOKENS: &str = "TOKEN#";
/// How the sort keys of messages begin, and those of the rows that come after the newest one.
pub(super) const MESSAGES: &str = "MESSAGE";
/// How the sort keys of participants begin.
pub(super) const PARTICIPANTS: &str = "PARTICIPANT#";

/// The partition of a person, their contacts and their tokens.
pub(super) fn person_partition(id: Id<Person>) -> String {
    format!("PERSON#{id}")
}

/// How the sort keys of one series of read marks begin; the id of the message follows, up to which they count.
pub(super) fn read_marks(series: impl Display) -> String {
    format!("READ#{series}#")
}

/// The partition of everything in a conversation, and of the group that it belongs to.
pub(super) fn conversation_partition(id: Id<Conversation>) -> String {
    format!("{CONVERSATION}{}", id.tag())
}

/// The partition of rows that stand for work still to be done.
pub(super) fn work_partition() -> String {
    WORK.to_owned()
}

/// The partition of the `inbox` index in which a participant row stands.
pub(super) fn inbox(person: Id<Person>, archived: bool) -> String {
    format!("{}#{person}", if archived { "ARCHIVE" } else { "INBOX" })
}
