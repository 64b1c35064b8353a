//! What everybody sees, as the model says it.

use super::{Conv, Conversation, Facts, Message, Model, Name, words};
use crate::scene::{EVERYBODY, Scene, Who};

impl Model {
    /// Everything that can be seen. The scene says only what to look at.
    pub(crate) fn facts(&self, scene: &Scene) -> Facts {
        let mut settled = self.clone();
        settled.finish_retirement();
        settled.expire_uploads();
        settled.settled_facts(scene)
    }

    fn settled_facts(&self, scene: &Scene) -> Facts {
        let mut facts = Facts::new();
        for who in EVERYBODY {
            self.contacts_of(who, &mut facts);
            self.groups_of(scene, who, &mut facts);
            self.talk_of(scene, who, &mut facts);
        }
        self.people_facts(&mut facts);
        self.file_facts(scene, &mut facts);
        self.catalog_facts(scene, &mut facts);
        words::count(self.rows(), &mut facts);
        facts
    }

    fn contacts_of(&self, who: Who, facts: &mut Facts) {
        let mut own: Vec<_> = self
            .contacts
            .iter()
            .filter(|((owner, _), _)| *owner == who.name())
            .collect();
        own.sort_by_key(|((_, contact), _)| std::cmp::Reverse(self.people[contact].made_at));
        let contacts = own.into_iter().map(|((owner, name), display_name)| {
            let person = &self.people[name];
            words::contact(&words::Contact {
                name: (*name).to_owned(),
                display_name: display_name.map(str::to_owned),
                phone: person.phone.clone(),
                picture: person.picture.clone(),
                is_active: person.is_active,
                has_conversation: self.conversations.contains_key(&Conv::of(owner, name)),
            })
        });
        facts.insert(format!("{who}'s contacts"), words::list(contacts));
    }

    fn groups_of(&self, scene: &Scene, who: Who, facts: &mut Facts) {
        let mut own: Vec<_> = self
            .groups
            .iter()
            .filter(|(_, group)| group.has(who.name()))
            .collect();
        own.sort_by_key(|(_, group)| std::cmp::Reverse(group.made_at));
        let groups = own.into_iter().map(|(name, group)| {
            words::group(&words::Group {
                name: group.name.clone(),
                description: group.description.clone(),
                members: group.members().map(str::to_owned).collect(),
                is_archived: group.is_archived,
                has_conversation: self.conversations.contains_key(&Conv::Group(name)),
            })
        });
        facts.insert(format!("{who}'s groups"), words::list(groups));
        if scene.group.is_some() {
            let sees = self
                .groups
                .get("House")
                .is_some_and(|group| group.has(who.name()));
            facts.insert(
                format!("whether {who} may read the group House"),
                words::yes(sees),
            );
        }
    }

    fn talk_of(&self, scene: &Scene, who: Who, facts: &mut Facts) {
        for (conv, conversation) in &self.conversations {
            let sees = conversation.participants.contains_key(who.name());
            facts.insert(format!("whether {who} may read {conv}"), words::yes(sees));
            if sees {
                conversation.seen_by(who, *conv, facts);
            }
        }
        let pairs = scene.pairs.keys().map(|(one, other)| Conv::Pair(one, other));
        let group = scene.group.map(|_| Conv::Group("House"));
        for conv in pairs.chain(group) {
            let sees = self.conversations.get(&conv).is_some_and(|conversation| {
                conversation.is_first && conversation.participants.contains_key(who.name())
            });
            facts.insert(
                format!("whether {who} may read what was {conv} at first"),
                words::yes(sees),
            );
        }
        for label in scene.messages.keys() {
            let sees = self
                .visible_to(who.name())
                .any(|(_, message)| message.label == *label);
            facts.insert(
                format!("whether {who} may read the message \"{label}\""),
                words::yes(sees),
            );
        }

        let mut list: Vec<_> = self.conversations_of(who.name()).collect();
        list.sort_by_key(|(_, conversation)| std::cmp::Reverse(conversation.active_at));
        let list = list.into_iter().map(|(conv, _)| conv.to_string());
        facts.insert(format!("{who}'s list of conversations"), words::list(list));
        let mut messages: Vec<_> = self.visible_to(who.name()).map(|(_, message)| message).collect();
        messages.sort_by_key(|message| std::cmp::Reverse(message.sent_at));
        let feed = words::list(messages.iter().map(|message| message.label.clone()));
        facts.insert(format!("{who}'s list of all messages"), feed.clone());
        facts.insert(format!("what {who} finds"), feed);
    }

    /// Somebody's conversations.
    pub(crate) fn conversations_of(&self, person: Name) -> impl Iterator<Item = (Conv, &Conversation)> {
        let all = self
            .conversations
            .iter()
            .map(|(conv, conversation)| (*conv, conversation));
        all.filter(move |(_, conversation)| conversation.participants.contains_key(person))
    }

    /// The messages that somebody can read.
    pub(crate) fn visible_to(&self, person: Name) -> impl Iterator<Item = (Conv, &Message)> {
        let all = self.conversations_of(person);
        all.flat_map(|(conv, conversation)| conversation.messages.iter().map(move |message| (conv, message)))
    }

    /// The kinds of all rows.
    fn rows(&self) -> Vec<&'static str> {
        let mut rows = Vec::new();
        let mut add = |kind, count| rows.extend(std::iter::repeat_n(kind, count));
        add("contact", self.contacts.len());
        add("group", self.groups.len());
        let pairs = self
            .conversations
            .keys()
            .filter(|conv| matches!(conv, Conv::Pair(..)))
            .count();
        add("pair", pairs);
        // A group without a conversation keeps the row of its last one.
        add("conversation", pairs + self.groups.len());
        for conversation in self.conversations.values() {
            add("participant", conversation.participants.len());
            add("message", conversation.messages.len());
        }
        for (name, group) in &self.groups {
            if !self.conversations.contains_key(&Conv::Group(name)) {
                add("member", group.members().count());
            }
        }
        self.people_rows(&mut add);
        self.file_rows(&mut add);
        self.catalog_rows(&mut add);
        rows
    }
}

impl Conversation {
    fn seen_by(&self, who: Who, conv: Conv, facts: &mut Facts) {
        let messages = self.messages.iter().rev().map(|message| message.label.clone());
        facts.insert(
            format!("{who}'s list of messages in {conv}"),
            words::list(messages),
        );
        for message in &self.messages {
            let owned = |(name, people): &(String, Vec<Name>)| {
                (
                    name.clone(),
                    people.iter().map(|name| (*name).to_owned()).collect(),
                )
            };
            let look = words::Message {
                sender: message.sender.to_owned(),
                text: message.text.clone(),
                reactions: message.reactions.iter().map(owned).collect(),
                files: message.files.iter().map(|file| file.name.clone()).collect(),
                is_read: message.is_read,
                is_changed: message.is_changed,
            };
            let key = words::message_in(&conv.to_string(), &message.label, who);
            facts.insert(key, words::message(&look));
        }
        let own = &self.participants[who.name()];
        facts.insert(
            format!("{who}'s unread count in {conv}"),
            own.unread.len().to_string(),
        );
        let settings = words::settings(own.is_pinned, own.is_muted, own.is_archived, own.has_opened);
        facts.insert(format!("{who}'s settings of {conv}"), settings);
        facts.insert(
            format!("the pin that {who} sees in {conv}"),
            words::maybe(self.pin.clone()),
        );
    }
}
