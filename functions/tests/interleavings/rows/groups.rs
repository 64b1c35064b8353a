//! Groups and their members.

use serde_json::{Value, json};
use shared::store::Idempotency;

use super::{Actor, Answer, Meets, Row};
use crate::model::Thing;
use crate::scene::{Place, Who, given};

/// Where there is a group.
const GROUPS: &[Place] = &[Place::Group, Place::Bare];

pub(super) const ROWS: &[&Row] = &[
    &CREATE,
    &CREATE_WITH_KEY,
    &RENAME,
    &LET_IN,
    &SHUT_OUT,
    &LEAVE,
    &LEAVE_WITH_KEY,
    &DELETE,
];

const CREATE: Row = Row {
    function: "groups-create",
    what: "",
    places: &[Place::Pair],
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(create(actor, "Garden", None)),
    effect: |model, who| model.make_group(who, "Garden", &[Who::Kevin, Who::Otto]),
};

const CREATE_WITH_KEY: Row = Row {
    function: "groups-create",
    what: "with a key",
    places: &[Place::Pair],
    by: &[Who::Kate],
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(create(actor, "Shed", Some("a key"))),
    effect: |model, who| {
        model.once("groups-create", who, |model| {
            let status = model.make_group(who, "Shed", &[Who::Kevin, Who::Otto]);
            (status, Thing::Group("Shed"))
        })
    },
};

const RENAME: Row = Row {
    function: "groups-update",
    what: "of what it is about",
    places: GROUPS,
    by: &[Who::Kate, Who::Kevin],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        let patch = json!({"name": format!("{}'s house", actor.who), "archived_at": 1});
        Box::pin(update(actor, patch))
    },
    effect: |model, who| {
        model.answer(|model| {
            let group = model.own_group(who)?;
            group.name = format!("{who}'s house");
            group.is_archived = true;
            Ok(200)
        })
    },
};

pub(super) const LET_IN: Row = Row {
    function: "groups-update",
    what: "that lets somebody in",
    places: GROUPS,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        let members = [Who::Kevin, Who::Anna, Who::Otto];
        Box::pin(update(
            actor,
            json!({"contacts": members.map(|who| actor.scene.id(who))}),
        ))
    },
    effect: |model, who| model.answer(|model| model.set_members(who, &[Who::Kevin, Who::Anna, Who::Otto])),
};

const SHUT_OUT: Row = Row {
    function: "groups-update",
    what: "that shuts somebody out",
    places: GROUPS,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(update(actor, json!({"contacts": [actor.scene.id(Who::Anna)]}))),
    effect: |model, who| model.answer(|model| model.set_members(who, &[Who::Anna])),
};

const LEAVE: Row = Row {
    function: "groups-leave",
    what: "",
    places: GROUPS,
    by: &[Who::Kate, Who::Kevin],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(leave(actor, None)),
    effect: |model, who| model.answer(|model| model.leave(who)),
};

const LEAVE_WITH_KEY: Row = Row {
    function: "groups-leave",
    what: "with a key",
    places: GROUPS,
    by: &[Who::Kevin],
    meets: Meets::Some,
    before: &[],
    act: |actor| Box::pin(leave(actor, Some("a key"))),
    effect: |model, who| {
        model.once("groups-leave", who, |model| {
            (model.answer(|model| model.leave(who)), Thing::Nothing)
        })
    },
};

pub(super) const DELETE: Row = Row {
    function: "groups-delete",
    what: "",
    places: GROUPS,
    by: &[Who::Kate, Who::Kevin],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let group = actor.scene.group.unwrap();
            Answer::done(actor.store.delete_group(actor.id(), group).await)
        })
    },
    effect: |model, who| {
        model.answer(|model| {
            model.own_group(who)?;
            model.end_group("House");
            Ok(204)
        })
    },
};

async fn create(actor: &Actor, name: &str, key: Option<&str>) -> Answer {
    let (me, members) = (actor.id(), [Who::Kevin, Who::Otto].map(|who| actor.scene.id(who)));
    let group = given(json!({"name": name, "contacts": members}));
    let key = key.map(|key| Idempotency::new(me, "groups-create", key, &group));
    Answer::created(actor.store.create_group(me, &group, key.as_ref()).await)
}

async fn update(actor: &Actor, patch: Value) -> Answer {
    let group = actor.scene.group.unwrap();
    Answer::ok(actor.store.update_group(actor.id(), group, &given(patch)).await)
}

async fn leave(actor: &Actor, key: Option<&str>) -> Answer {
    let (me, group) = (actor.id(), actor.scene.group.unwrap());
    let key = key.map(|key| Idempotency::new(me, "groups-leave", key, &group));
    Answer::done(actor.store.leave_group(me, group, key.as_ref()).await.map(drop))
}
