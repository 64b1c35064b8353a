//! Messages, reactions, and what is read.

use serde_json::{Value, json};
use shared::model::MessageId;
use shared::store::Idempotency;

use super::{Actor, Answer, Meets, Row, files, groups};
use crate::model::{Model, Thing};
use crate::scene::{Place, Who, given, text};
use crate::view::all;

/// Where there is a conversation.
const TALK: &[Place] = &[Place::Pair, Place::Group];
/// Also where nobody has opened it, and much was deleted.
const ANY_TALK: &[Place] = &[Place::Pair, Place::Group, Place::Worn];
const BOTH: &[Who] = &[Who::Kate, Who::Kevin];

pub(super) const ROWS: &[&Row] = &[
    &SEND,
    &SEND_WITH_KEY,
    &CHANGE_TEXT,
    &CHANGE_REACTIONS,
    &REACT,
    &TAKE_BACK,
    &DELETE,
    &DELETE_KEVINS,
    &DELETE_PINNED,
    &DELETE_NEWEST,
    &LIST,
    &LIST_AFTER_DELETE,
    &READ,
    &READ_WITH_KEY,
    &READ_OLDER,
    &READ_HISTORY,
];

pub(super) const SEND: Row = Row {
    function: "messages-create",
    what: "",
    places: ANY_TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(send(actor, "hello", None)),
    effect: |model, who| model.say(who, "hello"),
};

pub(super) const SEND_WITH_KEY: Row = Row {
    function: "messages-create",
    what: "with a key",
    places: TALK,
    by: &[Who::Kate],
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(send(actor, "it once", Some("a key"))),
    effect: |model, who| {
        model.once("messages-create", who, |model| {
            let status = model.say(who, "it once");
            (status, Thing::Message(format!("{who} says it once")))
        })
    },
};

const CHANGE_TEXT: Row = Row {
    function: "messages-update",
    what: "of the text",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(change(actor, json!({"message": text("Kate's other news")}))),
    effect: |model, who| {
        model.answer(|model| {
            let message = model.message(who, "Kate's news")?;
            if message.sender != who.name() {
                return Err(403);
            }
            "Kate's other news".clone_into(&mut message.text);
            message.is_changed = true;
            Ok(200)
        })
    },
};

const CHANGE_REACTIONS: Row = Row {
    function: "messages-update",
    what: "of reactions",
    places: TALK,
    by: BOTH,
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(change(actor, json!({"reactions": {"tada": ["kate", "kevin"]}}))),
    effect: |model, who| {
        model.answer(|model| {
            let message = model.message(who, "Kate's news")?;
            message.take_back(who, |name| name != "tada");
            message.react(who, "tada");
            Ok(200)
        })
    },
};

const REACT: Row = Row {
    function: "reactions-add",
    what: "",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let (id, name) = (news(actor), "heart".to_owned().try_into().unwrap());
            Answer::ok(actor.store.add_reaction(actor.id(), id, &name).await)
        })
    },
    effect: |model, who| {
        model.answer(|model| {
            model.message(who, "Kate's news")?.react(who, "heart");
            Ok(200)
        })
    },
};

const TAKE_BACK: Row = Row {
    function: "reactions-remove",
    what: "",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let (id, name) = (news(actor), "heart".to_owned().try_into().unwrap());
            Answer::done(actor.store.remove_reaction(actor.id(), id, &name).await)
        })
    },
    effect: |model, who| {
        model.answer(|model| {
            model
                .message(who, "Kate's news")?
                .take_back(who, |name| name == "heart");
            Ok(204)
        })
    },
};

const DELETE: Row = Row {
    function: "messages-delete",
    what: "of one of Kate's",
    places: ANY_TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(delete(actor, "Kate's news")),
    effect: |model, who| model.answer(|model| model.delete_message(who, "Kate's news")),
};

const DELETE_KEVINS: Row = Row {
    function: "messages-delete",
    what: "of one of Kevin's",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(delete(actor, "Kevin's news")),
    effect: |model, who| model.answer(|model| model.delete_message(who, "Kevin's news")),
};

const DELETE_PINNED: Row = Row {
    function: "messages-delete",
    what: "of the pinned one",
    places: TALK,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(delete(actor, "Kate's pinned")),
    effect: |model, who| model.answer(|model| model.delete_message(who, "Kate's pinned")),
};

/// What the newest message is has been looked up before, and is no part of it.
const DELETE_NEWEST: Row = Row {
    function: "messages-delete",
    what: "of the newest one",
    places: TALK,
    by: BOTH,
    meets: Meets::InTriples,
    before: &[],
    act: |actor| Box::pin(delete_newest(actor)),
    effect: |model, who| {
        model.answer(|model| {
            let (_, conversation) = model.first_conversation(who).ok_or(404_u16)?;
            let newest = conversation.messages.last().map(|message| message.label.clone());
            model.delete_message(who, &newest.ok_or(404_u16)?)
        })
    },
};

const LIST: Row = Row {
    function: "messages-list",
    what: "that opens",
    places: ANY_TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let conversation = actor.scene.conversation;
            Answer::ok(actor.store.open_messages(actor.id(), conversation, all()).await)
        })
    },
    effect: |model, who| model.answer(|model| model.read(who, None)),
};

const LIST_AFTER_DELETE: Row = Row {
    function: "messages-list",
    what: "that opens, after the newest was deleted",
    places: TALK,
    by: &[Who::Kevin],
    meets: Meets::Some,
    before: &[(&files::DELETE_MESSAGE, Who::Kate)],
    ..LIST
};

const READ: Row = Row {
    function: "conversations-read",
    what: "",
    places: ANY_TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(read(actor, None, None)),
    effect: |model, who| model.answer(|model| model.read(who, None)),
};

const READ_WITH_KEY: Row = Row {
    function: "conversations-read",
    what: "with a key",
    places: TALK,
    by: &[Who::Kevin],
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(read(actor, None, Some("a key"))),
    effect: |model, who| {
        model.once("conversations-read", who, |model| {
            let conversation = model.first_conversation(who).map(|(conv, _)| conv);
            let conversation = conversation.map_or(Thing::Nothing, |conv| model.thing(conv));
            (model.answer(|model| model.read(who, None)), conversation)
        })
    },
};

const READ_OLDER: Row = Row {
    function: "conversations-read",
    what: "up to an older message",
    places: ANY_TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(read(actor, Some(actor.scene.message(older(actor.who))), None)),
    effect: |model, who| model.answer(|model| model.read(who, Some(older(who)))),
};

const READ_HISTORY: Row = Row {
    what: "up to an older message, by somebody who has just joined",
    places: &[Place::Group],
    by: &[Who::Otto],
    meets: Meets::InTriples,
    before: &[(&groups::LET_IN, Who::Kate)],
    ..READ_OLDER
};

/// An older message that somebody has not read.
fn older(who: Who) -> &'static str {
    match who {
        Who::Kate => "Kevin's news",
        _ => "Kate's pinned",
    }
}

/// The message that people do things with.
fn news(actor: &Actor) -> MessageId {
    actor.scene.message("Kate's news")
}

async fn send(actor: &Actor, what: &str, key: Option<&str>) -> Answer {
    let (me, conversation) = (actor.id(), actor.scene.conversation);
    let message = format!("{} says {what}", actor.who);
    let message = given(json!({"conversation_id": conversation, "message": text(&message)}));
    let key = key.map(|key| Idempotency::new(me, "messages-create", key, &message));
    Answer::created(
        actor
            .store
            .send_message(me, &message, key.as_ref(), actor.bucket())
            .await,
    )
}

async fn change(actor: &Actor, patch: Value) -> Answer {
    let (me, patch) = (actor.id(), given(patch));
    Answer::ok(
        actor
            .store
            .update_message(me, news(actor), &patch, actor.bucket())
            .await,
    )
}

async fn delete(actor: &Actor, label: &str) -> Answer {
    Answer::done(
        actor
            .store
            .delete_message(actor.id(), actor.scene.message(label))
            .await,
    )
}

async fn delete_newest(actor: &Actor) -> Answer {
    let eyes = actor.machine.store("view");
    let listed = eyes.messages(actor.id(), actor.scene.conversation, all()).await;
    let newest = match listed {
        Ok(page) => page.data.first().map(|message| message.id),
        Err(error) => return Answer::done(Err(error)),
    };
    let newest = newest.unwrap_or_else(|| actor.scene.message("Kate's old"));
    Answer::done(actor.store.delete_message(actor.id(), newest).await)
}

async fn read(actor: &Actor, up_to: Option<MessageId>, key: Option<&str>) -> Answer {
    let (me, conversation) = (actor.id(), actor.scene.conversation);
    let up_to = given(json!({"message_id": up_to}));
    let key = key.map(|key| Idempotency::new(me, "conversations-read", key, &(conversation, &up_to)));
    Answer::created(actor.store.mark_read(me, conversation, up_to, key.as_ref()).await)
}

impl Model {
    /// Says something in the conversation of the scene.
    fn say(&mut self, who: Who, what: &str) -> u16 {
        let Some((conv, _)) = self.first_conversation(who) else {
            return 404;
        };
        self.send(conv, who.name(), &format!("{who} says {what}"), &[]);
        201
    }
}
