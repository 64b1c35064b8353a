//! Files, as the model knows them: uploads, and what messages have.

use std::collections::{BTreeMap, BTreeSet};

use super::{Conv, Conversation, Facts, Model, Name, words};
use crate::scene::{EVERYBODY, Scene, Who};

/// The uploads of people.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// Those that were not sent. What was sent is in its message.
    pub(crate) unsent: Vec<File>,
    /// All that was ever uploaded, by the label of its file.
    pub(crate) uploads: BTreeMap<String, Upload>,
}

/// A file: an upload that was not sent, or a part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// The first name of an upload.
    pub(crate) label: String,
    pub(crate) name: String,
    pub(crate) owner: Name,
    pub(crate) object: Object,
}

/// What is behind a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Object {
    /// By the label of the first file with it.
    Upload(String),
    /// The audio of a sound, by its file in the directory.
    Sound(&'static str),
}

/// An upload, whatever has become of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload {
    /// Whether something may still be written to its address.
    pub(crate) is_open: bool,
    /// Whether its time to be sent is over.
    pub(crate) is_due: bool,
}

/// Where a file is.
enum Place {
    /// At this place among the uploads.
    Unsent(usize),
    /// In a conversation: the place of the message, and the place in it.
    Sent(Conv, usize, usize),
}

impl Model {
    /// Uploads a file.
    pub(crate) fn upload(&mut self, owner: Name, name: &str) {
        let is_used = |label: &String| self.files.uploads.contains_key(label);
        let mut labels = (0..).map(|before| words::again(name, before));
        let label = labels.find(|label| !is_used(label)).unwrap();
        self.files.unsent.push(File {
            label: label.clone(),
            name: name.to_owned(),
            owner,
            object: Object::Upload(label.clone()),
        });
        let upload = Upload {
            is_open: true,
            is_due: false,
        };
        self.files.uploads.insert(label, upload);
    }

    /// The files that messages have.
    pub(crate) fn sent_files(&self) -> impl Iterator<Item = &File> {
        let messages = self
            .conversations
            .values()
            .flat_map(|conversation| &conversation.messages);
        messages.flat_map(|message| &message.files)
    }

    fn place_of(&self, label: &str) -> Option<Place> {
        let is_it = |file: &File| file.label == label;
        if let Some(at) = self.files.unsent.iter().position(is_it) {
            return Some(Place::Unsent(at));
        }
        self.conversations.iter().find_map(|(conv, conversation)| {
            let mut messages = conversation.messages.iter().enumerate();
            messages.find_map(|(message, found)| {
                let at = found.files.iter().position(is_it)?;
                Some(Place::Sent(*conv, message, at))
            })
        })
    }

    /// A file that somebody sees.
    pub(crate) fn visible_file(&self, who: Who, label: &str) -> Option<&File> {
        match self.place_of(label)? {
            Place::Unsent(at) => {
                let file = &self.files.unsent[at];
                (file.owner == who.name()).then_some(file)
            }
            Place::Sent(conv, message, at) => {
                let conversation = &self.conversations[&conv];
                conversation.participants.contains_key(who.name()).then_some(())?;
                Some(&conversation.messages[message].files[at])
            }
        }
    }

    /// Notes that something may be written to the address of an upload again, if it is not sent.
    pub(crate) fn reopen(&mut self, label: &str) {
        if let Some(Place::Unsent(_)) = self.place_of(label) {
            self.files.uploads.get_mut(label).unwrap().is_open = true;
        }
    }

    /// An own upload to send, or the status with which it is refused.
    pub(crate) fn unsent(&self, who: Who, label: &str) -> Result<File, u16> {
        match self.place_of(label).ok_or(404_u16)? {
            Place::Unsent(at) => Ok(self.files.unsent[at].clone()),
            Place::Sent(conv, message, at) => {
                let file = &self.conversations[&conv].messages[message].files[at];
                Err(if file.owner == who.name() { 409 } else { 404 })
            }
        }
    }

    /// Makes an upload a part of a message.
    pub(crate) fn take_upload(&mut self, file: &File) {
        self.files.unsent.retain(|other| other != file);
    }

    /// A new file with the object of one that somebody sees.
    pub(crate) fn forward(&self, who: Who, label: &str) -> Option<File> {
        let file = self.visible_file(who, label)?;
        Some(File {
            label: format!("{who}'s forward of {label}"),
            owner: who.name(),
            ..file.clone()
        })
    }

    /// Gives a file another name.
    pub(crate) fn rename_file(&mut self, who: Who, label: &str, name: &str) -> u16 {
        let Some(file) = self.visible_file(who, label) else {
            return 404;
        };
        if file.owner != who.name() {
            return 403;
        }
        if file.name == name {
            return 200;
        }
        let file = match self.place_of(label).unwrap() {
            Place::Unsent(at) => &mut self.files.unsent[at],
            Place::Sent(conv, message, at) => {
                let conversation = self.conversations.get_mut(&conv).unwrap();
                let message = &mut conversation.messages[message];
                message.is_changed = true;
                &mut message.files[at]
            }
        };
        name.clone_into(&mut file.name);
        200
    }

    /// Deletes a file.
    pub(crate) fn delete_file(&mut self, who: Who, label: &str) -> u16 {
        let Some(file) = self.visible_file(who, label) else {
            return 404;
        };
        if file.owner != who.name() {
            return 403;
        }
        match self.place_of(label).unwrap() {
            Place::Unsent(at) => _ = self.files.unsent.remove(at),
            Place::Sent(conv, message, at) => {
                let conversation = self.conversations.get_mut(&conv).unwrap();
                let message = &mut conversation.messages[message];
                if message.text.is_empty() && message.files.len() == 1 {
                    return 400;
                }
                message.files.remove(at);
                message.is_changed = true;
            }
        }
        204
    }

    /// Removes the uploads whose time is over.
    pub(crate) fn expire_uploads(&mut self) {
        let uploads = &self.files.uploads;
        self.files.unsent.retain(|file| !uploads[&file.label].is_due);
    }

    /// The conversation of the scene, if it is there and this person takes part.
    pub(crate) fn first_conversation(&self, who: Who) -> Option<(Conv, &Conversation)> {
        let (conv, conversation) = self.scene_conversation()?;
        conversation
            .participants
            .contains_key(who.name())
            .then_some((conv, conversation))
    }

    fn scene_conversation(&self) -> Option<(Conv, &Conversation)> {
        let conv = self.scene?;
        let conversation = self.conversations.get(&conv)?;
        conversation.is_first.then_some((conv, conversation))
    }

    /// What people see of files.
    pub(super) fn file_facts(&self, scene: &Scene, facts: &mut Facts) {
        let referred = self.referred();
        for who in EVERYBODY {
            facts.insert(format!("{who}'s uploads"), self.uploads_of(who));
            let seen = self.first_conversation(who).map(|(_, conversation)| {
                let files = conversation.messages.iter().flat_map(|message| &message.files);
                words::set(files.map(|file| file.name.clone()))
            });
            facts.insert(
                format!("the files that {who} sees in the conversation"),
                words::found(seen),
            );
            for label in scene.files.keys() {
                let seen = self.visible_file(who, label).map(|file| file.name.clone());
                facts.insert(
                    format!("the file \"{label}\" as {who} sees it"),
                    words::found(seen),
                );
            }
        }
        for label in scene.files.keys() {
            let is_stored = referred.contains(&Object::Upload((*label).to_owned()));
            facts.insert(format!("whether \"{label}\" is stored"), words::yes(is_stored));
        }
    }

    /// How many rows of each kind files have.
    pub(super) fn file_rows(&self, add: &mut impl FnMut(&'static str, usize)) {
        let (unsent, sent) = (self.files.unsent.len(), self.sent_files().count());
        add("attachment", unsent + sent);
        add("reference", unsent + sent);
        let referred = self.referred();
        let objects = referred
            .iter()
            .filter(|object| matches!(object, Object::Upload(_)));
        add("object", objects.count());
        let deleted = self.files.uploads.iter().filter(|(label, upload)| {
            let object = Object::Upload((*label).clone());
            upload.is_open && !referred.contains(&object)
        });
        add("upload", unsent + deleted.count());
    }

    /// The objects behind files.
    pub(crate) fn referred(&self) -> BTreeSet<Object> {
        let files = self.files.unsent.iter().chain(self.sent_files());
        files.map(|file| file.object.clone()).collect()
    }

    fn uploads_of(&self, who: Who) -> String {
        let own =
            |file: &&File| file.owner == who.name() && file.object == Object::Upload(file.label.clone());
        let unsent = self.files.unsent.iter().filter(own);
        let sent = self.sent_files().filter(own);
        let unsent = unsent.map(|file| format!("{} (not sent)", file.name));
        words::set(unsent.chain(sent.map(|file| format!("{} (sent)", file.name))))
    }
}
