//! The import, and sounds in messages.

use serde_json::{Value, json};
use shared::store::bucket::objects;

use super::background::{change, of_kind};
use super::files::send;
use super::{Actor, Answer, Meets, Row};
use crate::machine::Machine;
use crate::model::Model;
use crate::model::catalog::Catalog;
use crate::model::files::{File, Object};
use crate::scene::catalog::{Directory, import};
use crate::scene::{Place, Who, given};

const CATALOG: &[Place] = &[Place::Catalog];
const OPERATOR: &[Who] = &[Who::Kate];
/// One title is another.
const RETITLED: Directory = &[("rain", "Heavy rain"), ("bell", "Bell")];
/// Without the bell.
const RAIN: Directory = &[("rain", "Rain")];

pub(super) const ROWS: &[&Row] = &[
    &FIRST,
    &RETITLE,
    &REMOVE,
    &PRUNE,
    &REMOVE_FOR_GOOD,
    &SEND_SOUND,
    &SEND_REMEMBERED,
    &CHANGE_TO_SOUND,
];

const FIRST: Row = Row {
    what: "that is the first",
    meets: Meets::Some,
    before: &[(&CLEAR, Who::Kate)],
    ..REMOVE
};

/// There is no catalogue yet.
const CLEAR: Row = Row {
    function: "time",
    what: "has brought no catalogue yet",
    places: CATALOG,
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let machine = &actor.machine;
            for row in machine.rows() {
                let pk = row["pk"]["S"].as_str().unwrap();
                if pk.starts_with("CATALOG") || pk.starts_with("AUDIO") {
                    remove(machine, &row);
                }
            }
            let audio = actor.scene.audio.values();
            let keys = audio.flat_map(|sha256| [objects::original(sha256), objects::preview(sha256)]);
            actor.bucket().delete(&keys.collect::<Vec<_>>()).await.unwrap();
            Answer {
                status: 200,
                body: Value::Null,
            }
        })
    },
    effect: |model, _| {
        model.catalog = Catalog::default();
        200
    },
};

const RETITLE: Row = Row {
    function: "import",
    what: "that changes a title",
    places: CATALOG,
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(publish(actor, RETITLED, false)),
    effect: |model, _| model.import(RETITLED, false),
};

const REMOVE: Row = Row {
    function: "import",
    what: "that removes a sound",
    places: CATALOG,
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(publish(actor, RAIN, true)),
    effect: |model, _| model.import(RAIN, true),
};

const PRUNE: Row = Row {
    what: "that removes audio",
    meets: Meets::Some,
    before: &[(&REMOVE, Who::Kate), (&AGE, Who::Kate)],
    ..REMOVE
};

/// A sound goes, and its audio a day later.
const REMOVE_FOR_GOOD: Row = Row {
    what: "that removes a sound, and one a day later that removes its audio",
    meets: Meets::Unheld,
    act: |actor| {
        Box::pin(async move {
            publish(actor, RAIN, true).await;
            // Long enough for old versions as well, and too short for keys.
            actor.machine.advance(24 * 60 * 60 + 60);
            publish(actor, RAIN, true).await
        })
    },
    effect: |model, _| {
        model.import(RAIN, true);
        model.age_unused();
        for upload in model.files.uploads.values_mut() {
            (upload.is_due, upload.is_open) = (true, false);
        }
        model.import(RAIN, true)
    },
    ..REMOVE
};

/// A day has passed since audio was noted as unused.
const AGE: Row = Row {
    function: "time",
    what: "makes the notes of unused audio old",
    places: CATALOG,
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            for row in of_kind(&actor.machine, "unused_audio") {
                change(&actor.machine, row, &[("since", json!({"N": "1"}))]);
            }
            Answer {
                status: 200,
                body: Value::Null,
            }
        })
    },
    effect: |model, _| {
        model.age_unused();
        200
    },
};

const SEND_SOUND: Row = Row {
    function: "messages-create",
    what: "with a sound",
    places: CATALOG,
    by: &[Who::Kate, Who::Kevin],
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(send_bell(actor)),
    effect: |model, who| {
        if model.catalog.sounds.contains_key("bell") {
            model.send_bell(who)
        } else {
            404
        }
    },
};

/// By a function that still remembers the version of the catalogue that was published first.
const SEND_REMEMBERED: Row = Row {
    what: "with a sound of a version that was published before",
    by: &[Who::Kate],
    meets: Meets::Unheld,
    act: |actor| {
        Box::pin(async move {
            remember(actor).await;
            send_bell(actor).await
        })
    },
    effect: |model, who| {
        if model.catalog.audio.contains("bell") {
            model.send_bell(who)
        } else {
            404
        }
    },
    ..SEND_SOUND
};

const CHANGE_TO_SOUND: Row = Row {
    function: "messages-update",
    what: "that attaches a sound",
    places: CATALOG,
    by: &[Who::Kate],
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let patch = given(json!({"attachments": [bell(actor)]}));
            let id = actor.scene.message("Kate's news");
            Answer::ok(
                actor
                    .store
                    .update_message(actor.id(), id, &patch, actor.bucket())
                    .await,
            )
        })
    },
    effect: |model, who| {
        if !model.catalog.sounds.contains_key("bell") {
            return 404;
        }
        let (conv, _) = model.first_conversation(who).unwrap();
        let message = model
            .conversations
            .get_mut(&conv)
            .unwrap()
            .message_mut("Kate's news")
            .unwrap();
        message.files = vec![of_bell(who)];
        message.is_changed = true;
        200
    },
};

/// Imports, again if another import has taken its place meanwhile.
async fn publish(actor: &Actor, directory: Directory, prune: bool) -> Answer {
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match import(directory, prune, &actor.store, actor.bucket()).await {
            Ok(summary) => {
                assert!(summary.failed.is_empty(), "{:?}", summary.failed);
                return Answer {
                    status: 200,
                    body: Value::Null,
                };
            }
            Err(error) => error.to_string(),
        };
        // What the first of two imports has found may be gone when it comes to it.
        let is_told = error.contains("another import has") || error.contains("anew");
        assert!(is_told && tries < 3, "{error}");
    }
}

/// Lets the store remember the version that was published first.
async fn remember(actor: &Actor) {
    let machine: &Machine = &actor.machine;
    let Some(now) = of_kind(machine, "catalog").pop() else {
        return;
    };
    let versions = of_kind(machine, "catalog_version").into_iter();
    let published = versions.filter(|row| row["published_at"]["N"].is_string());
    let first = published
        .min_by_key(|row| row["published_at"]["N"].as_str().map(ToOwned::to_owned))
        .unwrap();
    let then = [
        ("version", first["version"].clone()),
        ("published_at", first["published_at"].clone()),
    ];
    change(machine, now.clone(), &then);
    actor.store.published_now().await.unwrap();
    change(machine, now, &[]);
}

fn remove(machine: &Machine, row: &Value) {
    let key = json!({"pk": row["pk"], "sk": row["sk"]});
    let request = json!({"TableName": machine.database.table_name(), "Key": key});
    machine
        .database
        .handle()
        .delete_item(serde_json::from_value(request).unwrap())
        .unwrap();
}

fn bell(actor: &Actor) -> Value {
    json!({"sound_id": actor.scene.sounds["Bell"]})
}

async fn send_bell(actor: &Actor) -> Answer {
    send(
        actor,
        &format!("{}'s bell", actor.who),
        json!([bell(actor)]),
        None,
    )
    .await
}

/// The bell as a file of a message.
fn of_bell(who: Who) -> File {
    File {
        label: format!("{who}'s bell"),
        name: "Bell.wav".to_owned(),
        owner: who.name(),
        object: Object::Sound("bell"),
    }
}

impl Model {
    fn send_bell(&mut self, who: Who) -> u16 {
        let (conv, _) = self.first_conversation(who).unwrap();
        self.send(conv, who.name(), &format!("{who}'s bell"), &[of_bell(who)]);
        201
    }
}
