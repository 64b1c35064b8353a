//! Files, as the model knows them: uploads, and what messages have.

use std::collections::{BTreeMap, BTreeSet};

use super::{Conv, Conversation, Facts, Model, Name};
use crate::scene::{EVERYBODY, Who};

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
    pub(crate) fn upload(&mut self, owner: Name, label: &str) {
        self.files.unsent.push(File {
            label: label.to_owned(),
            name: label.to_owned(),
            owner,
            object: Object::Upload(label.to_owned()),
        });
        let upload = Upload {
            is_open: true,
            is_due: false,
        };
        self.files.uploads.insert(label.to_owned(), upload);
    }

    /// The files that messages have.
    pub(crate) fn sent_files(&self) -> impl Iterator<Item = &File> {
        let messages = self.conversations.values().flat_map(|conversation| &conversation.messages);
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
        conversation.participants.contains_key(who.name()).then_some((conv, conversation))
    }

    fn scene_conversation(&self) -> Option<(Conv, &Conversation)> {
        let conv = self.scene?;
        let conversation = self.conversations.get(&conv)?;
        conversation.is_first.then_some((conv, conversation))
    }

    /// Says what people see of files, and which rows there are of them.
    pub(super) fn facts_of_files(&self, facts: &mut Facts) {
        let mut model = self.clone();
        model.expire_uploads();
        for who in EVERYBODY {
            facts.insert(format!("{who}'s uploads"), model.uploads_of(who));
            let listed = model.first_conversation(who).map_or("404".to_owned(), |(_, conversation)| {
                let files = conversation.messages.iter().flat_map(|message| &message.files);
                listed(files.map(|file| file.name.clone()))
            });
            facts.insert(format!("the list of files that {who} sees"), listed);
            for label in ["kate.txt", "kevin.txt", "sent.txt"] {
                let seen = model.visible_file(who, label).map_or("404", |file| &file.name);
                facts.insert(format!("the file {label:?} as {who} sees it"), seen.to_owned());
            }
        }
        let referred = model.referred();
        for label in ["kate.txt", "kevin.txt", "sent.txt"] {
            let is_stored = referred.contains(&Object::Upload(label.to_owned()));
            facts.insert(format!("the object of {label:?}"), stored(is_stored));
        }
        let attachments = model.files.unsent.len() + model.sent_files().count();
        let of_uploads = |object: &&Object| matches!(object, Object::Upload(_));
        let closed = model.files.uploads.iter().filter(|(label, upload)| {
            upload.is_open && !upload.is_due && !referred.contains(&Object::Upload((*label).clone()))
        });
        for (kind, count) in [
            ("attachment", attachments),
            ("reference", attachments),
            ("object", referred.iter().filter(of_uploads).count()),
            ("upload", model.files.unsent.len() + closed.count()),
            ("release", 0),
        ] {
            facts.insert(format!("rows of the kind {kind}"), count.to_string());
        }
    }

    /// The objects behind files.
    pub(crate) fn referred(&self) -> BTreeSet<Object> {
        let files = self.files.unsent.iter().chain(self.sent_files());
        files.map(|file| file.object.clone()).collect()
    }

    fn uploads_of(&self, who: Who) -> String {
        let own = |file: &&File| file.owner == who.name() && file.object == Object::Upload(file.label.clone());
        let unsent = self.files.unsent.iter().filter(own);
        let sent = self.sent_files().filter(own);
        let unsent = unsent.map(|file| format!("{} (not sent)", file.name));
        listed(unsent.chain(sent.map(|file| format!("{} (sent)", file.name))))
    }
}

/// A list whose order says nothing.
pub(crate) fn listed(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<_> = items.collect();
    items.sort_unstable();
    items.join(", ")
}

/// Whether an object is in the bucket.
pub(crate) fn stored(is_stored: bool) -> String {
    if is_stored { "stored" } else { "not stored" }.to_owned()
}
