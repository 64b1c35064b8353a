//! People and their tokens.

use serde_json::{Value, json};
use shared::store::{StoreError, WhichToken};

use super::{Actor, Answer, Meets, Row};
use crate::model::{Model, Name};
use crate::scene::{Place, Who, given};

const PAIR: &[Place] = &[Place::Pair];
const BOTH: &[Who] = &[Who::Kate, Who::Kevin];
const OPERATOR: &[Who] = &[Who::Kate];

pub(super) const ROWS: &[&Row] = &[&CHANGE, &ISSUE, &ISSUE_TO_NEW, &CLAIM, &CLAIM_OF_ANOTHER, &REVOKE];

const CHANGE: Row = Row {
    function: "me-update",
    what: "",
    places: PAIR,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let patch = given(json!({"avatar_url": picture(actor.who.name())}));
            Answer::ok(actor.store.update_person(actor.id(), &patch).await)
        })
    },
    effect: |model, who| {
        model.people.get_mut(who.name()).unwrap().picture = Some(picture(who.name()));
        200
    },
};

const ISSUE: Row = Row {
    function: "tokens-create",
    what: "",
    places: PAIR,
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(issue(actor, json!({"username": actor.who.username()}))),
    effect: |model, who| model.issue(who.name()),
};

/// A contact entry may have made the same person.
const ISSUE_TO_NEW: Row = Row {
    function: "tokens-create",
    what: "for somebody new",
    places: PAIR,
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(issue(
            actor,
            json!({"username": "nora", "phone_number": "+1 555 0099"}),
        ))
    },
    effect: |model, _| {
        if model.people.get("Nora").is_some_and(|nora| !nora.is_claimed) {
            return 409;
        }
        model.put_person("Nora", "+1 555 0099");
        model.people.get_mut("Nora").unwrap().is_claimed = true;
        model.issue("Nora")
    },
};

const CLAIM: Row = Row {
    function: "tokens-create",
    what: "for somebody whose number a contact has typed",
    places: &[Place::Pair, Place::Group],
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        let claim = json!({
            "username": "otto",
            "phone_number": Who::Otto.phone(),
            "avatar_url": picture("Otto"),
            "claim": true,
        });
        Box::pin(issue(actor, claim))
    },
    effect: |model, _| {
        let name = model.named_otto();
        let person = model.people.get_mut(name).unwrap();
        if !person.is_claimed {
            person.is_claimed = true;
            person.picture = Some(picture("Otto"));
        }
        model.issue(name)
    },
};

/// Puts somebody new in the place of the one whom a contact entry has made, and leaves the work of retiring that one.
pub(super) const CLAIM_OF_ANOTHER: Row = Row {
    function: "tokens-create",
    what: "that retires somebody",
    places: &[Place::Pair, Place::Group],
    by: OPERATOR,
    meets: Meets::All,
    before: &[],
    act: |actor| Box::pin(issue(actor, json!({"username": "otto", "claim": true}))),
    effect: |model, _| {
        if !model.people[model.named_otto()].is_claimed {
            model.retire_otto();
        }
        model.issue(model.named_otto())
    },
};

const REVOKE: Row = Row {
    function: "tokens-revoke",
    what: "",
    places: PAIR,
    by: BOTH,
    meets: Meets::All,
    before: &[],
    act: |actor| {
        Box::pin(async move {
            let id = actor.scene.tokens[&actor.who].details.id;
            let which = WhichToken::Id(given(json!(actor.who.username())), id);
            Answer::ok(actor.store.revoke_token(&which).await)
        })
    },
    effect: |model, who| {
        model.tokens.get_mut(who.name()).unwrap().is_valid = false;
        200
    },
};

async fn issue(actor: &Actor, new: Value) -> Answer {
    match actor.store.create_token(&given(new)).await {
        // Of functions without a route, so there is no status of HTTP.
        Err(StoreError::Unclaimed) => Answer {
            status: 409,
            body: "person_unclaimed".into(),
        },
        issued => Answer::ok(issued),
    }
}

fn picture(name: Name) -> String {
    format!("https://example.com/{name}.png")
}

impl Model {
    /// Issues another token.
    fn issue(&mut self, owner: Name) -> u16 {
        *self.more_tokens.entry(owner).or_insert(0) += 1;
        200
    }
}
