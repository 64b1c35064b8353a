//! What is done in the background: by `changes` and by `reconcile`. The model has it done already, so it changes nothing.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Answer, Meets, Row, contacts, conversations, files, groups, people, talk};
use crate::machine::Machine;
use crate::model::Conv;
use crate::scene::{Place, Who, given, text};

const PAIR: &[Place] = &[Place::Pair];
const GROUP: &[Place] = &[Place::Group];
const TALK: &[Place] = &[Place::Pair, Place::Group];
const NOBODY: &[Who] = &[Who::Kate];

pub(super) const ROWS: &[&Row] = &[
    &NEWS,
    &SEND_LATER,
    &PURGE,
    &PURGE_GROUP,
    &PURGE_BARE_GROUP,
    &RELEASE,
    &RELEASE_UPLOAD,
    &FORGET_UPLOAD,
    &RETIRE,
    &INTERRUPTED_PURGE,
    &INTERRUPTED_RETIREMENT,
    &OVERDUE_PURGE,
    &OVERDUE_RELEASE,
    &OVERDUE_RETIREMENT,
    &DUE_UPLOAD,
    &DUE_NOTE,
    &SEND_AFTER_KEY,
    &ADD_AFTER_ATTEMPTS,
    &LAST_GUESS,
];

/// `changes`, with what is in the stream.
const CHANGES: Row = Row {
    function: "changes",
    what: "",
    places: TALK,
    by: NOBODY,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(async move { ended(actor.machine.deliver(&actor.store).await.map(drop)) }),
    effect: |_, _| 200,
};

/// `reconcile`, when the stream has had its time.
const RECONCILE: Row = Row {
    function: "reconcile",
    what: "",
    places: TALK,
    by: NOBODY,
    meets: Meets::Some,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            actor.machine.advance(300);
            ended(actor.machine.reconcile(&actor.store).await)
        })
    },
    effect: |model, _| {
        model.expire_uploads();
        200
    },
};

/// Two conversations of Kate's have come up, that with Kevin first.
const NEWS: Row = Row {
    what: "after messages",
    places: PAIR,
    before: &[(&talk::SEND, Who::Kevin), (&SEND_TO_OTTO, Who::Kate)],
    ..CHANGES
};

/// Kate's conversation with Otto comes up in her list.
const SEND_TO_OTTO: Row = Row {
    function: "messages-create",
    what: "to somebody else",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let conversation = actor.scene.pairs[&("Kate", "Otto")];
            let message = json!({"conversation_id": conversation, "message": text("Kate greets Otto")});
            Answer::created(
                actor
                    .store
                    .send_message(actor.id(), &given(message), None, actor.bucket())
                    .await,
            )
        })
    },
    effect: |model, who| {
        let conv = Conv::of("Kate", "Otto");
        if !model.conversations.contains_key(&conv) {
            return 404;
        }
        model.send(conv, who.name(), "Kate greets Otto", &[]);
        201
    },
};

/// Some seconds later, and `changes` has it at once: a batch that is being done is late then.
const SEND_LATER: Row = Row {
    what: "later, and `changes` at once",
    places: PAIR,
    by: &[Who::Kate, Who::Kevin],
    meets: Meets::Some,
    act: |actor| {
        Box::pin(async move {
            actor.machine.advance(5);
            let answer = (talk::SEND.act)(actor).await;
            files::delivered(actor, answer).await
        })
    },
    ..talk::SEND
};

const PURGE: Row = Row {
    what: "after a conversation with files was deleted",
    before: &[(&conversations::END, Who::Kate)],
    ..CHANGES
};

const PURGE_GROUP: Row = Row {
    what: "after a group was deleted",
    places: GROUP,
    before: &[(&groups::DELETE, Who::Kate)],
    ..CHANGES
};

const PURGE_BARE_GROUP: Row = Row {
    what: "after a group without a conversation was deleted",
    meets: Meets::Some,
    places: &[Place::Bare],
    before: &[(&groups::DELETE, Who::Kate)],
    ..CHANGES
};

const RELEASE: Row = Row {
    what: "after a message with a file was deleted",
    before: &[(&files::DELETE_MESSAGE, Who::Kate)],
    ..CHANGES
};

const RELEASE_UPLOAD: Row = Row {
    what: "after an upload was deleted",
    places: PAIR,
    before: &[(&files::DELETE_UPLOAD, Who::Kate)],
    ..CHANGES
};

const FORGET_UPLOAD: Row = Row {
    what: "after an upload was sent",
    places: PAIR,
    before: &[(&files::SEND_UPLOAD, Who::Kate)],
    ..CHANGES
};

const RETIRE: Row = Row {
    what: "after somebody was retired",
    before: &[(&people::CLAIM_OF_ANOTHER, Who::Kate)],
    ..CHANGES
};

/// `reconcile`, whose time is up while it does the work.
const INTERRUPTED_PURGE: Row = Row {
    what: "whose time is up, after a conversation with files was deleted",
    meets: Meets::Some,
    act: |actor| {
        Box::pin(async move {
            for work in actor.store.waiting_work(true).await.unwrap() {
                let work = work.unwrap();
                actor
                    .store
                    .work(&work, actor.bucket(), Instant::now())
                    .await
                    .unwrap();
            }
            done()
        })
    },
    effect: |_, _| 200,
    ..OVERDUE_PURGE
};

const INTERRUPTED_RETIREMENT: Row = Row {
    what: "whose time is up, after somebody was retired",
    meets: Meets::Some,
    before: &[(&people::CLAIM_OF_ANOTHER, Who::Kate)],
    ..INTERRUPTED_PURGE
};

const OVERDUE_PURGE: Row = Row {
    what: "after a conversation with files was deleted",
    before: &[(&conversations::END, Who::Kate)],
    ..RECONCILE
};

const OVERDUE_RELEASE: Row = Row {
    what: "after a file in a message was deleted",
    places: PAIR,
    before: &[(&files::DELETE_SENT, Who::Kate)],
    ..RECONCILE
};

const OVERDUE_RETIREMENT: Row = Row {
    what: "after somebody was retired",
    before: &[(&people::CLAIM_OF_ANOTHER, Who::Kate)],
    ..RECONCILE
};

const DUE_UPLOAD: Row = Row {
    what: "after a day with an upload",
    places: PAIR,
    before: &[(&AGE_UPLOAD, Who::Kate)],
    ..RECONCILE
};

const DUE_NOTE: Row = Row {
    what: "after an upload was deleted while its address was valid",
    places: PAIR,
    before: &[(&AGE_NOTE, Who::Kate)],
    ..RECONCILE
};

/// Her upload was made more than a day ago.
const AGE_UPLOAD: Row = Row {
    function: "time",
    what: "makes an upload old",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let id = actor.scene.files[files::upload_of(actor.who)].to_string();
            set(
                &actor.machine,
                "upload",
                &id,
                &[("rank", json!({"S": "0000000000000001"}))],
            );
            set(
                &actor.machine,
                "object",
                &id,
                &[("written_until", json!({"N": "1"}))],
            );
            done()
        })
    },
    effect: |model, who| {
        let upload = model.files.uploads.get_mut(files::upload_of(who)).unwrap();
        (upload.is_due, upload.is_open) = (true, false);
        200
    },
};

/// Her upload was deleted while its address was valid, and it is not any more.
const AGE_NOTE: Row = Row {
    function: "time",
    what: "makes a deleted upload old",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            (files::UPLOAD_AGAIN.act)(actor).await;
            (files::DELETE_UPLOAD_AT_ONCE.act)(actor).await;
            let id = actor.scene.files[files::upload_of(actor.who)].to_string();
            set(
                &actor.machine,
                "upload",
                &id,
                &[("rank", json!({"S": "0000000000000001"}))],
            );
            done()
        })
    },
    effect: |model, who| {
        (files::DELETE_UPLOAD.effect)(model, who);
        model
            .files
            .uploads
            .get_mut(files::upload_of(who))
            .unwrap()
            .is_open = false;
        200
    },
};

const SEND_AFTER_KEY: Row = Row {
    what: "with a key that has expired",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::Some,
    before: &[(&talk::SEND_WITH_KEY, Who::Kate), (&AGE_KEYS, Who::Kate)],
    ..talk::SEND_WITH_KEY
};

/// More than a day has passed since keys were used.
const AGE_KEYS: Row = Row {
    function: "time",
    what: "lets the keys of messages expire",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            age(&actor.machine, "idempotency", "messages-create");
            done()
        })
    },
    effect: |model, _| {
        model
            .made
            .retain(|(function, _), _| !function.starts_with("messages-create"));
        200
    },
};

const ADD_AFTER_ATTEMPTS: Row = Row {
    what: "after wrong numbers an hour ago",
    by: &[Who::Anna],
    meets: Meets::Some,
    before: &[(&AGE_ATTEMPTS, Who::Anna)],
    ..contacts::ADD_KNOWN
};

/// An hour has passed since all wrong numbers were tried that are allowed.
const AGE_ATTEMPTS: Row = Row {
    function: "time",
    what: "lets attempts expire",
    places: PAIR,
    by: &[Who::Anna],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            (contacts::GUESS.act)(actor).await;
            let most = json!({"N": "10"});
            for row in of_kind(&actor.machine, "attempts") {
                change(
                    &actor.machine,
                    row,
                    &[("tries", most.clone()), ("wrong", most.clone())],
                );
            }
            age(&actor.machine, "attempts", "");
            done()
        })
    },
    effect: |_, _| 200,
};

/// The next wrong number is the last that is allowed.
const LAST_GUESS: Row = Row {
    what: "with the last wrong number that is allowed",
    meets: Meets::Some,
    before: &[(&GUESS_OFTEN, Who::Anna)],
    ..contacts::GUESS
};

/// All wrong numbers but one were tried that are allowed.
const GUESS_OFTEN: Row = Row {
    function: "time",
    what: "lets wrong numbers be tried",
    places: PAIR,
    by: &[Who::Anna],
    meets: Meets::Some,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            (contacts::GUESS.act)(actor).await;
            let nine = json!({"N": "9"});
            for row in of_kind(&actor.machine, "attempts") {
                change(
                    &actor.machine,
                    row,
                    &[("tries", nine.clone()), ("wrong", nine.clone())],
                );
            }
            done()
        })
    },
    effect: |model, who| {
        model.guesses.insert(who.name(), 9);
        200
    },
};

/// 200, or what went wrong.
fn ended(outcome: Result<(), String>) -> Answer {
    outcome.map_or_else(
        |error| Answer {
            status: 500,
            body: error.into(),
        },
        |()| done(),
    )
}

fn done() -> Answer {
    Answer {
        status: 200,
        body: Value::Null,
    }
}

/// Lets the time run out until which rows of this kind, whose sort keys begin so, are kept.
fn age(machine: &Machine, kind: &str, beginning: &str) {
    for row in of_kind(machine, kind) {
        if row["sk"]["S"].as_str().unwrap().starts_with(beginning) {
            change(machine, row, &[("kept_until", json!({"N": "1"}))]);
        }
    }
}

/// Changes attributes of the rows of this kind that have this `upload_id`.
fn set(machine: &Machine, kind: &str, upload: &str, attributes: &[(&str, Value)]) {
    for row in of_kind(machine, kind) {
        if row["upload_id"]["S"] == upload {
            change(machine, row, attributes);
        }
    }
}

pub(super) fn of_kind(machine: &Machine, kind: &str) -> Vec<Value> {
    let rows = machine.rows().into_iter();
    rows.filter(|row| row["kind"]["S"] == kind).collect()
}

pub(super) fn change(machine: &Machine, mut row: Value, attributes: &[(&str, Value)]) {
    for (name, value) in attributes {
        row[name] = value.clone();
    }
    let request = json!({"TableName": machine.database.table_name(), "Item": row});
    machine
        .database
        .handle()
        .put_item(serde_json::from_value(request).unwrap())
        .unwrap();
}
