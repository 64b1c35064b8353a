//! The view: what everybody sees of the product, in the words of the model.

pub(crate) mod catalog;
mod files;
mod groups;
pub(crate) mod people;
mod talk;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use shared::model::{ConversationId, PageRequest, PersonId, Position};
use shared::store::{Store, StoreError};

use crate::machine::Machine;
use crate::model::{Facts, words};
use crate::scene::{EVERYBODY, Scene, Who};

/// What everybody sees, and what rows there are.
pub(crate) async fn look(machine: &Machine, scene: &Scene) -> Facts {
    let mut facts = Facts::new();
    let rows = machine.rows();
    let eyes = Eyes::new(machine, scene, &rows);
    for who in EVERYBODY {
        people::look(&eyes, who, &mut facts).await;
        groups::look(&eyes, who, &mut facts).await;
        talk::look(&eyes, who, &mut facts).await;
        files::look(&eyes, who, &mut facts).await;
    }
    people::look_at_everybody(&eyes, &mut facts).await;
    catalog::look(&eyes, &rows, &mut facts).await;
    words::count(rows.iter().map(|row| text(row, "kind").unwrap()), &mut facts);
    facts
}

/// What is in the bucket.
pub(crate) async fn look_at_objects(machine: &Machine, scene: &Scene, facts: &mut Facts) {
    files::look_at_objects(machine, scene, facts).await;
    catalog::look_at_objects(machine, scene, facts).await;
}

/// What is needed to look.
pub(crate) struct Eyes<'a> {
    pub(crate) scene: &'a Scene,
    pub(crate) store: Store,
    /// Everybody's names by their ids.
    people: BTreeMap<String, String>,
    /// The conversations that are not deleted, by their ids: what facts call them.
    pub(crate) conversations: BTreeMap<ConversationId, String>,
}

impl<'a> Eyes<'a> {
    fn new(machine: &Machine, scene: &'a Scene, rows: &[Value]) -> Self {
        let mut eyes = Self {
            scene,
            store: machine.store("view"),
            people: BTreeMap::new(),
            conversations: BTreeMap::new(),
        };
        let of_kind = |kind: &'static str| rows.iter().filter(move |row| text(row, "kind") == Some(kind));
        for person in of_kind("person") {
            let (id, username) = (
                text(person, "person_id").unwrap(),
                text(person, "username").unwrap(),
            );
            let name = EVERYBODY.into_iter().find(|who| scene.id(*who).to_string() == id);
            let name = name.map_or_else(|| newcomer(username), |who| who.name().to_owned());
            eyes.people.insert(id.to_owned(), name);
        }
        let mut groups: BTreeMap<_, _> = of_kind("group")
            .map(|group| {
                (
                    text(group, "group_id").unwrap(),
                    text(group, "name").unwrap().to_owned(),
                )
            })
            .collect();
        let mut before = BTreeMap::new();
        for name in groups.values_mut() {
            let before = before.entry(name.clone()).or_insert(0);
            *name = words::again(name, *before);
            *before += 1;
        }
        for row in of_kind("conversation").filter(|row| row["deleted_at"].is_null()) {
            let name = match text(row, "group_id") {
                Some(id) if scene.group.is_some_and(|group| group.to_string() == id) => {
                    words::of_group("House")
                }
                Some(id) => words::of_group(groups.get(id).map_or("nothing", |name| name)),
                None => {
                    let people = row["sent_by"]["M"].as_object().unwrap().keys();
                    words::of_people(people.map(|id| eyes.people[id].clone()).collect())
                }
            };
            let id = text(row, "conversation_id").unwrap().parse().unwrap();
            eyes.conversations.insert(id, name);
        }
        eyes
    }

    /// Everybody there is, with their names.
    pub(crate) fn everybody(&self) -> impl Iterator<Item = (PersonId, &str)> {
        self.people
            .iter()
            .map(|(id, name)| (id.parse().unwrap(), &**name))
    }

    pub(crate) fn id(&self, who: Who) -> PersonId {
        self.scene.id(who)
    }

    /// What facts call somebody.
    pub(crate) fn name(&self, person: PersonId) -> String {
        self.people[&person.to_string()].clone()
    }
}

/// The first page of a list, which has all of it.
pub(crate) fn all() -> PageRequest {
    PageRequest {
        limit: 100,
        position: Position::Start,
    }
}

/// What was found, or nothing where the answer is 404.
pub(crate) fn if_there<T>(result: Result<T, StoreError>) -> Option<T> {
    match result {
        Ok(found) => Some(found),
        Err(StoreError::Missing { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

/// A name, a number, or whatever is a text in JSON.
pub(crate) fn plain(value: &impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

/// The text in an attribute of a row.
pub(crate) fn text<'a>(row: &'a Value, name: &str) -> Option<&'a str> {
    row[name]["S"].as_str()
}

/// What facts call the one with this username.
pub(crate) fn newcomer_or_not(username: &str) -> String {
    let who = EVERYBODY.into_iter().find(|who| who.username() == username);
    who.map_or_else(|| newcomer(username), |who| who.name().to_owned())
}

/// What facts call somebody who came later.
fn newcomer(username: &str) -> String {
    let (first, rest) = username.split_at(1);
    let name = first.to_uppercase() + rest;
    if EVERYBODY.iter().any(|who| who.name() == name) {
        format!("the new {name}")
    } else {
        name
    }
}
