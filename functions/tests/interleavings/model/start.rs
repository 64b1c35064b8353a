//! The model of each scene.

use super::files::File;
use super::people::{Person, Token};
use super::{Conv, Conversation, Group, Message, Model, Name, Participant, words};
use crate::scene::catalog::BOTH;
use crate::scene::{EVERYBODY, Place, Who};

impl Model {
    /// What the scene of this place has.
    pub(crate) fn of(place: Place) -> Self {
        let mut model = Self::default();
        for who in EVERYBODY {
            let made_at = model.tick();
            let person = Person {
                username: who.username(),
                phone: Some(who.phone().to_owned()),
                is_claimed: who != Who::Otto,
                made_at,
                ..Person::default()
            };
            model.people.insert(who.name(), person);
            if who != Who::Otto {
                model.tokens.insert(who.name(), Token { is_valid: true });
            }
        }
        for contact in ["Kevin", "Anna", "Otto"] {
            model.contacts.insert(("Kate", contact), None);
        }
        model.contacts.insert(("Kevin", "Kate"), None);
        model.begin(Conv::of("Kate", "Kevin"), ["Kate", "Kevin"], true);
        model.begin(Conv::of("Kate", "Otto"), ["Kate", "Otto"], true);
        if matches!(place, Place::Group | Place::Bare | Place::Worn) {
            let made_at = model.tick();
            let group = Group {
                name: "House".to_owned(),
                owner: "Kate",
                others: vec!["Kevin", "Anna"],
                made_at,
                ..Group::default()
            };
            model.groups.insert("House", group);
        }
        if matches!(place, Place::Group | Place::Worn) {
            model.begin(Conv::Group("House"), ["Kate", "Kevin", "Anna"], true);
        }
        if place == Place::Catalog {
            model.import(BOTH, true);
        }
        model.scene = match place {
            Place::Pair | Place::Catalog => Some(Conv::of("Kate", "Kevin")),
            Place::Group | Place::Worn => Some(Conv::Group("House")),
            Place::Bare => None,
        };
        model.upload("Kate", "kate.txt");
        model.upload("Kevin", "kevin.txt");
        if let Some(conv) = model.scene {
            model.talk(conv, place);
        }
        for upload in model.files.uploads.values_mut() {
            upload.is_open = false;
        }
        model
    }

    /// The time of something that happens now.
    pub(crate) fn tick(&mut self) -> u64 {
        self.time += 1;
        self.time
    }

    /// Begins a conversation.
    pub(crate) fn begin(&mut self, conv: Conv, people: impl IntoIterator<Item = Name>, is_first: bool) {
        let (people, made_at) = (people.into_iter(), self.tick());
        let conversation = Conversation {
            is_first,
            participants: people.map(|name| (name, Participant::default())).collect(),
            made_at,
            active_at: made_at,
            ..Conversation::default()
        };
        self.conversations.insert(conv, conversation);
    }

    /// What is said in each scene.
    fn talk(&mut self, conv: Conv, place: Place) {
        let people: Vec<_> = self.conversations[&conv].participants.keys().copied().collect();
        if place != Place::Worn {
            self.send(conv, "Kate", "Kate's old", &[]);
            self.send(conv, "Kevin", "Kevin's old", &[]);
            for person in &people {
                self.open(conv, person, None);
            }
        }
        self.send(conv, "Kate", "Kate's pinned", &[]);
        self.send(conv, "Kevin", "Kevin's news", &[]);
        self.send(conv, "Kate", "Kate's news", &[]);
        if people.contains(&"Anna") {
            self.send(conv, "Anna", "Anna's news", &[]);
        }
        self.upload("Kate", "sent.txt");
        let file = self.files.unsent.pop().unwrap();
        self.send(conv, "Kate", "Kate's file", &[file]);
        let conversation = self.conversations.get_mut(&conv).unwrap();
        conversation.pin = Some("Kate's pinned".to_owned());
        conversation.message_mut("Kate's news").unwrap().reactions = vec![("heart".to_owned(), vec!["Kate"])];
    }

    /// Sends a message to a conversation that is there.
    pub(crate) fn send(&mut self, conv: Conv, sender: Name, text: &str, files: &[File]) {
        let sent_at = self.tick();
        self.people.get_mut(sender).unwrap().is_active = true;
        let conversation = self.conversations.get_mut(&conv).unwrap();
        conversation.active_at = sent_at;
        let before = conversation.sent.iter().filter(|sent| *sent == text).count();
        conversation.sent.push(text.to_owned());
        let label = words::again(text, before);
        for (name, participant) in &mut conversation.participants {
            if *name != sender {
                participant.unread.insert(label.clone());
            }
        }
        conversation.messages.push(Message {
            label,
            text: text.to_owned(),
            sender,
            sent_at,
            files: files.to_vec(),
            ..Message::default()
        });
    }

    /// Opens a conversation for one of its participants, and marks it as read up to a message or to the newest.
    pub(crate) fn open(&mut self, conv: Conv, reader: Name, up_to: Option<&str>) {
        let conversation = self.conversations.get_mut(&conv).unwrap();
        let participant = conversation.participants.get_mut(reader).unwrap();
        participant.has_opened = true;
        for message in &mut conversation.messages {
            participant.unread.remove(&message.label);
            message.is_read |= message.sender != reader;
            if Some(&*message.label) == up_to {
                break;
            }
        }
    }
}

impl Conversation {
    /// Removes a message, which nobody has left to read then.
    pub(crate) fn forget(&mut self, label: &str) {
        self.messages.retain(|message| message.label != label);
        for participant in self.participants.values_mut() {
            participant.unread.remove(label);
        }
        self.pin.take_if(|pin| pin == label);
    }

    pub(crate) fn message(&self, label: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.label == label)
    }

    pub(crate) fn message_mut(&mut self, label: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.label == label)
    }
}
