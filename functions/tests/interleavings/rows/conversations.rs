//! Conversations, of two people and of groups.

use serde_json::{Value, json};
use shared::model::ConversationWith;
use shared::store::Idempotency;

use super::contacts::other;
use super::{Actor, Answer, Meets, Row};
use crate::model::{Conv, Model, Name, Thing};
use crate::scene::{Place, Who, given};

/// Where there is a conversation.
const TALK: &[Place] = &[Place::Pair, Place::Group];
const PAIR: &[Place] = &[Place::Pair];
const BOTH: &[Who] = &[Who::Kate, Who::Kevin];

pub(super) const ROWS: &[&Row] = &[
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

const MEET: Row = Row {
    function: "conversations-create",
    what: "with a contact",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(meet(actor, Who::Anna, None)),
    effect: |model, who| model.meet(who, "Anna"),
};

const MEET_WITH_KEY: Row = Row {
    function: "conversations-create",
    what: "with a contact, with a key",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::Some,
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
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(meet(actor, Who::Kate, Some("a key"))),
    effect: |model, who| {
        model.once("conversations-create", who, |model| {
            match model.meet(who, "Kate") {
                404 => (404, Thing::Nothing),
                status => (status, model.thing(Conv::of(who.name(), "Kate"))),
            }
        })
    },
};

const MEET_AGAIN: Row = Row {
    function: "conversations-create",
    what: "in place of one that is being purged",
    places: PAIR,
    by: BOTH,
    meets: Meets::Some,
    before: &[(&END, Who::Kate)],
    act: |actor| Box::pin(meet(actor, other(actor.who), None)),
    effect: |model, who| model.meet(who, other(who).name()),
};

const GATHER: Row = Row {
    function: "conversations-create",
    what: "of a group",
    places: &[Place::Group, Place::Bare],
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(gather(actor, None)),
    effect: Model::gather,
};

const GATHER_WITH_KEY: Row = Row {
    function: "conversations-create",
    what: "of a group, with a key",
    places: &[Place::Group, Place::Bare],
    by: &[Who::Kate],
    meets: Meets::Some,
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
    meets: Meets::Some,
    before: &[(&END, Who::Kate)],
    act: |actor| Box::pin(gather(actor, None)),
    effect: Model::gather,
};

const SET: Row = Row {
    function: "conversations-update",
    what: "of settings",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
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
    meets: Meets::All,
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
    meets: Meets::All,
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
    meets: Meets::All,
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
    /// Begins a conversation with a contact, if there is none.
    pub(super) fn meet(&mut self, who: Who, name: Name) -> u16 {
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
