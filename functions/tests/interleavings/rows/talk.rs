//! Messages, conversations and groups.

use serde_json::json;

use super::{Actor, Answer, Row};
use crate::scene::{Place, Who};

pub(super) const ROWS: &[&Row] = &[&SEND, &REACT, &DELETE_MESSAGE];

const SEND: Row = Row {
    function: "messages-create",
    what: "",
    places: &[Place::Pair, Place::Group],
    by: &[Who::Kate, Who::Kevin],
    before: &[],
    act: |actor| Box::pin(send(actor)),
    effect: |_, _| 201,
};

const REACT: Row = Row {
    function: "reactions-add",
    what: "",
    places: &[Place::Pair, Place::Group],
    by: &[Who::Kate, Who::Kevin],
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let name = "heart".to_owned().try_into().unwrap();
            Answer::ok(
                actor
                    .store
                    .add_reaction(actor.id(), actor.scene.message("Kate's news"), &name)
                    .await,
            )
        })
    },
    effect: |_, _| 200,
};

const DELETE_MESSAGE: Row = Row {
    function: "messages-delete",
    what: "",
    places: &[Place::Pair, Place::Group],
    by: &[Who::Kate],
    before: &[],
    act: |actor| {
        Box::pin(async move {
            Answer::done(
                actor
                    .store
                    .delete_message(actor.id(), actor.scene.message("Kate's news"))
                    .await,
            )
        })
    },
    effect: |_, _| 204,
};

async fn send(actor: &Actor) -> Answer {
    let message = json!({"conversation_id": actor.scene.conversation, "message": format!("{:?} says hello", actor.who)});
    let message = serde_json::from_value(message).unwrap();
    Answer::created(
        actor
            .store
            .send_message(actor.id(), &message, None, actor.bucket())
            .await,
    )
}
