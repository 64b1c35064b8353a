//! The demo data: people, their contacts, their messages, and sounds.

mod api;
mod person;
mod sounds;
mod talk;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::database::Database;
use crate::files;
use crate::runtime::Runtime;
use crate::storage::Storage;
use api::Api;
pub use person::Person;
pub use sounds::add_demo_sounds;

/// Usernames and phone numbers. The numbers are of the range that is reserved for fiction.
const PEOPLE: [(&str, &str); 3] = [
    ("KateMcCallister", "+12025550101"),
    ("KevinMcCallister", "+12025550102"),
    ("FrankMcCallister", "+12025550103"),
];

/// The demo data that a newcomer is shown.
#[derive(Default)]
pub(crate) struct Demo {
    /// The people; none when they were not asked for.
    pub(crate) people: Vec<Person>,
    /// A conversation of the first of them, unless they have deleted all.
    pub(crate) conversation: Option<String>,
}

/// Creates the people that are missing, makes the others contacts of the first, and writes their messages; adds sounds
/// if there are none.
///
/// The functions of `runtime` do it, behind the gateway at `url`; the people are kept in `directory`.
pub(crate) async fn create(
    runtime: &Runtime,
    url: &str,
    directory: Option<&Path>,
    database: &Database,
    storage: &Storage,
) -> Result<Demo> {
    let made = async {
        let demo = introduce(runtime, url, directory).await?;
        add_demo_sounds(database, storage).await?;
        Ok(demo)
    };
    // Data of another version may be the cause.
    let made: Result<_> = made.await;
    made.context("can't make the demo data (--no-demo starts without it, --reset with new data)")
}

/// Creates the people, their contacts and their messages.
async fn introduce(runtime: &Runtime, url: &str, directory: Option<&Path>) -> Result<Demo> {
    let api = Api::new(url)?;
    let file = directory.map(|directory| directory.join("demo.json"));
    let kept = load(file.as_ref())?;
    let mut people = Vec::new();
    for (username, phone_number) in PEOPLE {
        let person = match kept.iter().find(|person| person.username == username) {
            Some(person) if api.accepts(&person.token).await? => person.clone(),
            _ => issue(runtime, username, phone_number).await?,
        };
        people.push(person);
    }
    if let Some(file) = file.filter(|_| people != kept) {
        files::write_private(&file, &serde_json::to_vec_pretty(&people)?)?;
    }
    let mut conversation = None;
    if let [first, others @ ..] = &people[..] {
        for (other, (username, phone_number)) in others.iter().zip(&PEOPLE[1..]) {
            let card = json!({"username": username, "phone_number": phone_number});
            let contact = api.post("/v1/contacts", first, &card, None).await?;
            // A conversation that somebody has deleted stays deleted.
            if let Some(id) = contact["conversation_id"].as_str() {
                talk::write(&api, id, [first, other]).await?;
                conversation.get_or_insert_with(|| id.to_owned());
            }
        }
    }
    Ok(Demo { people, conversation })
}

fn load(file: Option<&PathBuf>) -> Result<Vec<Person>> {
    match file.filter(|file| file.exists()) {
        Some(file) => serde_json::from_slice(&std::fs::read(file)?)
            .with_context(|| format!("can't read {}", file.display())),
        None => Ok(Vec::new()),
    }
}

async fn issue(runtime: &Runtime, username: &str, phone_number: &str) -> Result<Person> {
    let payload = json!({
        "username": username,
        "phone_number": phone_number,
        "avatar_url": null,
        "name": "cargo local",
        "claim": true,
    });
    let context = || format!("no token for {username}");
    let answer = runtime
        .invoke("tokens-create", payload.to_string().into())
        .await
        .with_context(context)?;
    let answer: Value = serde_json::from_slice(&answer.outcome.with_context(context)?)?;
    let text = |value: &Value| value.as_str().map(str::to_owned).with_context(context);
    Ok(Person {
        id: text(&answer["person"]["id"])?,
        username: username.to_owned(),
        token: text(&answer["token"])?,
    })
}
