//! What writes do to the model.

use super::people::Person;
use super::{Conv, Conversation, Group, Message, Model, Name, Thing};
use crate::scene::Who;

impl Model {
    /// The status of a write.
    pub(crate) fn answer(&mut self, write: impl FnOnce(&mut Self) -> Result<u16, u16>) -> u16 {
        write(self).unwrap_or_else(|refused| refused)
    }

    /// Does something with an idempotency key. The same key does nothing again.
    pub(crate) fn once(
        &mut self,
        function: &'static str,
        who: Who,
        write: impl FnOnce(&mut Self) -> (u16, Thing),
    ) -> u16 {
        if let Some((status, thing)) = self.made.get(&(function, who)) {
            return if self.sees(who, thing) { *status } else { 404 };
        }
        let (status, thing) = write(self);
        if status < 300 {
            self.made.insert((function, who), (status, thing));
        }
        status
    }

    /// Whether somebody sees what they have made.
    fn sees(&self, who: Who, thing: &Thing) -> bool {
        match thing {
            Thing::Nothing => true,
            Thing::Message(label) => self
                .visible_to(who.name())
                .any(|(_, message)| message.label == *label),
            Thing::File(label) => self.visible_file(who, label).is_some(),
            Thing::Contact(name) => self.contacts.contains_key(&(who.name(), *name)),
            Thing::Group(name) => self.groups.get(name).is_some_and(|group| group.has(who.name())),
            Thing::Conversation(conv, made_at) => self.conversations.get(conv).is_some_and(|found| {
                found.made_at == *made_at && found.participants.contains_key(who.name())
            }),
        }
    }

    /// A conversation as it is now, and no later one.
    pub(crate) fn thing(&self, conv: Conv) -> Thing {
        Thing::Conversation(conv, self.conversations[&conv].made_at)
    }

    /// The conversation of the scene, if somebody takes part in it.
    pub(crate) fn room(&mut self, who: Who) -> Result<&mut Conversation, u16> {
        let (conv, _) = self.first_conversation(who).ok_or(404_u16)?;
        Ok(self.conversations.get_mut(&conv).unwrap())
    }

    /// A message of the scene, if somebody sees it.
    pub(crate) fn message(&mut self, who: Who, label: &str) -> Result<&mut Message, u16> {
        self.room(who)?.message_mut(label).ok_or(404)
    }

    /// Deletes a message, and the pin on it.
    pub(crate) fn delete_message(&mut self, who: Who, label: &str) -> Result<u16, u16> {
        let sender = self.message(who, label)?.sender;
        let owner = self.groups.get("House").map(|group| group.owner);
        let (conv, _) = self.first_conversation(who).ok_or(404_u16)?;
        let is_owner = matches!(conv, Conv::Group(_)) && owner == Some(who.name());
        if sender != who.name() && !is_owner {
            return Err(403);
        }
        self.room(who)?.forget(label);
        Ok(204)
    }

    /// Opens the conversation of the scene, up to one of its messages or to the newest.
    pub(crate) fn read(&mut self, who: Who, up_to: Option<&str>) -> Result<u16, u16> {
        let (conv, conversation) = self.first_conversation(who).ok_or(404_u16)?;
        if up_to.is_some_and(|label| conversation.message(label).is_none()) {
            return Err(404);
        }
        self.open(conv, who.name(), up_to);
        Ok(200)
    }

    /// Makes a group with its conversation.
    pub(crate) fn make_group(&mut self, who: Who, name: Name, others: &[Who]) -> u16 {
        let again: Name = if name == "Garden" {
            "Garden (2)"
        } else {
            "Shed (2)"
        };
        let key = if self.groups.contains_key(name) {
            again
        } else {
            name
        };
        let made_at = self.tick();
        let group = Group {
            name: name.to_owned(),
            owner: who.name(),
            others: others.iter().map(|who| who.name()).collect(),
            made_at,
            ..Group::default()
        };
        if others
            .iter()
            .any(|other| !self.contacts.contains_key(&(who.name(), other.name())))
        {
            return 404;
        }
        let members: Vec<_> = group.members().collect();
        self.groups.insert(key, group);
        self.begin(Conv::Group(key), members, false);
        201
    }

    /// The group of the scene, for its owner.
    pub(crate) fn own_group(&mut self, who: Who) -> Result<&mut Group, u16> {
        let group = self
            .groups
            .get_mut("House")
            .filter(|group| group.has(who.name()))
            .ok_or(404_u16)?;
        if group.owner == who.name() {
            Ok(group)
        } else {
            Err(403)
        }
    }

    /// Sets the members of the scene's group beside its owner.
    pub(crate) fn set_members(&mut self, who: Who, members: &[Who]) -> Result<u16, u16> {
        let mut others = self.own_group(who)?.others.clone();
        others.retain(|name| members.iter().any(|who| who.name() == *name));
        for member in members.iter().map(|who| who.name()) {
            if others.contains(&member) {
                continue;
            }
            if !self.contacts.contains_key(&(who.name(), member)) {
                return Err(404);
            }
            others.push(member);
        }
        self.own_group(who)?.others = others;
        self.match_members("House");
        Ok(200)
    }

    /// Leaves the scene's group.
    pub(crate) fn leave(&mut self, who: Who) -> Result<u16, u16> {
        match self.own_group(who) {
            Ok(_) => Err(403),
            Err(403) => {
                self.shut_out("House", who.name());
                Ok(204)
            }
            Err(refused) => Err(refused),
        }
    }

    /// Takes somebody out of a group.
    pub(crate) fn shut_out(&mut self, name: Name, person: Name) {
        self.groups
            .get_mut(name)
            .unwrap()
            .others
            .retain(|other| *other != person);
        self.match_members(name);
    }

    /// Lets the members of a group, and nobody else, take part in its conversation.
    fn match_members(&mut self, name: Name) {
        let group = &self.groups[name];
        if let Some(conversation) = self.conversations.get_mut(&Conv::Group(name)) {
            conversation.participants.retain(|person, _| group.has(person));
            for member in group.members() {
                conversation.participants.entry(member).or_default();
            }
        }
    }

    /// Ends a group with its conversation.
    pub(crate) fn end_group(&mut self, name: Name) {
        self.groups.remove(name);
        self.conversations.remove(&Conv::Group(name));
    }

    /// Adds a person whom somebody else's entry makes, if there is none of this name.
    pub(crate) fn put_person(&mut self, name: Name, phone: &str) {
        let made_at = self.tick();
        self.people.entry(name).or_insert_with(|| Person {
            username: name.to_lowercase(),
            phone: Some(phone.to_owned()),
            made_at,
            ..Person::default()
        });
    }
}

impl Message {
    /// Adds somebody's reaction, if it is not there.
    pub(crate) fn react(&mut self, who: Who, reaction: &str) {
        let name = who.name();
        match self.reactions.iter_mut().find(|(found, _)| found == reaction) {
            Some((_, people)) if people.contains(&name) => {}
            Some((_, people)) => people.push(name),
            None => self.reactions.push((reaction.to_owned(), vec![name])),
        }
    }

    /// Takes back those of somebody's reactions.
    pub(crate) fn take_back(&mut self, who: Who, which: impl Fn(&str) -> bool) {
        for (name, people) in &mut self.reactions {
            if which(name) {
                people.retain(|person| *person != who.name());
            }
        }
        self.reactions.retain(|(_, people)| !people.is_empty());
    }
}
