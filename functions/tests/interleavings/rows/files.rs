//! Files: uploads, what is sent with messages, and what is taken out of them again.

use serde_json::{Value, json};
use shared::model::NewAttachment;
use shared::store::Idempotency;

use super::{Actor, Answer, Meets, Row};
use crate::model::files::File;
use crate::model::{Conv, Model, Thing};
use crate::scene::{Place, Who, given, new_file, text};

pub(super) const ROWS: &[&Row] = &[
    &UPLOAD,
    &UPLOAD_WITH_KEY,
    &UPLOAD_AGAIN,
    &ANNOUNCE,
    &RENAME_UPLOAD,
    &RENAME_SENT,
    &DELETE_UPLOAD,
    &DELETE_UPLOAD_AT_ONCE,
    &DELETE_SENT,
    &SEND_UPLOAD,
    &SEND_UPLOAD_WITH_KEY,
    &FORWARD,
    &FORWARD_UPLOAD,
    &CHANGE_FILES,
    &CHANGE_TO_FORWARD,
    &DELETE_MESSAGE,
    &DELETE_MESSAGE_AT_ONCE,
];

const TALK: &[Place] = &[Place::Pair, Place::Group];
const BOTH: &[Who] = &[Who::Kate, Who::Kevin];

const UPLOAD: Row = Row {
    function: "attachments-create",
    what: "of a file",
    places: &[Place::Pair],
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let file = new_file(&format!("{}'s new.txt", actor.who));
            create(actor, &file, None).await
        })
    },
    effect: |model, who| {
        model.upload(who.name(), &format!("{who}'s new.txt"));
        201
    },
};

const UPLOAD_WITH_KEY: Row = Row {
    function: "attachments-create",
    what: "of a file, with a key",
    places: &[Place::Pair],
    by: BOTH,
    meets: Meets::Some,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let file = new_file(&format!("{}'s keyed.txt", actor.who));
            create(actor, &file, Some("upload")).await
        })
    },
    effect: |model, who| {
        model.once("attachments-create of a file", who, |model| {
            let label = format!("{who}'s keyed.txt");
            model.upload(who.name(), &label);
            (201, Thing::File(label))
        })
    },
};

/// Repeats the request that has made the upload of the scene.
pub(super) const UPLOAD_AGAIN: Row = Row {
    function: "attachments-create",
    what: "of a file, again with its key",
    places: &[Place::Pair],
    by: BOTH,
    meets: Meets::Some,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let name = upload_of(actor.who);
            create(actor, &new_file(name), Some(name)).await
        })
    },
    effect: |model, who| {
        if model.visible_file(who, upload_of(who)).is_none() {
            return 404;
        }
        model.reopen(upload_of(who));
        201
    },
};

const ANNOUNCE: Row = Row {
    function: "attachments-create",
    what: "of a file that is announced, with a key",
    places: &[Place::Pair],
    by: &[Who::Kate],
    meets: Meets::Some,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let file = given(json!({"filename": "announced.txt", "file_type": "text/plain", "file_size": 5}));
            create(actor, &NewAttachment::Announced(file), Some("announce")).await
        })
    },
    effect: |model, who| {
        model.once("attachments-create of an announced file", who, |model| {
            model.upload(who.name(), "announced.txt");
            (201, Thing::File("announced.txt".to_owned()))
        })
    },
};

const RENAME_UPLOAD: Row = Row {
    function: "attachments-update",
    what: "of an upload",
    places: TALK,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(rename(actor, upload_of(actor.who))),
    effect: |model, who| model.rename_file(who, upload_of(who), &format!("renamed by {who}.txt")),
};

const RENAME_SENT: Row = Row {
    function: "attachments-update",
    what: "of a file in a message",
    places: TALK,
    by: BOTH,
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(rename(actor, "sent.txt")),
    effect: |model, who| model.rename_file(who, "sent.txt", &format!("renamed by {who}.txt")),
};

pub(super) const DELETE_UPLOAD: Row = Row {
    function: "attachments-delete",
    what: "of an upload",
    places: TALK,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(delete(actor, upload_of(actor.who))),
    effect: |model, who| model.delete_file(who, upload_of(who)),
};

/// What the stream brings of it is done before anything else happens.
pub(super) const DELETE_UPLOAD_AT_ONCE: Row = Row {
    function: "attachments-delete",
    what: "of an upload, and `changes` at once",
    meets: Meets::Some,
    act: |actor| {
        Box::pin(async move {
            let answer = delete(actor, upload_of(actor.who)).await;
            delivered(actor, answer).await
        })
    },
    ..DELETE_UPLOAD
};

pub(super) const DELETE_SENT: Row = Row {
    function: "attachments-delete",
    what: "of a file in a message",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(delete(actor, "sent.txt")),
    effect: |model, who| model.delete_file(who, "sent.txt"),
};

pub(super) const SEND_UPLOAD: Row = Row {
    function: "messages-create",
    what: "with an upload",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(send_upload(actor, None)),
    effect: |model, who| effect_of_send(model, who),
};

const SEND_UPLOAD_WITH_KEY: Row = Row {
    function: "messages-create",
    what: "with an upload and a key",
    places: &[Place::Pair],
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(send_upload(actor, Some("send a file"))),
    effect: |model, who| {
        model.once("messages-create with an upload", who, |model| {
            (
                effect_of_send(model, who),
                Thing::Message(format!("{who}'s upload")),
            )
        })
    },
};

const FORWARD: Row = Row {
    function: "messages-create",
    what: "with a forward",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(forward(actor, "sent.txt")),
    effect: |model, who| effect_of_forward(model, who, "sent.txt"),
};

const FORWARD_UPLOAD: Row = Row {
    function: "messages-create",
    what: "with a forward of an upload",
    places: &[Place::Pair],
    by: &[Who::Kate],
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(forward(actor, upload_of(actor.who))),
    effect: |model, who| effect_of_forward(model, who, upload_of(who)),
};

pub(super) const CHANGE_FILES: Row = Row {
    function: "messages-update",
    what: "that puts an upload in place of a file",
    places: TALK,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let id = actor.scene.files[upload_of(actor.who)];
            change(actor, "Kate's file", json!([id])).await
        })
    },
    effect: |model, who| {
        let name = upload_of(who);
        changed(model, who, "Kate's file", |model, message| {
            let files = &model.conversations[&message.0].messages[message.1].files;
            if let Some(kept) = files.iter().find(|file| file.label == name) {
                return Ok(kept.clone());
            }
            let file = model.unsent(who, name)?;
            model.take_upload(&file);
            Ok(file)
        })
    },
};

const CHANGE_TO_FORWARD: Row = Row {
    function: "messages-update",
    what: "that forwards a file",
    places: TALK,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let id = actor.scene.files["sent.txt"];
            change(actor, "Kate's news", json!([{"forward_id": id}])).await
        })
    },
    effect: |model, who| {
        changed(model, who, "Kate's news", |model, _| {
            model.forward(who, "sent.txt").ok_or(404)
        })
    },
};

pub(super) const DELETE_MESSAGE: Row = Row {
    function: "messages-delete",
    what: "with a file",
    places: TALK,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(delete_message(actor)),
    effect: |model, who| model.answer(|model| model.delete_message(who, "Kate's file")),
};

/// What the stream brings of it is done before anything else happens.
const DELETE_MESSAGE_AT_ONCE: Row = Row {
    function: "messages-delete",
    what: "with a file, and `changes` at once",
    meets: Meets::Some,
    act: |actor| {
        Box::pin(async move {
            let answer = delete_message(actor).await;
            delivered(actor, answer).await
        })
    },
    ..DELETE_MESSAGE
};

/// The upload of the scene that they have not sent.
pub(super) fn upload_of(who: Who) -> &'static str {
    match who {
        Who::Kevin => "kevin.txt",
        _ => "kate.txt",
    }
}

async fn create(actor: &Actor, file: &NewAttachment, key: Option<&str>) -> Answer {
    let key = key.map(|key| Idempotency::new(actor.id(), "attachments-create", key, file));
    let created = actor
        .store
        .create_attachment(actor.id(), file, key.as_ref(), actor.bucket());
    Answer::created(created.await)
}

async fn rename(actor: &Actor, name: &str) -> Answer {
    let patch = given(json!({"filename": format!("renamed by {}.txt", actor.who)}));
    let changed = actor
        .store
        .update_attachment(actor.id(), actor.scene.files[name], &patch);
    Answer::ok(changed.await.map(|(file, _)| file.filename))
}

async fn delete(actor: &Actor, name: &str) -> Answer {
    let deleted = actor.store.delete_attachment(actor.id(), actor.scene.files[name]);
    Answer::done(deleted.await)
}

/// The answer, once the stream was delivered, or what went wrong with that.
pub(super) async fn delivered(actor: &Actor, answer: Answer) -> Answer {
    match actor.machine.deliver(&actor.store).await {
        Ok(_) => answer,
        Err(error) => Answer {
            status: 500,
            body: error.into(),
        },
    }
}

async fn delete_message(actor: &Actor) -> Answer {
    let id = actor.scene.message("Kate's file");
    Answer::done(actor.store.delete_message(actor.id(), id).await)
}

async fn send_upload(actor: &Actor, key: Option<&str>) -> Answer {
    let id = actor.scene.files[upload_of(actor.who)];
    send(actor, &format!("{}'s upload", actor.who), json!([id]), key).await
}

async fn forward(actor: &Actor, name: &str) -> Answer {
    let id = actor.scene.files[name];
    let files = json!([{"forward_id": id}]);
    send(actor, &format!("{}'s forward", actor.who), files, None).await
}

/// Sends a message with files to the conversation of the place.
pub(super) async fn send(actor: &Actor, label: &str, files: Value, key: Option<&str>) -> Answer {
    let message = json!({
        "conversation_id": actor.scene.conversation,
        "message": text(label),
        "attachments": files,
    });
    let message = given(message);
    let key = key.map(|key| Idempotency::new(actor.id(), "messages-create", key, &message));
    let sent = actor
        .store
        .send_message(actor.id(), &message, key.as_ref(), actor.bucket())
        .await;
    let sent = match sent {
        Ok(sent) => sent,
        Err(error) => return Answer::done(Err(error)),
    };
    let message = actor.bucket().message(sent.resource.clone()).await.unwrap();
    Answer::created(Ok(sent.showing(message)))
}

async fn change(actor: &Actor, label: &str, files: Value) -> Answer {
    let patch = given(json!({ "attachments": files }));
    let id = actor.scene.messages[label];
    let changed = actor.store.update_message(actor.id(), id, &patch, actor.bucket());
    Answer::ok(changed.await)
}

fn effect_of_send(model: &mut Model, who: Who) -> u16 {
    let file = match model.unsent(who, upload_of(who)) {
        Ok(file) => file,
        Err(status) => return status,
    };
    let Some((conv, _)) = model.first_conversation(who) else {
        return 404;
    };
    model.take_upload(&file);
    model.send(conv, who.name(), &format!("{who}'s upload"), &[file]);
    201
}

fn effect_of_forward(model: &mut Model, who: Who, name: &str) -> u16 {
    let file = model.forward(who, name);
    let (Some(file), Some((conv, _))) = (file, model.first_conversation(who)) else {
        return 404;
    };
    model.send(conv, who.name(), &format!("{who}'s forward"), &[file]);
    201
}

/// An own message: its conversation and its place there, or the status with which a change is refused.
fn own_message(model: &Model, who: Who, label: &str) -> Result<(Conv, usize), u16> {
    let (conv, conversation) = model.first_conversation(who).ok_or(404_u16)?;
    let at = conversation
        .messages
        .iter()
        .position(|message| message.label == label)
        .ok_or(404_u16)?;
    if conversation.messages[at].sender == who.name() {
        Ok((conv, at))
    } else {
        Err(403)
    }
}

/// Gives an own message another file in place of all that it has.
fn changed(
    model: &mut Model,
    who: Who,
    label: &str,
    file: impl Fn(&mut Model, (Conv, usize)) -> Result<File, u16>,
) -> u16 {
    let given = own_message(model, who, label).and_then(|message| Ok((message, file(model, message)?)));
    match given {
        Ok(((conv, at), file)) => {
            let message = &mut model.conversations.get_mut(&conv).unwrap().messages[at];
            // Each forward is a new file.
            let is_same = message.files == [file.clone()] && file.label == upload_of(who);
            message.is_changed |= !is_same;
            message.files = vec![file];
            200
        }
        Err(status) => status,
    }
}
