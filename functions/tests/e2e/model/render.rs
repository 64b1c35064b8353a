//! What the contract says that somebody is shown.

use serde_json::{Map, Value, json};

use super::state::{Message, Moment, State};
use super::steps::Place;

/// What must stand where `shown` does.
fn time(moment: Option<&Moment>, shown: &Value) -> Value {
    moment.map_or(Value::Null, |moment| moment.expected(shown))
}

/// A page as it must be: of `matching`, which are in the direction of travel.
pub(super) fn page<T>(
    mut matching: Vec<T>,
    limit: usize,
    is_backwards: bool,
    shown: &Value,
    item: impl Fn(&T, &Value) -> Value,
    cursor: impl Fn(&T) -> String,
) -> Value {
    let has_more = matching.len() > limit;
    matching.truncate(limit);
    if is_backwards {
        matching.reverse();
    }
    let last = matching.last().filter(|_| has_more || is_backwards);
    let data = matching
        .iter()
        .enumerate()
        .map(|(at, one)| item(one, &shown["data"][at]));
    json!({
        "has_more": has_more,
        "data": data.collect::<Value>(),
        "next_cursor": last.map(cursor),
    })
}

impl State {
    /// Where a conversation is.
    pub(super) fn place_of(&self, conversation: &str) -> Option<Place> {
        let mut places = self.conversations.iter();
        places
            .find(|(_, own)| own.id == conversation)
            .map(|(place, _)| *place)
    }

    /// A person as an embedded contact.
    pub(super) fn person(&self, who: usize) -> Value {
        let mut person = self.people[who].card.clone();
        person["last_active_at"] = json!(self.people[who].active_at);
        person
    }

    /// `whom` in the contacts of `who`.
    pub(super) fn contact(&self, who: usize, whom: usize) -> Value {
        let mut contact = self.person(whom);
        let place = Place::Pair(who.min(whom), who.max(whom));
        contact["display_name"] = json!(self.contacts[&(who, whom)]);
        contact["conversation_id"] = json!(self.conversations.get(&place).map(|own| &own.id));
        contact
    }

    pub(super) fn message(&self, conversation: &str, message: &Message, shown: &Value) -> Value {
        let reactions = message.reactions.iter().map(|(name, people)| {
            let usernames = people
                .iter()
                .map(|who| self.people[*who].card["username"].clone());
            Value::Object(Map::from_iter([((*name).to_owned(), usernames.collect())]))
        });
        json!({
            "id": message.id,
            "conversation_id": conversation,
            "contact": self.person(message.sender),
            "message": message.text,
            "reactions": reactions.collect::<Value>(),
            "attachments": [],
            "read_at": time(message.read_at.as_ref(), &shown["read_at"]),
            "created_at": message.created_at,
            "updated_at": time(message.updated_at.as_ref(), &shown["updated_at"]),
        })
    }

    /// The conversation of a place, from the side of somebody who takes part.
    pub(super) fn conversation(&self, who: usize, place: Place, shown: &Value) -> Value {
        let conversation = &self.conversations[&place];
        let side = &conversation.sides[&who];
        let (contact, group) = match place {
            Place::Pair(one, other) => {
                let contact = if who == one { other } else { one };
                (Some(&self.people[contact].id), None)
            }
            Place::Group(number) => (None, Some(&self.groups[&number].id)),
        };
        json!({
            "id": conversation.id,
            "contact_id": contact,
            "group_id": group,
            "pinned_message_id": conversation.pinned,
            "is_pinned": side.is_pinned,
            "is_muted": side.is_muted,
            "last_active_at": conversation.messages.last().map(|newest| newest.created_at),
            "last_opened_at": time(side.opened_at.as_ref(), &shown["last_opened_at"]),
            "created_at": conversation.created_at,
            "archived_at": side.archived_at,
            "unread_count": conversation.unread(who),
        })
    }

    pub(super) fn group(&self, number: usize) -> Value {
        let group = &self.groups[&number];
        let conversation = self.conversations.get(&Place::Group(number));
        json!({
            "id": group.id,
            "name": group.name,
            "description": group.description,
            "avatar_url": null,
            "conversation_id": conversation.map(|own| &own.id),
            "contacts": group.members.iter().map(|who| self.person(*who)).collect::<Value>(),
            "created_at": group.created_at,
            "archived_at": group.archived_at,
        })
    }
}
