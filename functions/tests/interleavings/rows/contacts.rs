//! Contacts.

use serde_json::json;
use shared::model::NewContact;
use shared::store::Idempotency;

use super::{Actor, Answer, Meets, Row};
use crate::model::{Conv, Model, Name, Thing};
use crate::scene::{Place, Who, given};

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
];

const ADD_NEW: Row = Row {
    function: "contacts-create",
    what: "of somebody new",
    places: PAIR,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(add(actor, "nora", NORAS_PHONE, None)),
    effect: |model, who| model.add(who, "Nora"),
};

const ADD_NEW_WITH_KEY: Row = Row {
    function: "contacts-create",
    what: "of somebody new, with a key",
    places: PAIR,
    by: &[Who::Kate],
    meets: Meets::Some,
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
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(add(actor, "kate", Who::Kate.phone(), None)),
    effect: |model, who| model.add(who, "Kate"),
};

const ADD_AGAIN_WITH_KEY: Row = Row {
    function: "contacts-create",
    what: "of a contact, with a key",
    places: PAIR,
    by: &[Who::Kevin],
    meets: Meets::Some,
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
    meets: Meets::Some,
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
    meets: Meets::All,
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

const DROP: Row = Row {
    function: "contacts-delete",
    what: "",
    places: PAIR,
    by: BOTH,
    meets: Meets::All,
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
    meets: Meets::Some,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let anna = actor.scene.id(Who::Anna);
            Answer::done(actor.store.delete_contact(actor.id(), anna).await)
        })
    },
    effect: |model, who| model.drop_contact(who, "Anna"),
};

/// The other one of Kate and Kevin.
pub(super) fn other(who: Who) -> Who {
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
}
