//! Contacts and conversations.

use serde_json::{Value, json};
use shared::model::{ConversationWith, NewContact};
use shared::store::Idempotency;

use super::{Actor, Answer, Row};
use crate::model::{Conv, Model, Name, Thing};
use crate::scene::{Place, Who, given};

/// Where there is a conversation.
const TALK: &[Place] = &[Place::Pair, Place::Group];
const PAIR: &[Place] = &[Place::Pair];
const BOTH: &[Who] = &[Who::Kate, Who::Kevin];
const NORAS_PHONE: &str = "+1 555 0099";

pub(super) const ROWS: &[&Row] = &[
    &ADD_NEW,
    &ADD_NEW_WITH_KEY,
    &ADD_KNOWN,
    &ADD_AGAIN_WITH_KEY,
    &GUESS,
    &CALL,
    &DROP,
    &DROP_ANNA,
    &MEET,
    &MEET_WITH_KEY,
    &MEET_AGAIN,
    &MEET_KNOWN_WITH_KEY,
    &GATHER,
    &GATHER_WITH_KEY,
    &GATHER_AGAIN,
    &SET,
    &PIN,
    &UNPIN,
    &END,
];

const ADD_NEW: Row = Row {
    function: "contacts-create",
    what: "of somebody new",
    places: PAIR,
    by: BOTH,
    before: &[],
    act: |actor| Box::pin(add(actor, "nora", NORAS_PHONE, None)),
    effect: |model, who| model.add(who, "Nora"),
};

const ADD_NEW_WITH_KEY: Row = Row {
    function: "contacts-create",
    what: "of somebody new, with a key",
    places: PAIR,
    by: &[Who::Kate],
    before: &[],
    act: |actor| Box::pin(add(actor, "nora", NORAS_PHONE, Some("a key"))),
    effect: |model, who| {
        model.once("contacts-create", who, |model| {
            (model.add(who, "Nora"), Thing::Contact("Nora"))
        })
    },
};

pub(super) const ADD_KNOWN: Row = Row {
    function: "contacts-create",
    what: "of somebody known",
    places: PAIR,
    by: &[Who::Anna],
    before: &[],
    act: |actor| Box::pin(add(actor, "kate", Who::Kate.phone(), None)),
    effect: |model, who| model.add(who, "Kate"),
};

const ADD_AGAIN_WITH_KEY: Row = Row {
    function: "contacts-create",
    what: "of a contact, with a key",
    places: PAIR,
    by: &[Who::Kevin],
    before: &[],
    act: |actor| Box::pin(add(actor, "kate", Who::Kate.phone(), Some("a key"))),
    effect: |model, who| {
        model.once("contacts-create", who, |model| {
            (model.add(who, "Kate"), Thing::Contact("Kate"))
        })
    },
};

pub(super) const GUESS: Row = Row {
    function: "contacts-create",
    what: "with a wrong number",
    places: PAIR,
    by: &[Who::Anna],
    before: &[],
    act: |actor| Box::pin(add(actor, "kate", "1-800-759-3000", None)),
    effect: |model, who| {
        // With an entry it is no guess, and wrong all the same.
        if model.contacts.contains_key(&(who.name(), "Kate")) {
            return 409;
        }
        if model.has_guessed_enough(who) {
            return 429;
        }
        *model.guesses.entry(who.name()).or_insert(0) += 1;
        409
    },
};

const CALL: Row = Row {
    function: "contacts-update",
    what: "",
    places: PAIR,
    by: &[Who::Kate],
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let patch = given(json!({"display_name": "Kev"}));
            let kevin = actor.scene.id(Who::Kevin);
            Answer::ok(actor.store.update_contact(actor.id(), kevin, &patch).await)
        })
    },
    effect: |model, who| match model.contacts.get_mut(&(who.name(), "Kevin")) {
        Some(display_name) => {
            *display_name = Some("Kev");
            200
        }
        None => 404,
    },
};

pub(super) const DROP: Row = Row {
    function: "contacts-delete",
    what: "",
    places: PAIR,
    by: BOTH,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let other = actor.scene.id(other(actor.who));
            Answer::done(actor.store.delete_contact(actor.id(), other).await)
        })
    },
    effect: |model, who| model.drop_contact(who, other(who).name()),
};

const DROP_ANNA: Row = Row {
    function: "contacts-delete",
    what: "without a conversation",
    places: PAIR,
    by: &[Who::Kate],
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let anna = actor.scene.id(Who::Anna);
            Answer::done(actor.store.delete_contact(actor.id(), anna).await)
        })
    },
    effect: |model, who| model.drop_contact(who, "Anna"),
};

const MEET: Row = Row {
    function: "conversations-create",
    what: "with a contact",
    places: PAIR,
    by: &[Who::Kate],
    before: &[],
    act: |actor| Box::pin(meet(actor, Who::Anna, None)),
    effect: |model, who| model.meet(who, "Anna"),
};

const MEET_WITH_KEY: Row = Row {
    function: "conversations-create",
    what: "with a contact, with a key",
    places: PAIR,
    by: &[Who::Kate],
    before: &[],
    act: |actor| Box::pin(meet(actor, Who::Anna, Some("a key"))),
    effect: |model, who| {
        model.once("conversations-create", who, |model| {
            match model.meet(who, "Anna") {
                404 => (404, Thing::Nothing),
                status => (status, model.thing(Conv::of(who.name(), "Anna"))),
            }
        })
    },
};

const MEET_KNOWN_WITH_KEY: Row = Row {
    function: "conversations-create",
    what: "that is there, with a key",
    places: PAIR,
    by: &[Who::Kevin],
    before: &[],
    act: |actor| Box::pin(meet(actor, Who::Kate, Some("a key"))),
    effect: |model, who| {
        model.once("conversations-create", who, |model| match model.meet(who, "Kate") {
            404 => (404, Thing::Nothing),
            status => (status, model.thing(Conv::of(who.name(), "Kate"))),
        })
    },
};

const MEET_AGAIN: Row = Row {
    function: "conversations-create",
    what: "in place of one that is being purged",
    places: PAIR,
    by: BOTH,
    before: &[(&END, Who::Kate)],
    act: |actor| Box::pin(meet(actor, other(actor.who), None)),
    effect: |model, who| model.meet(who, other(who).name()),
};

const GATHER: Row = Row {
    function: "conversations-create",
    what: "of a group",
    places: &[Place::Group, Place::Bare],
    by: BOTH,
    before: &[],
    act: |actor| Box::pin(gather(actor, None)),
    effect: Model::gather,
};

const GATHER_WITH_KEY: Row = Row {
    function: "conversations-create",
    what: "of a group, with a key",
    places: &[Place::Group, Place::Bare],
    by: &[Who::Kate],
    before: &[],
    act: |actor| Box::pin(gather(actor, Some("a key"))),
    effect: |model, who| {
        model.once("conversations-create", who, |model| {
            let status = model.gather(who);
            let made = model.conversations.contains_key(&Conv::Group("House"));
            let thing = made.then(|| model.thing(Conv::Group("House")));
            (status, thing.unwrap_or(Thing::Nothing))
        })
    },
};

const GATHER_AGAIN: Row = Row {
    function: "conversations-create",
    what: "of a group, in place of one that is being purged",
    places: &[Place::Group],
    by: &[Who::Kevin],
    before: &[(&END, Who::Kate)],
    act: |actor| Box::pin(gather(actor, None)),
    effect: Model::gather,
};

const SET: Row = Row {
    function: "conversations-update",
    what: "of settings",
    places: TALK,
    by: BOTH,
    before: &[],
    act: |actor| {
        Box::pin(update(
            actor,
            json!({"is_pinned": true, "is_muted": true, "archived_at": 1}),
        ))
    },
    effect: |model, who| {
        model.answer(|model| {
            let own = model.room(who)?.participants.get_mut(who.name()).unwrap();
            (own.is_pinned, own.is_muted, own.is_archived) = (true, true, true);
            Ok(200)
        })
    },
};

const PIN: Row = Row {
    function: "conversations-update",
    what: "of the pin",
    places: TALK,
    by: BOTH,
    before: &[],
    act: |actor| {
        Box::pin(update(
            actor,
            json!({"pinned_message_id": actor.scene.message("Kevin's news")}),
        ))
    },
    effect: |model, who| {
        model.answer(|model| {
            let room = model.room(who)?;
            room.message("Kevin's news").ok_or(404_u16)?;
            room.pin = Some("Kevin's news".to_owned());
            Ok(200)
        })
    },
};

const UNPIN: Row = Row {
    function: "conversations-update",
    what: "that takes the pin away",
    places: TALK,
    by: &[Who::Kevin],
    before: &[],
    act: |actor| Box::pin(update(actor, json!({"pinned_message_id": null}))),
    effect: |model, who| {
        model.answer(|model| {
            model.room(who)?.pin = None;
            Ok(200)
        })
    },
};

pub(super) const END: Row = Row {
    function: "conversations-delete",
    what: "",
    places: TALK,
    by: BOTH,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            Answer::done(
                actor
                    .store
                    .delete_conversation(actor.id(), actor.scene.conversation)
                    .await,
            )
        })
    },
    effect: |model, who| {
        model.answer(|model| {
            let (conv, _) = model.first_conversation(who).ok_or(404_u16)?;
            if let Conv::Group(name) = conv
                && model.groups[name].owner != who.name()
            {
                return Err(403);
            }
            model.conversations.remove(&conv);
            Ok(204)
        })
    },
};

/// The other one of Kate and Kevin.
fn other(who: Who) -> Who {
    match who {
        Who::Kate => Who::Kevin,
        _ => Who::Kate,
    }
}

async fn add(actor: &Actor, username: &str, phone: &str, key: Option<&str>) -> Answer {
    let me = actor.id();
    let new: NewContact = given(json!({"username": username, "phone_number": phone}));
    let key = key.map(|key| Idempotency::new(me, "contacts-create", key, &new));
    Answer::created(actor.store.create_contact(me, &new, key.as_ref()).await)
}

async fn meet(actor: &Actor, who: Who, key: Option<&str>) -> Answer {
    create(actor, ConversationWith::Contact(actor.scene.id(who)), key).await
}

async fn gather(actor: &Actor, key: Option<&str>) -> Answer {
    create(actor, ConversationWith::Group(actor.scene.group.unwrap()), key).await
}

async fn create(actor: &Actor, with: ConversationWith, key: Option<&str>) -> Answer {
    let me = actor.id();
    let key = key.map(|key| Idempotency::new(me, "conversations-create", key, &with));
    Answer::created(actor.store.create_conversation(me, with, key.as_ref()).await)
}

async fn update(actor: &Actor, patch: Value) -> Answer {
    let conversation = actor.scene.conversation;
    Answer::ok(
        actor
            .store
            .update_conversation(actor.id(), conversation, &given(patch))
            .await,
    )
}

impl Model {
    /// Whether somebody has tried as many wrong numbers as are allowed.
    fn has_guessed_enough(&self, who: Who) -> bool {
        self.guesses.get(who.name()).is_some_and(|wrong| *wrong >= 10)
    }

    /// Adds somebody to the contacts of another, with their conversation.
    fn add(&mut self, who: Who, name: Name) -> u16 {
        if self.contacts.contains_key(&(who.name(), name)) {
            return 200;
        }
        if self.people.contains_key(name) && self.has_guessed_enough(who) {
            return 429;
        }
        self.put_person(name, NORAS_PHONE);
        self.contacts.insert((who.name(), name), None);
        self.meet(who, name);
        201
    }

    /// Takes somebody out of the contacts of another, and ends their conversation.
    fn drop_contact(&mut self, who: Who, name: Name) -> u16 {
        if self.contacts.remove(&(who.name(), name)).is_none() {
            return 404;
        }
        self.conversations.remove(&Conv::of(who.name(), name));
        204
    }

    /// Begins a conversation with a contact, if there is none.
    fn meet(&mut self, who: Who, name: Name) -> u16 {
        if !self.contacts.contains_key(&(who.name(), name)) {
            return 404;
        }
        let conv = Conv::of(who.name(), name);
        if self.conversations.contains_key(&conv) {
            return 200;
        }
        self.begin(conv, [who.name(), name], false);
        201
    }

    /// Begins the conversation of the group, if there is none.
    fn gather(&mut self, who: Who) -> u16 {
        let Some(group) = self.groups.get("House").filter(|group| group.has(who.name())) else {
            return 404;
        };
        let members: Vec<_> = group.members().collect();
        if self.conversations.contains_key(&Conv::Group("House")) {
            return 200;
        }
        self.begin(Conv::Group("House"), members, false);
        201
    }
}
