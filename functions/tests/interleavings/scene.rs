//! The people, and what there is before two of them write at once.

pub(crate) mod catalog;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::model::{
    AttachmentId, ConversationId, GroupId, IssuedToken, MessageId, NewAttachment, NewFile, PersonId, SoundId,
};
use shared::store::bucket::objects;
use shared::store::{Idempotency, Store};

use crate::machine::Machine;

/// Somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Who {
    Kate,
    Kevin,
    Anna,
    /// Made by Kate's entry. Nobody has issued a token to him.
    Otto,
}

/// Everybody.
pub(crate) const EVERYBODY: [Who; 4] = [Who::Kate, Who::Kevin, Who::Anna, Who::Otto];

impl Who {
    /// As people, and facts, say it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kate => "Kate",
            Self::Kevin => "Kevin",
            Self::Anna => "Anna",
            Self::Otto => "Otto",
        }
    }

    pub(crate) fn username(self) -> String {
        self.name().to_lowercase()
    }

    pub(crate) fn phone(self) -> &'static str {
        match self {
            Self::Kate => "+1 555 0001",
            Self::Kevin => "+1 555 0002",
            Self::Anna => "+1 555 0003",
            Self::Otto => "+1 555 0004",
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Place {
    /// The conversation of Kate and Kevin. There is no group.
    Pair,
    /// A group with its conversation: Kate's, with Kevin and Anna.
    Group,
    /// The group after its conversation was deleted.
    Bare,
    /// As `Group`, but nobody has ever opened the conversation, and of Kate's messages many were deleted since.
    Worn,
    /// As `Pair`, with a catalogue of two sounds.
    Catalog,
}

/// All places.
pub(crate) const PLACES: [Place; 5] = [
    Place::Pair,
    Place::Group,
    Place::Bare,
    Place::Worn,
    Place::Catalog,
];

/// So many messages deleted unread stand in a participant's row before they are counted together.
const MANY: usize = 100;

/// The ids of what there is.
pub(crate) struct Scene {
    pub(crate) place: Place,
    people: [PersonId; 4],
    /// The conversation of the place. In `Bare`: the deleted one.
    pub(crate) conversation: ConversationId,
    /// The conversations of two people, by their names in order.
    pub(crate) pairs: BTreeMap<(&'static str, &'static str), ConversationId>,
    pub(crate) group: Option<GroupId>,
    /// By their texts, without " house".
    pub(crate) messages: BTreeMap<&'static str, MessageId>,
    /// By their names.
    pub(crate) files: BTreeMap<&'static str, AttachmentId>,
    /// Of everybody but Otto.
    pub(crate) tokens: BTreeMap<Who, IssuedToken>,
    /// By their titles.
    pub(crate) sounds: BTreeMap<String, SoundId>,
    /// The SHA-256 of each sound's audio, by its file.
    pub(crate) audio: BTreeMap<String, String>,
    /// The objects of the catalogue.
    objects: BTreeMap<String, Vec<u8>>,
}

/// The text of a message: everything is found by "house".
pub(crate) fn text(label: &str) -> String {
    format!("{label} house")
}

/// Parameters of a request, from their JSON.
pub(crate) fn given<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// What is in a file of this name.
fn content(name: &str) -> Bytes {
    format!("This is {name}.").into()
}

impl Scene {
    /// Builds it by the calls of the functions, and waits until everything has settled.
    pub(crate) async fn build(machine: &Machine, place: Place) -> Self {
        let store = machine.store("scene");
        let tokens = tokens(&store).await;
        let [kate, kevin, anna] = [Who::Kate, Who::Kevin, Who::Anna].map(|who| tokens[&who].person.id);
        let mut pairs = BTreeMap::new();
        let mut otto = kate;
        for (pair, who) in [
            (("Kate", "Kevin"), Who::Kevin),
            (("Anna", "Kate"), Who::Anna),
            (("Kate", "Otto"), Who::Otto),
        ] {
            let contact = json!({"username": who.username(), "phone_number": who.phone()});
            let contact = store
                .create_contact(kate, &given(contact), None)
                .await
                .unwrap()
                .resource;
            pairs.insert(pair, contact.conversation_id.unwrap());
            otto = contact.id;
        }
        let contact = json!({"username": "kate", "phone_number": Who::Kate.phone()});
        store.create_contact(kevin, &given(contact), None).await.unwrap();
        let gone = pairs.remove(&("Anna", "Kate")).unwrap();
        store.delete_conversation(kate, gone).await.unwrap();

        let mut scene = Self {
            place,
            people: [kate, kevin, anna, otto],
            conversation: pairs[&("Kate", "Kevin")],
            pairs,
            group: None,
            messages: BTreeMap::new(),
            files: BTreeMap::new(),
            tokens,
            sounds: BTreeMap::new(),
            audio: BTreeMap::new(),
            objects: BTreeMap::new(),
        };
        if matches!(place, Place::Group | Place::Bare | Place::Worn) {
            let group = json!({"name": "House", "contacts": [kevin, anna]});
            let group = store
                .create_group(kate, &given(group), None)
                .await
                .unwrap()
                .resource;
            scene.group = Some(group.id);
            scene.conversation = group.conversation_id.unwrap();
        }
        if place == Place::Pair {
            // A wrong guess that is forgotten by now, but whose row is still there.
            let contact = given(json!({"username": "kate", "phone_number": "1-800-759-3000"}));
            store.create_contact(anna, &contact, None).await.unwrap_err();
        }
        if place == Place::Catalog {
            catalog::publish(&mut scene, machine, &store).await;
        }
        scene.upload(machine, &store, Who::Kate, "kate.txt").await;
        scene.upload(machine, &store, Who::Kevin, "kevin.txt").await;
        if place == Place::Bare {
            store.delete_conversation(kate, scene.conversation).await.unwrap();
        } else {
            scene.talk(machine, &store).await;
        }
        machine.settle(&store).await.unwrap();
        // So that the addresses of uploads are not valid any more.
        machine.advance(2 * 60 * 60);
        scene
    }

    pub(crate) fn id(&self, who: Who) -> PersonId {
        self.people[who as usize]
    }

    pub(crate) fn message(&self, label: &str) -> MessageId {
        self.messages[label]
    }

    /// Which of the scene's objects are in the bucket.
    pub(crate) async fn stored(&self, machine: &Machine) -> BTreeSet<String> {
        let mut stored = BTreeSet::new();
        let uploads = self.files.values().map(|id| objects::upload(*id));
        for key in uploads.chain(self.objects.keys().cloned()) {
            if machine.bucket.get(&key).await.is_ok() {
                stored.insert(key);
            }
        }
        stored
    }

    /// Puts the objects back that were deleted since, and takes those away that came.
    pub(crate) async fn put_files(&self, machine: &Machine, stored: &BTreeSet<String>) {
        let now = self.stored(machine).await;
        for (name, id) in &self.files {
            let key = objects::upload(*id);
            match (stored.contains(&key), now.contains(&key)) {
                (true, false) => {
                    let file_type = given(json!("text/plain"));
                    let put = machine.bucket.put_upload(*id, content(name), &file_type);
                    put.await.unwrap();
                }
                (false, true) => machine.bucket.delete_upload(*id).await.unwrap(),
                _ => {}
            }
        }
        for (key, content) in &self.objects {
            match (stored.contains(key), now.contains(key)) {
                (true, false) => {
                    let kind = "application/octet-stream";
                    machine.bucket.put(key, content.clone(), kind).await.unwrap();
                }
                (false, true) => machine.bucket.delete(std::slice::from_ref(key)).await.unwrap(),
                _ => {}
            }
        }
    }

    /// Who takes part in the conversation of the place, if it is there.
    pub(crate) fn participants(&self) -> &'static [Who] {
        match self.place {
            Place::Pair | Place::Catalog => &[Who::Kate, Who::Kevin],
            Place::Group | Place::Worn => &[Who::Kate, Who::Kevin, Who::Anna],
            Place::Bare => &[],
        }
    }

    async fn talk(&mut self, machine: &Machine, store: &Store) {
        if self.place == Place::Worn {
            self.wear(machine, store).await;
        } else {
            self.send(machine, store, Who::Kate, "Kate's old", None).await;
            self.send(machine, store, Who::Kevin, "Kevin's old", None).await;
            for who in self.participants() {
                let all = given(json!({}));
                store
                    .mark_read(self.id(*who), self.conversation, all, None)
                    .await
                    .unwrap();
            }
        }
        self.send(machine, store, Who::Kate, "Kate's pinned", None).await;
        let pin = given(json!({"pinned_message_id": self.message("Kate's pinned")}));
        store
            .update_conversation(self.id(Who::Kate), self.conversation, &pin)
            .await
            .unwrap();
        self.send(machine, store, Who::Kevin, "Kevin's news", None).await;
        self.send(machine, store, Who::Kate, "Kate's news", None).await;
        let heart = "heart".to_owned().try_into().unwrap();
        store
            .add_reaction(self.id(Who::Kate), self.message("Kate's news"), &heart)
            .await
            .unwrap();
        if self.participants().contains(&Who::Anna) {
            self.send(machine, store, Who::Anna, "Anna's news", None).await;
        }
        self.upload(machine, store, Who::Kate, "sent.txt").await;
        self.send(machine, store, Who::Kate, "Kate's file", Some("sent.txt"))
            .await;
    }

    /// Sends many messages, and deletes them again.
    async fn wear(&mut self, machine: &Machine, store: &Store) {
        for _ in 0..MANY {
            self.send(machine, store, Who::Kate, "Kate's lost", None).await;
            let lost = self.messages.remove("Kate's lost").unwrap();
            store.delete_message(self.id(Who::Kate), lost).await.unwrap();
        }
    }

    async fn send(
        &mut self,
        machine: &Machine,
        store: &Store,
        who: Who,
        label: &'static str,
        file: Option<&'static str>,
    ) {
        let mut new = json!({"conversation_id": self.conversation, "message": text(label)});
        if let Some(name) = file {
            new["attachments"] = json!([self.files[name]]);
        }
        let sent = store
            .send_message(self.id(who), &given(new), None, &machine.bucket)
            .await
            .unwrap();
        self.messages.insert(label, sent.resource.id);
    }

    async fn upload(&mut self, machine: &Machine, store: &Store, who: Who, name: &'static str) {
        let file = new_file(name);
        let key = Idempotency::new(self.id(who), "attachments-create", name, &file);
        let created = store
            .create_attachment(self.id(who), &file, Some(&key), &machine.bucket)
            .await
            .unwrap();
        self.files.insert(name, created.resource.attachment.id);
    }
}

/// A file with this name that comes with a request.
pub(crate) fn new_file(name: &str) -> NewAttachment {
    NewAttachment::File(NewFile {
        filename: given(json!(name)),
        file_type: given(json!("text/plain")),
        content: content(name),
    })
}

/// Issues a token to everybody but Otto.
async fn tokens(store: &Store) -> BTreeMap<Who, IssuedToken> {
    let mut tokens = BTreeMap::new();
    for who in [Who::Kate, Who::Kevin, Who::Anna] {
        let new = given(json!({"username": who.username(), "phone_number": who.phone()}));
        tokens.insert(who, store.create_token(&new).await.unwrap());
    }
    tokens
}
